"""The tree-sitter queries of each language, kept as data in `queries/`. Knows their form; runs none of them.

A file is one query, for walking the tree is what costs. Definitions capture `@name`, and the whole of it by its kind
(`@function`, `@class`, ...); `@quiet.KIND` is a symbol that gives its chunk no name. `@parent` may name what it belongs
to. The others capture `@call`, `@type`, `@base`, whole `@import` statements, the name of a call that may import
(`@import.call`) and docstrings (`@doc`). `@word` is for predicates only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING

from inglenook_indexer.text.languages import LANGUAGES, load_grammar

if TYPE_CHECKING:
    from tree_sitter import Parser, Query

OBJECT = "entry"
KINDS = (
    *("function", "method", "constructor", "class", "interface", "struct", "enum", "trait", "object", "module"),
    *("implementation", "type", "macro", "constant", "variable", "field", "property", "attribute", "declaration"),
    *("section", OBJECT),
)
"""What a symbol may be. An `implementation` is an `impl` block or an extension; a `declaration` has no body.

An `entry` is what a text without a grammar makes: a table of SQL, a target of make, a stage of an image.
"""

TYPES = frozenset(("class", "interface", "struct", "enum", "trait", "object", "implementation"))
"""Kinds whose functions are methods."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """A language's parser and compiled query. Not thread-safe, as parsers are not."""

    parser: Parser
    query: Query
    kinds: dict[int, str] = field(default_factory=dict)
    """Pattern of the query -> the capture that says a definition's kind, as far as that was met."""


_INHERITS = "; inherits: "
"""The first line of a query that begins with another language's, as other collections of queries write it."""


def source_of(language: str) -> str:
    """The text of a language's query; empty where it has none."""
    file = files("inglenook_indexer.symbols") / "queries" / f"{language}.scm"
    if not file.is_file():
        return LANGUAGES[language].definitions
    text = file.read_text("utf-8")
    first, _, rest = text.partition("\n")
    return f"{source_of(first.removeprefix(_INHERITS))}\n{rest}" if first.startswith(_INHERITS) else text


def load(language: str) -> Patterns | None:
    """What a language needs; None for one without a grammar. Raises ImportError, ValueError where that is broken."""
    known = LANGUAGES.get(language)
    if known is None or not known.grammar:
        return None
    from tree_sitter import Parser, Query

    grammar = load_grammar(known)
    return Patterns(Parser(grammar), Query(grammar, source_of(language)))
