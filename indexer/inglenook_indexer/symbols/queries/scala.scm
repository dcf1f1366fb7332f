(class_definition name: (_) @name) @class
(object_definition name: (_) @name) @object
(trait_definition name: (_) @name) @trait
(enum_definition name: (_) @name) @enum
(function_definition name: (_) @name) @function
(function_declaration name: (_) @name) @function
(type_definition name: (type_identifier) @name) @type
(given_definition name: (_) @name) @quiet.variable
(template_body (val_definition pattern: (identifier) @name) @quiet.field)
(template_body (var_definition pattern: (identifier) @name) @quiet.field)
(compilation_unit (val_definition pattern: (identifier) @name) @quiet.variable)
(simple_enum_case name: (_) @name) @quiet.constant

; references
(call_expression function: (identifier) @call)
(call_expression function: (field_expression field: (identifier) @call))
(call_expression function: (generic_function function: (identifier) @call))
(call_expression function: (generic_function function: (field_expression field: (identifier) @call)))
(instance_expression (type_identifier) @call)
(instance_expression (generic_type type: (type_identifier) @call))
(extends_clause (type_identifier) @base)
(extends_clause (generic_type type: (type_identifier) @base))
(extends_clause type: (compound_type (type_identifier) @base))
(extends_clause type: (compound_type (generic_type type: (type_identifier) @base)))
(type_identifier) @type
(import_declaration) @import
