(class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @interface
(trait_declaration name: (_) @name) @trait
(enum_declaration name: (_) @name) @enum
(method_declaration name: (_) @name) @method
(function_definition name: (_) @name) @function
(namespace_definition name: (_) @name) @quiet.module
(const_element (name) @name) @quiet.constant
(property_element name: (variable_name (name) @name)) @quiet.field

; references
(function_call_expression function: (name) @call)
(function_call_expression function: (qualified_name (name) @call .))
(member_call_expression name: (name) @call)
(nullsafe_member_call_expression name: (name) @call)
(scoped_call_expression name: (name) @call)
(scoped_call_expression scope: (name) @type)
(object_creation_expression (name) @call)
(object_creation_expression (qualified_name (name) @call .))
(base_clause (name) @base)
(base_clause (qualified_name (name) @base .))
(class_interface_clause (name) @base)
(class_interface_clause (qualified_name (name) @base .))
(declaration_list (use_declaration (name) @base))
(named_type (name) @type)
(named_type (qualified_name (name) @type .))
(attribute (name) @type)
(binary_expression operator: "instanceof" right: (name) @type)
(class_constant_access_expression . (name) @type)
(namespace_use_declaration) @import
(require_expression) @import
(require_once_expression) @import
(include_expression) @import
(include_once_expression) @import
