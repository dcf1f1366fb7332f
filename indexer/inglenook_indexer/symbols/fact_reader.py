"""Rows of facts by key, of store and unsaved buffers, page by page. Knows nothing of what is looked for in them.

Unsaved buffers stand before the store. Nothing is kept in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from inglenook_indexer.symbols import path_order
from inglenook_indexer.symbols.path_order import Keep
from inglenook_indexer.types import Answer

T = TypeVar("T")
Row = Mapping[str, Any]
"""Path, language and facts of one chunk."""

MOST = 700
"""Rows read for one answer; beyond that it says that it is not whole."""
MOST_NARROW = 1500
"""The same where few of the rows fit: what narrows a question is seen in the rows alone."""
_PAGE = 60  # rows read at first, of which each has an answer most of the time; then twice as many: 2 ms


class Rows(Protocol):
    """Whatever has rows of facts: the store, the unsaved buffers."""

    def having(
        self, keys: Sequence[int], limit: int, skip: int = 0, keep: Keep | None = None
    ) -> tuple[Sequence[Row], int]:
        """`limit` rows after the first `skip`, by `path_order.of` their files; how many there are that `keep` keeps."""
        ...


class FactReader:
    """`shadowed` says which files the unsaved buffers stand for now."""

    def __init__(self, stored: Rows, unsaved: Rows, shadowed: Callable[[], frozenset[str]]) -> None:
        self._stored = stored
        self._unsaved = unsaved
        self._shadowed = shadowed

    def gather(
        self,
        keys: Sequence[int],
        keep: Keep | None,
        read: Callable[[Row], Iterable[T]],
        counts: Callable[[T], bool],
        limit: int,
        most: int = MOST,
    ) -> Answer[T]:
        """What is read in the rows that have one of the keys, page by page until `limit` of it counts."""
        found: dict[T, None] = {}
        seen, page, total = 0, max(_PAGE, limit), 1
        while seen < min(total, most) and sum(map(counts, found)) < limit:
            page = min(page, most - seen)
            rows, total = self._rows(keys, page, seen, keep)
            seen += page
            page *= 2
            for row in rows:
                found.update(dict.fromkeys(read(row)))
        return Answer(found, len(found) + max(0, total - seen), exact=seen >= total)

    def of_files(self, key: Callable[[str], int], paths: Sequence[str]) -> list[Row]:
        """All rows of some files that have the key which `key` makes of the path."""
        wanted = frozenset(paths)
        keys = [key(path) for path in wanted]
        return self._rows(keys, MOST_NARROW * len(keys), 0, lambda path, _: path in wanted)[0]

    def _rows(self, keys: Sequence[int], limit: int, skip: int, keep: Keep | None) -> tuple[list[Row], int]:
        """Some rows with one of the keys, of the store where no buffer shadows it; with the first, all of the buffers.

        And how many there are.
        """
        shadowed = self._shadowed()
        if not shadowed:
            rows, total = self._stored.having(keys, limit, skip, keep)
            return list(rows), total
        rows, total = self._stored.having(
            keys, limit, skip, path_order.both(keep, lambda path, _: path not in shadowed)
        )
        unsaved, more = self._unsaved.having(keys, MOST_NARROW, 0, keep)
        return [*(unsaved if not skip else ()), *rows], total + more
