(function_declaration name: (_) @name) @function
(generator_function_declaration name: (_) @name) @function
(class_declaration name: (_) @name) @class
(abstract_class_declaration name: (_) @name) @class
(method_definition name: (_) @name) @method
(method_signature name: (_) @name) @method
(interface_declaration name: (_) @name) @interface
(type_alias_declaration name: (_) @name) @type
(enum_declaration name: (_) @name) @enum
(internal_module name: (_) @name) @module
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @function
(variable_declarator name: (identifier) @name value: (class)) @class
(public_field_definition name: (_) @name value: [(arrow_function) (function_expression)]) @method
(program (lexical_declaration (variable_declarator name: (identifier) @name) @quiet.variable))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @quiet.variable)))
(function_signature name: (_) @name) @quiet.function
(public_field_definition name: (property_identifier) @name) @quiet.field
(property_signature name: (property_identifier) @name) @quiet.field

; references
(call_expression function: (identifier) @call)
(call_expression function: (member_expression property: (property_identifier) @call))
(new_expression constructor: (identifier) @call)
(new_expression constructor: (member_expression property: (property_identifier) @call))
(decorator (identifier) @call)
(extends_clause value: (identifier) @base)
(extends_clause value: (member_expression property: (property_identifier) @base))
(implements_clause (type_identifier) @base)
(implements_clause (generic_type name: (type_identifier) @base))
(implements_clause (nested_type_identifier name: (type_identifier) @base))
(implements_clause (generic_type name: (nested_type_identifier name: (type_identifier) @base)))
(extends_type_clause type: (type_identifier) @base)
(extends_type_clause type: (generic_type name: (type_identifier) @base))
(extends_type_clause type: (nested_type_identifier name: (type_identifier) @base))
(extends_type_clause type: (generic_type name: (nested_type_identifier name: (type_identifier) @base)))
(type_identifier) @type
(import_statement) @import
(export_statement source: (_)) @import
(call_expression function: (identifier) @import.call arguments: (arguments . (string) .))
(call_expression function: (import) @import.call arguments: (arguments . (string) .))
