(class_declaration "interface" name: (identifier) @name) @interface
(class_declaration (modifiers (class_modifier "enum")) name: (identifier) @name) @enum
(class_declaration name: (identifier) @name) @class
(object_declaration name: (identifier) @name) @object
(function_declaration name: (identifier) @name) @function
(type_alias type: (identifier) @name) @type
(source_file (property_declaration (variable_declaration (identifier) @name)) @quiet.variable)
(class_body (property_declaration (variable_declaration (identifier) @name)) @quiet.property)
(enum_entry (identifier) @name) @quiet.constant

; references
(call_expression . (identifier) @call)
(call_expression . (navigation_expression (identifier) @call .))
(delegation_specifier (user_type (identifier) @base .))
(delegation_specifier (constructor_invocation (user_type (identifier) @base .)))
(delegation_specifier (explicit_delegation (user_type (identifier) @base .)))
(user_type (identifier) @type)
(import) @import
