"""Names with what stands before them: `Class.method`, `a::b`, `A#b`. Pure; knows nothing of where symbols are kept."""

from __future__ import annotations

import re
from collections.abc import Sequence

from inglenook_indexer.symbols.path_order import Keep
from inglenook_indexer.symbols.resolve import place
from inglenook_indexer.types import Symbol

_SPLIT = re.compile(r"::|->|[.#\\/>\s]+")


def parts(name: str) -> list[str]:
    """A name in parts, of which there is at least one."""
    return [part for part in _SPLIT.split(name.strip().removesuffix("()")) if part] or [""]


def belongs(one: Symbol, before: Sequence[str], exactly: bool = False) -> bool:
    """Whether what stands before the dot says where a symbol is: its classes, and the folders and file around them.

    Nothing before it says nothing against any.
    """
    if not before:
        return True
    around = [re.sub(r"<.*", "", part) for part in _SPLIT.split(one.parent) if part]
    if exactly:
        return around[-len(before) :] == list(before)
    rest = iter([part.lower() for part in (*place(one.path).split("/"), *around)])
    return all(part.lower() in rest for part in before)


def inside(part: str) -> Keep:
    """A filter on files that are called so, or lie in a folder that is."""
    wanted = part.lower()
    return lambda path, _: wanted in place(path).lower().split("/")
