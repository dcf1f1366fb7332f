"""Which of several definitions of one name are told as such, and which beside them: overloads, stubs, headers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from inglenook_server.chat.known.kinds import FUNCTIONS, TYPES

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

_ALSO = frozenset(("implementation", "declaration"))
"""Kinds that stand beside a definition, not for it."""


def told_apart(found: Sequence[Symbol]) -> tuple[list[Symbol], list[Symbol]]:
    """The definitions, and what declares or implements one elsewhere; where nothing defines it, what declares it."""
    stubbed = any(not is_stub(one.path) for one in found)
    also = [one for one in found if one.kind in _ALSO or (stubbed and is_stub(one.path))]
    symbols = [one for one in found if one not in also and not _is_own_constructor(one, found)]
    overloads = _overloads(symbols)
    symbols = [one for one in symbols if one not in overloads]
    return (symbols, also) if symbols else (also, [])


def is_stub(path: str) -> bool:
    """Whether a file only declares what another one defines: Python's stubs."""
    return path.endswith(".pyi")


def _overloads(symbols: Sequence[Symbol]) -> list[Symbol]:
    """Python's declarations of a function that is defined further down, with a body, in the same place."""
    last: dict[tuple[str, str, str], Symbol] = {}
    for one in symbols:
        if one.language == "python" and one.kind in FUNCTIONS:
            known = last.get((one.path, one.parent, one.name))
            if known is None or one.line > known.line:
                last[one.path, one.parent, one.name] = one
    kept = {key for key, one in last.items() if one.end_line > one.line}
    return [one for one in symbols if (key := (one.path, one.parent, one.name)) in kept and last[key] is not one]


def _is_own_constructor(one: Symbol, others: Iterable[Symbol]) -> bool:
    """Whether a constructor stands in the type of its name, as in Java."""
    if one.kind not in ("constructor", "method") or one.parent.rpartition(" > ")[2] != one.name:
        return False
    return any(other.name == one.name and other.kind in TYPES and other.path == one.path for other in others)
