(class name: (_) @name) @class
(module name: (_) @name) @module
(method name: (_) @name) @method
(singleton_method name: (_) @name) @method
(assignment left: (constant) @name) @quiet.constant

; references
(call method: (identifier) @call)
(call method: (constant) @call)
(superclass (constant) @base)
(superclass (scope_resolution name: (constant) @base))
(call method: (identifier) @word arguments: (argument_list (constant) @base) (#any-of? @word "include" "extend" "prepend"))
(call method: (identifier) @word arguments: (argument_list (scope_resolution name: (constant) @base))
  (#any-of? @word "include" "extend" "prepend"))
(call receiver: (constant) @type)
(scope_resolution name: (constant) @type)
(call method: (identifier) @import.call arguments: (argument_list . (string) .))
