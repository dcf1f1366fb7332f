(class_declaration name: (_) @name) @class
(interface_declaration name: (_) @name) @interface
(struct_declaration name: (_) @name) @struct
(enum_declaration name: (_) @name) @enum
(record_declaration name: (_) @name) @class
(namespace_declaration name: (_) @name) @module
(file_scoped_namespace_declaration name: (_) @name) @quiet.module
(method_declaration name: (_) @name) @method
(constructor_declaration name: (_) @name) @constructor
(property_declaration name: (_) @name) @property
(delegate_declaration name: (_) @name) @type
(field_declaration (variable_declaration (variable_declarator name: (_) @name))) @quiet.field
(enum_member_declaration name: (_) @name) @quiet.constant

; references
(invocation_expression function: (identifier) @call)
(invocation_expression function: (generic_name (identifier) @call))
(invocation_expression function: (member_access_expression name: (identifier) @call))
(invocation_expression function: (member_access_expression name: (generic_name (identifier) @call)))
(invocation_expression function: (conditional_access_expression (member_binding_expression name: (identifier) @call)))
(object_creation_expression type: (identifier) @call)
(object_creation_expression type: (generic_name (identifier) @call))
(base_list (identifier) @base)
(base_list (generic_name (identifier) @base))
(base_list (qualified_name name: (identifier) @base))
(attribute name: (identifier) @type)
(variable_declaration type: (identifier) @type)
(variable_declaration type: (generic_name (identifier) @type))
(parameter type: (identifier) @type)
(parameter type: (generic_name (identifier) @type))
(method_declaration returns: (identifier) @type)
(method_declaration returns: (generic_name (identifier) @type))
(property_declaration type: (identifier) @type)
(property_declaration type: (generic_name (identifier) @type))
(type_argument_list (identifier) @type)
(nullable_type type: (identifier) @type)
(array_type type: (identifier) @type)
(cast_expression type: (identifier) @type)
(typeof_expression type: (identifier) @type)
(catch_declaration type: (identifier) @type)
(using_directive) @import
