"""Identifiers in a syntax tree: where a name stands, whether it declares, and what it is declared in. Pure.

One set of rules for all grammars, which name their nodes alike: a `name` field of a declaration, a `pattern`, the left
side of an assignment, a child of a parameter list. What is in strings and comments is no identifier.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook_indexer.text.languages import LANGUAGES, load_grammar
from inglenook_indexer.text.parse import parse

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

MOST_CHARACTERS = 300_000
"""Of a file that is parsed while somebody types; a longer one is left alone."""
_MOST = 250
"""Places of one name that are looked at; a name with more is not followed. Each costs a walk down the tree."""

FUNCTIONS = frozenset(
    "function_definition function_declaration function_item function_expression arrow_function generator_function"
    " generator_function_declaration anonymous_function method_definition method_declaration method singleton_method"
    " constructor_declaration compact_constructor_declaration lambda lambda_expression lambda_literal"
    " closure_expression func_literal local_function_statement secondary_constructor init_declaration".split()
)
CLASSES = frozenset(
    "class_definition class_declaration class interface_declaration enum_declaration struct_item enum_item impl_item"
    " trait_item object_declaration record_declaration struct_declaration protocol_declaration struct_type"
    " interface_type abstract_class_declaration class_specifier struct_specifier module".split()
)
_IMPLICIT = frozenset(("java", "csharp", "kotlin", "cpp", "ruby", "swift", "scala"))
"""Languages in which a member may stand alone, without what it belongs to."""
_MEMBERS = {
    "attribute": "attribute", "member_expression": "property", "selector_expression": "field",
    "field_expression": "field", "field_access": "field", "scoped_identifier": "name",
    "member_access_expression": "name", "scoped_type_identifier": "name", "qualified_type": "name",
    "nested_type_identifier": "name",
}  # fmt: skip
"""Node -> the field of it that is a member of what stands before."""
_KEYS = {"keyword_argument": "name", "pair": "key", "field_initializer": "field", "named_argument": "name"}
_NAMED = re.compile(
    r".*(?:_definition|_declaration|_item|_spec|_declarator|_signature|_parameter|_elem|_variant|_constant|_alias"
    r"|_statement|_property)|parameter|method|class|module|singleton_method|named_expression|enum_assignment"
)
_LEFT = frozenset(
    "assignment for_statement for_in_clause short_var_declaration range_clause for_in_statement let_declaration"
    " let_condition".split()
)
_PARAMETERS = re.compile(r"(?:.*_)?parameters|parameter_list|.*parameter|parameter_declaration")
_PATTERNS = frozenset(
    "pattern_list tuple_pattern list_pattern expression_list array_pattern object_pattern variable_list mut_pattern"
    " reference_pattern tuple variable_declarator identifier as_pattern_target as_pattern rest_pattern"
    " list_splat_pattern dictionary_splat_pattern left_assignment_list pair_pattern".split()
)
_NAMING = frozenset(("python", "kotlin", "csharp", "ruby", "scala", "php", "swift"))
_CALLS = frozenset("call call_expression method_invocation invocation_expression function_call_expression".split())
_LAST = re.compile(r"[^\W\d]\w*")
_kept = threading.local()


@dataclass(frozen=True, slots=True)
class Name:
    """One place of a name. Offsets are bytes of the UTF-8 text."""

    start: int
    end: int
    declares: str = ""
    """"parameter", "variable", "definition" or empty."""
    member: bool = False
    """Whether it belongs to what stands before it, or is a member that is being declared."""
    receiver: str = ""
    """What stands before the dot."""
    key: bool = False
    """Whether it names an argument or a key."""
    scope: tuple[int, int] = (0, 0)
    """The bytes of what a declaration holds in; for a use, of the innermost function or class around it."""
    kind: str = ""
    """What the scope is: "function", "class" or "file"."""


class Tree:
    """One parsed text."""

    def __init__(self, text: str, language: str, root: Node, source: bytes) -> None:
        self.text, self.language, self.source = text, language, source
        self._root = root
        self._ascii = len(source) == len(text)

    def names(self, word: str) -> list[Name]:
        """Every place of an identifier, from the top; none of one that is too common."""
        wanted = word.encode()
        found = []
        for tried, match in enumerate(re.finditer(rb"(?<![\w$])" + re.escape(wanted) + rb"(?![\w$])", self.source)):
            if tried > 4 * _MOST:  # in strings and comments, mostly
                return []
            leaf = self._root.descendant_for_byte_range(match.start(), match.end())
            if leaf is None or leaf.child_count or (leaf.start_byte, leaf.end_byte) != match.span():
                continue
            if "identifier" in leaf.type or leaf.type in ("constant", "name", "simple_identifier"):
                found.append(_name(leaf, self))
            if len(found) > _MOST:
                return []
        return found

    @property
    def names_arguments(self) -> bool:
        """Whether a call may name its arguments."""
        return self.language in _NAMING

    def function_of(self, name: Name) -> str:
        """What calls say to call the function that a parameter belongs to; empty where that is not known."""
        node = self._root.descendant_for_byte_range(name.start, name.end)
        while node is not None and node.type not in FUNCTIONS:
            node = node.parent
        named = node.child_by_field_name("name") if node is not None else None
        if node is None or named is None:
            return ""
        said = self._text(named)
        if said in ("__init__", "__new__", "initialize", "constructor"):
            while node is not None and node.type not in CLASSES:
                node = node.parent
            named = node.child_by_field_name("name") if node is not None else None
            return self._text(named) if named is not None else ""
        return said

    def called_at(self, name: Name) -> str:
        """The last name of what is called with the argument that `name` names; empty where it is no call's."""
        node = self._root.descendant_for_byte_range(name.start, name.end)
        while node is not None and node.type not in _CALLS:
            node = node.parent
        if node is None:
            return ""
        called = node.child_by_field_name("function") or node.child_by_field_name("method") or node.children[0]
        return _LAST.findall(self._text(called))[-1:][0] if _LAST.search(self._text(called)) else ""

    def _text(self, node: Node) -> str:
        return self.source[node.start_byte : min(node.end_byte, node.start_byte + 400)].decode("utf-8", "ignore")

    def character(self, byte: int) -> int:
        """The offset in the text of a byte."""
        return byte if self._ascii else len(self.source[:byte].decode("utf-8", "ignore"))

    def line(self, byte: int) -> int:
        """The line of a byte, from 0."""
        return self.source.count(b"\n", 0, byte)

    def byte(self, offset: int) -> int:
        """The byte of an offset in the text."""
        return offset if self._ascii else len(self.text[:offset].encode())

    def node(self, low: int, high: int) -> Node | None:
        """The smallest node around a run of bytes."""
        return self._root.descendant_for_byte_range(low, high)


def tree(text: str, language: str) -> Tree | None:
    """A text parsed; None where the language has no grammar here, or the text is too long or takes too long."""
    known = LANGUAGES.get(language)
    if known is None or not known.grammar or len(text) > MOST_CHARACTERS or language == "markdown":
        return None
    source = text.encode("utf-8", "replace")
    parsed = parse(_parser(language), language, source)
    return Tree(text, language, parsed.root_node, source) if parsed is not None else None


def _parser(language: str) -> Parser:
    """A parser of this thread."""
    from tree_sitter import Parser

    parsers: dict[str, Parser] = _kept.__dict__.setdefault("parsers", {})
    if language not in parsers:
        parsers[language] = Parser(load_grammar(LANGUAGES[language]))
    return parsers[language]


def _is(node: Node, parent: Node, name: str) -> bool:
    return any(one == node for one in parent.children_by_field_name(name))


def _name(leaf: Node, around: Tree) -> Name:
    parent = leaf.parent
    start, end = leaf.start_byte, leaf.end_byte
    if parent is None:
        return Name(start, end)
    declares, outer = _declares(leaf)
    if declares:
        kind, scope = _scope(outer.parent if declares == "definition" and outer.parent is not None else outer)
        if declares == "parameter":
            kind = "function"
        members = declares != "parameter" and kind == "class"
        goes = around.language == "go" and (outer.type in ("method_declaration", "field_declaration", "method_elem"))
        return Name(start, end, declares, members or goes, "", False, scope, "class" if goes else kind)
    kind, scope = _scope(leaf)
    field = _MEMBERS.get(parent.type)
    if (field is not None and _is(leaf, parent, field)) or _called_on(leaf, parent):
        before = parent.children[0]
        receiver = around.source[before.start_byte : min(before.end_byte, before.start_byte + 60)]
        return Name(start, end, "", True, receiver.decode("utf-8", "ignore"), False, scope, kind)
    field = _KEYS.get(parent.type)
    key = (field is not None and _is(leaf, parent, field)) or leaf.type == "shorthand_property_identifier"
    if parent.type == "literal_element" and parent.parent is not None and parent.parent.type == "keyed_element":
        key = parent.parent.children[0] == parent
    return Name(start, end, "", False, "", key, scope, kind)


def _called_on(leaf: Node, parent: Node) -> bool:
    """Whether it is the method of a call that says on what."""
    if parent.type == "method_invocation":
        return _is(leaf, parent, "name") and bool(parent.children_by_field_name("object"))
    if parent.type == "call":
        return _is(leaf, parent, "method") and bool(parent.children_by_field_name("receiver"))
    return parent.type in ("navigation_suffix", "navigation_expression") and parent.children[0] != leaf


def _declares(leaf: Node) -> tuple[str, Node]:
    """What a leaf declares, and the node that does it."""
    node, parent = leaf, leaf.parent
    while parent is not None and parent.type in _PATTERNS and not parent.children_by_field_name("name"):
        node, parent = parent, parent.parent
    if parent is None:
        return "", leaf
    kind = parent.type
    if kind in _LEFT:
        named = _is(node, parent, "left") or _is(node, parent, "pattern") or _is(node, parent, "name")
        return ("variable" if named else ""), parent
    if _PARAMETERS.fullmatch(kind) and "type" not in kind:
        fields = ("name", "pattern")
        plain = kind.endswith(("parameters", "parameter_list")) and "identifier" in leaf.type
        if kind == "typed_parameter" or kind == "simple_parameter":
            plain = parent.children[0] == node
        holds = any(_is(node, parent, one) for one in fields)
        if (plain or holds) and (kind != "parameter_list" or plain):
            return "parameter", parent
        return "", leaf
    if kind == "arrow_function" and _is(node, parent, "parameter"):
        return "parameter", parent
    if _is(node, parent, "name") and _NAMED.fullmatch(kind):
        if kind.endswith(("_declarator", "var_spec", "const_spec", "static_item")) or kind == "variable_declaration":
            return "variable", parent
        return "definition", parent
    if kind in ("field_definition",) and _is(node, parent, "property"):
        return "definition", parent
    return "", leaf


def _scope(node: Node | None) -> tuple[str, tuple[int, int]]:
    """The innermost function or class around a node."""
    last = node
    while node is not None:
        if node.type in FUNCTIONS:
            return "function", (node.start_byte, node.end_byte)
        if node.type in CLASSES and node.is_named and node.parent is not None:
            return "class", (node.start_byte, node.end_byte)
        last, node = node, node.parent
    return "file", (0, last.end_byte if last is not None else 0)


def implicit_members(language: str) -> bool:
    """Whether a member may be named without what it belongs to."""
    return language in _IMPLICIT
