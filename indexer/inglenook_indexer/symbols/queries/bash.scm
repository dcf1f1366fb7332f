(function_definition name: (_) @name) @function
(declaration_command "readonly" (variable_assignment name: (variable_name) @name)) @quiet.constant
(program (variable_assignment name: (variable_name) @name) @quiet.variable)

; references
(command name: (command_name (word) @call))
(command name: (command_name (word) @import.call) . argument: (_))
