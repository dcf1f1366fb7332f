"""A parsed file -> its definitions, mentions and imports. Pure: knows nothing of chunks, files on disk or stores.

No recursion, and every text is cut: a file may be nested a thousand levels deep, or be one endless line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inglenook_indexer.symbols import statements
from inglenook_indexer.symbols.docs import attribute_beside, comment_above, first_sentence
from inglenook_indexer.symbols.patterns import TYPES, Patterns
from inglenook_indexer.text.languages import hash_comments

if TYPE_CHECKING:
    from tree_sitter import Node

_NAME_BYTES = 120  # bytes of one name that are kept: headings can be sentences
_STATEMENT_BYTES = 4000  # of one import
_CALL_BYTES = 600  # of one call that imports: many may stand on a line
_DOC_BYTES = 1200
_CROWD = 8_000  # nodes in one error: a query's time grows with their square, 50 ms for so many
_DEEP = 600  # large nodes within one another: `a.b.a.b` nests at each dot, and a query takes the square of that
_LARGE = 1_000  # bytes of a node whose inside is looked at for that
_PARENTS = 6  # enclosing definitions that a path names
_BEFORE_BYTES = 60  # looked at before a name, for what it is a member of

_QUALIFIER = re.compile(rb"(?:\.|::|>-|:|\\)(\w*[A-Za-z_])")
"""What stands before a member, read backwards: a search from the left would try every byte."""
_WORD = re.compile(rb"[^\s()\[\]{}\"',;]+")
_JOINTS = frozenset(b".:>\\")  # the last byte of what joins a member to what it belongs to
_SELF = frozenset((b"self", b"this", b"cls", b"super", b"Self", b"static", b"parent", b"crate"))
_PLAIN_TYPES = frozenset(
    b"str int bool float bytes string number error any void object None Self self char double long short byte size_t"
    b" Int String Bool Double Float Unit Any Boolean Long Void".split()
)
"""Types that everybody uses and nobody looks up."""
_SPECIAL = frozenset(
    b"def defp defmodule defmacro defmacrop defprotocol defimpl defstruct defdelegate defguard defguardp if unless case"
    b" cond with for fn do end quote unquote use alias import require doc moduledoc spec type".split()
)
"""Elixir's words that look like calls."""
_IMPORTING = frozenset(
    b"require import require_relative load dofile source . alias use".split()
)  # fmt: skip
_NAMING = frozenset(("rust", "elixir"))
"""Languages in whose imports names look like mentions."""
_ATTRIBUTES = frozenset(
    "doc moduledoc spec type typep opaque impl callback behaviour typedoc since optional_callbacks".split()
)
"""Elixir's own attributes, which define nothing."""


@dataclass(slots=True)
class Definition:
    """One definition, as the tree has it."""

    start: int
    end: int
    name: str
    kind: str
    quiet: bool
    """Whether it gives its chunk no name: a constant, a field."""
    parent: str = ""
    outer: int = -1
    """The place, in the file's list, of the definition around it; -1 at the top."""
    doc: str = ""
    said: str = ""
    """The name it gives its chunk: in Elixir, of `Phoenix.Router` the last part, as others write it."""


@dataclass(slots=True)
class Found:
    """What a file holds, each list in the order of the text, by byte."""

    definitions: list[Definition] = field(default_factory=list)
    mentions: list[tuple[int, str, str]] = field(default_factory=list)
    """(start byte, relation, name)"""
    imports: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)
    """(start byte, module, names)"""


def extract(language: str, patterns: Patterns, root: Node, source: bytes, starts: Sequence[int]) -> Found:
    """Run the queries. `starts` are the bytes at which lines start."""
    found = Found()
    if _hopeless(root):
        return found
    from tree_sitter import QueryCursor

    defining: list[tuple[int, dict[str, list[Node]]]] = []
    captures: dict[str, list[Node]] = {}
    for match in QueryCursor(patterns.query).matches(root):
        if "name" in match[1]:
            defining.append(match)
        else:
            for capture, nodes in match[1].items():
                captures.setdefault(capture, []).extend(nodes)
    taken = _definitions(language, patterns, defining, source, found)
    importing = _imports(language, captures, source, found, taken)
    _mentions(language, captures, source, found, taken, importing)
    _docstrings(captures.get("doc", ()), source, found.definitions)
    if language != "markdown":
        _comments(language, source, starts, found.definitions)
    return found


def _definitions(
    language: str,
    patterns: Patterns,
    defining: Sequence[tuple[int, dict[str, list[Node]]]],
    source: bytes,
    found: Found,
) -> set[int]:
    """Fill in the definitions, outer ones first. Returns where their names start."""
    best: dict[tuple[int, int], tuple[int, str, str, str]] = {}
    names: set[int] = set()
    for number, captures in defining:
        kind = patterns.kinds.get(number)
        if kind is None:
            kind = next((one for one in captures if one not in ("name", "parent", "word")), "")
            patterns.kinds[number] = kind
        node, around = captures["name"][0], captures[kind][0]
        start = node.start_byte
        key = around.start_byte, around.end_byte
        names.add(start)
        if key in best and best[key][0] <= number:
            continue
        text = _text(source, start, node.end_byte)
        if text and not (kind == "quiet.attribute" and text in _ATTRIBUTES):
            above = ""
            if "parent" in captures:
                parent = captures["parent"][0]
                above = _text(source, parent.start_byte, parent.end_byte)
            elif language in ("lua", "javascript") and start and source[start - 1] in _JOINTS:
                above = _before(source, start).decode("utf-8", "ignore")
            best[key] = number, kind, text, above
    stack: list[int] = []
    made = found.definitions
    for (start, end), (_, kind, name, above) in sorted(best.items(), key=lambda item: (item[0][0], -item[0][1])):
        while stack and made[stack[-1]].end <= start:
            stack.pop()
        quiet, _, plain = kind.rpartition(".")
        one = Definition(start, end, name, plain, bool(quiet), above, stack[-1] if stack else -1)
        _place(one, [made[index] for index in stack[-_PARENTS:]], language)
        stack.append(len(made))
        made.append(one)
    return names


def _place(one: Definition, around: Sequence[Definition], language: str) -> None:
    """Say what a definition belongs to, and what that makes of it."""
    names = [outer.name.partition("<")[0] for outer in around]
    one.parent = " > ".join([*names, one.parent] if one.parent else names)
    one.said = one.name.rpartition(".")[2] if language == "elixir" else one.name
    if one.kind == "function" and around and around[-1].kind in TYPES and not around[-1].quiet:
        one.kind = "method"
    elif one.kind in ("variable", "field") and one.name.isupper() and len(one.name) > 1:
        one.kind = "constant"
    elif one.kind == "function" and language == "cpp" and "::" in one.name:
        one.kind = "method"


def _imports(
    language: str, captures: dict[str, list[Node]], source: bytes, found: Found, taken: set[int]
) -> list[tuple[int, int]]:
    """Fill in the imports. Returns where their statements are, in order: what they name is no mention besides."""
    ranges = []
    for node in captures.get("import", ()):
        ranges.append((node.start_byte, min(node.end_byte, node.start_byte + _STATEMENT_BYTES)))
    for node in captures.get("import.call", ()):
        start = node.start_byte
        if source[start : node.end_byte] in _IMPORTING:
            line = source.find(b"\n", node.end_byte, start + _CALL_BYTES)
            ranges.append((start, line if line > 0 else min(len(source), start + _CALL_BYTES)))
    kept = []
    for start, end in sorted(ranges):
        if parsed := statements.parse(language, _decoded(source, start, end)):
            taken.add(start)
            kept.append((start, end))
            found.imports += [(start, module, names) for module, names in parsed]
    return kept


def _mentions(
    language: str,
    captures: dict[str, list[Node]],
    source: bytes,
    found: Found,
    taken: set[int],
    importing: Sequence[tuple[int, int]],
) -> None:
    """Fill in who is called, used as a type or inherited from; each place once, the strongest relation first."""
    begins = [start for start, _ in importing] if language in _NAMING else []
    for capture, relation in (("base", "inherit"), ("call", "call"), ("type", "type")):
        plain = _PLAIN_TYPES if relation == "type" else _SPECIAL if language == "elixir" else frozenset()
        shortest = 2 if relation == "type" else 1  # one letter is a type parameter
        for node in captures.get(capture, ()):
            start, end = node.start_byte, node.end_byte
            if start in taken or not shortest <= end - start <= _NAME_BYTES:
                continue
            name = source[start:end]
            written = name.decode("utf-8", "ignore")
            if name in plain or not (written.isidentifier() or _WORD.fullmatch(name)):
                continue
            if (
                begins
                and relation != "inherit"
                and (at := bisect_right(begins, start))
                and start < importing[at - 1][1]
            ):
                continue
            taken.add(start)
            if b"." not in name and source[start - 1] in _JOINTS and start and (before := _before(source, start)):
                written = f"{before.decode('utf-8', 'ignore')}.{written}"
            found.mentions.append((start, relation, written))
    found.mentions.sort()


def _docstrings(nodes: Sequence[Node], source: bytes, definitions: Sequence[Definition]) -> None:
    """Give each docstring to the definition it opens."""
    if not nodes:
        return
    begins = [one.start for one in definitions]
    for node in nodes:
        start = node.start_byte
        index = bisect_right(begins, start) - 1
        while index >= 0 and definitions[index].end <= start:
            index = definitions[index].outer
        if index >= 0 and not definitions[index].doc:
            definitions[index].doc = first_sentence(_decoded(source, start, min(node.end_byte, start + _DOC_BYTES)))


def _comments(language: str, source: bytes, starts: Sequence[int], definitions: Sequence[Definition]) -> None:
    """Give the comment above it to each definition that has no docstring."""
    ends = [*starts, len(source)]
    hashes = hash_comments(language)
    known: dict[int, str] = {}  # a line may hold thousands of definitions, all below the same comment
    for one in definitions:
        if not one.doc:
            line = bisect_right(starts, one.start) - 1
            if language == "elixir":
                one.doc = attribute_beside(source, starts, line, one.kind)
            if line and not one.doc:
                if line not in known:
                    known[line] = comment_above(source, ends, line, hashes=hashes)
                one.doc = known[line]


def _hopeless(root: Node) -> bool:
    """Whether a query would take minutes: one error holds too many nodes, or too many lie within one another."""
    pending = [(root, 0)]
    while pending:
        node, depth = pending.pop()
        if depth > _DEEP or (node.is_error and node.child_count > _CROWD):
            return True
        if node.child_count <= _CROWD:
            pending += [(child, depth + 1) for child in node.children if child.end_byte - child.start_byte > _LARGE]
    return False


def _before(source: bytes, start: int) -> bytes:
    """The name before a member's: `Foo` of `Foo.bar`, `Foo::bar`, `foo->bar`; empty where it is `self` or none."""
    found = _QUALIFIER.match(source[max(0, start - _BEFORE_BYTES) : start][::-1])
    name = found[1][::-1] if found else b""
    return b"" if name in _SELF else name


def _decoded(source: bytes, start: int, end: int) -> str:
    return source[start:end].decode("utf-8", "ignore")


def _text(source: bytes, start: int, end: int) -> str:
    """A name in one line."""
    return " ".join(_decoded(source, start, min(end, start + _NAME_BYTES)).split())
