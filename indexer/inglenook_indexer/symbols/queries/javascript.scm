(function_declaration name: (_) @name) @function
(generator_function_declaration name: (_) @name) @function
(class_declaration name: (_) @name) @class
(method_definition name: (_) @name) @method
(variable_declarator name: (identifier) @name value: [(arrow_function) (function_expression)]) @function
(variable_declarator name: (identifier) @name value: (class)) @class
(field_definition property: (_) @name value: [(arrow_function) (function_expression)]) @method
(assignment_expression
  left: (member_expression property: (_) @name) right: [(arrow_function) (function_expression)]) @function
(program (lexical_declaration (variable_declarator name: (identifier) @name) @quiet.variable))
(program (export_statement (lexical_declaration (variable_declarator name: (identifier) @name) @quiet.variable)))
(field_definition property: (property_identifier) @name) @quiet.field

; references
(call_expression function: (identifier) @call)
(call_expression function: (member_expression property: (property_identifier) @call))
(new_expression constructor: (identifier) @call)
(new_expression constructor: (member_expression property: (property_identifier) @call))
(jsx_opening_element name: (identifier) @call)
(jsx_self_closing_element name: (identifier) @call)
(class_heritage (identifier) @base)
(class_heritage (member_expression property: (property_identifier) @base))
(import_statement) @import
(export_statement source: (_)) @import
(call_expression function: (identifier) @import.call arguments: (arguments . (string) .))
(call_expression function: (import) @import.call arguments: (arguments . (string) .))
