(function_declaration name: (_) @name) @function
(method_declaration
  receiver: (parameter_list (parameter_declaration type: [
    (type_identifier) @parent
    (pointer_type (type_identifier) @parent)
    (generic_type type: (type_identifier) @parent)
    (pointer_type (generic_type type: (type_identifier) @parent))]))
  name: (_) @name) @method
(type_declaration (type_spec name: (_) @name type: (struct_type)) @struct)
(type_declaration (type_spec name: (_) @name type: (interface_type)) @interface)
(type_declaration (type_spec name: (_) @name) @type)
(type_declaration (type_alias name: (_) @name) @quiet.type)
(const_spec name: (_) @name) @constant
(source_file (var_declaration (var_spec name: (_) @name) @quiet.variable))
(source_file (var_declaration (var_spec_list (var_spec name: (_) @name) @quiet.variable)))
(field_declaration name: (_) @name) @quiet.field
(method_elem name: (_) @name) @quiet.method

; references
(call_expression function: (identifier) @call)
(call_expression function: (selector_expression field: (field_identifier) @call))
(struct_type (field_declaration_list (field_declaration !name type: (type_identifier) @base)))
(struct_type (field_declaration_list (field_declaration !name type: (qualified_type name: (type_identifier) @base))))
(interface_type (type_elem (type_identifier) @base))
(type_identifier) @type
(import_spec) @import
