"""What belongs to what in the outline of a file. Pure; knows no answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol


def is_inside(one: Symbol, outline: Sequence[Symbol]) -> bool:
    """Whether a symbol stands in another one of its file."""
    return bool(one.parent) and any(
        other is not one and other.line <= one.line and one.end_line <= other.end_line and _path(other) == one.parent
        for other in outline
    )


def members_of(one: Symbol, outline: Sequence[Symbol]) -> list[Symbol]:
    """What a type holds itself: in its lines, and where a language has its methods elsewhere in the file."""
    found = [other for other in outline if other.parent == _path(one) and other is not one]
    if one.kind != "implementation":
        return found
    return [other for other in found if one.line <= other.line and other.end_line <= one.end_line]


def _path(one: Symbol) -> str:
    return f"{one.parent} > {one.name}" if one.parent else one.name
