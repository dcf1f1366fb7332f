"""The tree-sitter queries of each language, kept as data in `queries/`. Knows their form; runs none of them.

A file has two parts, parted by a line `;; references`. The first captures definitions: `@name`, and the whole of it by
its kind (`@function`, `@class`, ...); `@quiet.KIND` is a symbol that gives its chunk no name. `@parent` may name what
it belongs to. The second captures `@call`, `@type`, `@base`, whole `@import` statements, the name of a call that may
import (`@import.call`) and docstrings (`@doc`).
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from inglenook_indexer.languages import LANGUAGES, load_grammar

if TYPE_CHECKING:
    from tree_sitter import Parser, Query

_BORDER = ";; references"

KINDS = (
    *("function", "method", "constructor", "class", "interface", "struct", "enum", "trait", "object", "module"),
    *("implementation", "type", "macro", "constant", "variable", "field", "property", "attribute", "declaration"),
    "section",
)
"""What a symbol may be. An `implementation` is an `impl` block or an extension; a `declaration` has no body."""

TYPES = frozenset(("class", "interface", "struct", "enum", "trait", "object", "implementation"))
"""Kinds whose functions are methods."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """A language's parser and compiled queries. Not thread-safe, as parsers are not."""

    parser: Parser
    definitions: Query
    references: Query | None


def source_of(language: str) -> tuple[str, str]:
    """The texts of both queries of a language; empty where it has none."""
    file = files("inglenook_indexer.symbols") / "queries" / f"{language}.scm"
    if not file.is_file():
        return LANGUAGES[language].definitions, ""
    definitions, _, references = file.read_text("utf-8").partition(_BORDER)
    return definitions, references


def load(language: str) -> Patterns | None:
    """What a language needs; None for one without a grammar. Raises ImportError, ValueError where that is broken."""
    known = LANGUAGES.get(language)
    if known is None or not known.grammar:
        return None
    from tree_sitter import Parser, Query

    grammar = load_grammar(known)
    definitions, references = source_of(language)
    return Patterns(
        Parser(grammar), Query(grammar, definitions), Query(grammar, references) if references.strip() else None
    )
