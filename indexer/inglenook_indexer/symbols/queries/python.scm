(class_definition name: (_) @name) @class
(function_definition name: (_) @name) @function
(module (expression_statement (assignment left: (identifier) @name) @quiet.variable))
(class_definition body: (block (expression_statement (assignment left: (identifier) @name) @quiet.field)))

; references
(call function: (identifier) @call)
(call function: (attribute attribute: (identifier) @call))
(decorator (identifier) @call)
(decorator (attribute attribute: (identifier) @call))
(class_definition superclasses: (argument_list (identifier) @base))
(class_definition superclasses: (argument_list (attribute attribute: (identifier) @base)))
(class_definition superclasses: (argument_list (subscript value: (identifier) @base)))
(type (identifier) @type)
(type (attribute attribute: (identifier) @type))
(type (subscript value: (identifier) @type))
(type (binary_operator (identifier) @type))
(generic_type (identifier) @type)
(except_clause (identifier) @type)
(import_statement) @import
(import_from_statement) @import
(class_definition body: (block . (expression_statement (string) @doc)))
(function_definition body: (block . (expression_statement (string) @doc)))
