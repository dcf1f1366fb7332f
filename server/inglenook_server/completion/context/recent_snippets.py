"""Context found lately, by file: it stays while the cursor stays near, so that the prompt's start does too. Pure."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

STAY_LINES = 4
"""Lines the cursor may move before the snippets are looked up again."""
PLACES = 32
"""Files whose snippets are remembered."""


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    line: int
    query: str
    found: T


class SnippetMemory(Generic[T]):
    """Results of a look-up by file, line and query."""

    def __init__(self) -> None:
        self._places: OrderedDict[str, _Kept[T]] = OrderedDict()

    def get(
        self,
        path: str,
        line: int,
        query: str,
        look_up: Callable[[str], tuple[T, bool]],
        serves: Callable[[T], bool] = lambda _: True,
    ) -> T:
        """What was found for `query`, or lately for a line near `line`; `look_up` is called for what is new.

        What `serves` says no to is looked up again wherever the cursor is.
        It gives a result and whether that is whole: one from which a late source is missing is not kept.
        """
        known = self._places.get(path)
        near = known is not None and (known.query == query or 0 <= line - known.line < STAY_LINES)
        if known is not None and near and serves(known.found):
            return known.found
        found, whole = look_up(query)
        if whole:
            self._places[path] = _Kept(line, query, found)
            self._places.move_to_end(path)
            while len(self._places) > PLACES:
                self._places.popitem(last=False)
        return found

    def clear(self) -> None:
        """Forget everything: the index has changed."""
        self._places.clear()
