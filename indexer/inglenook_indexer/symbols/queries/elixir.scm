(call target: (identifier) @word (arguments . (alias) @name) (#any-of? @word "defmodule" "defprotocol")) @module
(call target: (identifier) @word (arguments . (alias) @name) (#eq? @word "defimpl")) @implementation
(call target: (identifier) @word (arguments . [
    (identifier) @name
    (call target: (identifier) @name)
    (binary_operator left: (identifier) @name operator: "when")
    (binary_operator left: (call target: (identifier) @name) operator: "when")])
  (#any-of? @word "def" "defp" "defdelegate")) @function
(call target: (identifier) @word (arguments . [
    (call target: (identifier) @name)
    (binary_operator left: (call target: (identifier) @name) operator: "when")])
  (#any-of? @word "defmacro" "defmacrop" "defguard" "defguardp")) @macro
(do_block (unary_operator operator: "@" operand: (call target: (identifier) @name (arguments))) @quiet.attribute)

; references
(call target: (identifier) @call)
(call target: (dot right: (identifier) @call))
(struct (alias) @type)
(dot left: (alias) @type)
(call target: (identifier) @word (arguments . (alias) @base) (#eq? @word "use"))
(unary_operator operator: "@" operand: (call target: (identifier) @word (arguments . (alias) @base)
  (#eq? @word "behaviour")))
(call target: (identifier) @import.call (arguments . [(alias) (dot)]))
