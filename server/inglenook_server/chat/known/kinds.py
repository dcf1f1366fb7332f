"""Kinds of symbols that are asked about alike. Plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

TYPES = frozenset(("class", "interface", "struct", "enum", "trait", "object", "type"))
FUNCTIONS = frozenset(("function", "method", "constructor", "macro"))
VALUES = frozenset(("constant", "variable", "field", "property", "attribute"))
MEMBERS = frozenset(("method", "constructor", "field", "property"))


def is_member(one: Symbol) -> bool:
    """Whether a symbol is found behind a dot."""
    return one.kind in MEMBERS and bool(one.parent)
