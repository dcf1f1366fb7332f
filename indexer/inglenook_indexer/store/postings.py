"""Which rows have a key: a sorted array in memory over one column of the table. Knows nothing of what keys mean.

Made when it is first asked and brought up to date at every commit: rows of new parts are added, rows that are gone are
marked. 8 bytes for each key of each row, and the paths once: 100,000 chunks take some 25 MB, and a look-up takes
microseconds. What a question is not about, by path and language, is never read from the table.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_REBUILD_SHARE = 0.25  # of the rows new or gone: then reading everything costs less than keeping the books
_SHIFT = np.uint64(32)
_ROW = np.uint64(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class Posted:
    """Some rows that have a key, and how many do."""

    ids: NDArray[np.uint64]
    paths: list[str]
    languages: list[str]
    total: int


class Names:
    """Strings by number."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._numbers: dict[str, int] = {}

    def numbers(self, column: Any) -> NDArray[np.int32]:
        """The number of each string of an Arrow column."""
        parts = column.combine_chunks().dictionary_encode()
        found = np.array([self._number(name or "") for name in parts.dictionary.to_pylist()], np.int32)
        return found[parts.indices.to_numpy(zero_copy_only=False)] if len(found) else found

    def _number(self, name: str) -> int:
        number = self._numbers.setdefault(name, len(self.all))
        if number == len(self.all):
            self.all.append(name)
        return number


class Postings:
    """Keys of `column` (a list of uint32) -> rows of a LanceDB table that has `path` and `language`. Thread-safe.

    `order` gives what files are sorted by.
    """

    def __init__(self, table: Any, column: str, order: Callable[[str], Any] = str) -> None:
        self._table = table
        self._column = column
        self._order = order
        self._lock = threading.Lock()
        self._version = -1
        self._clear()

    def rows(
        self,
        keys: Sequence[int],
        limit: int,
        skip: int = 0,
        keep: Callable[[str, str], bool] | None = None,
        *,
        version: int,
    ) -> Posted:
        """`limit` rows after the first `skip` that have one of these keys, by the files' order.

        Only those count that `keep` lets through, by path and language. As of the table's `version`, or a later one.
        """
        with self._lock:
            if version > self._version:
                self._update()
            places = [self._places(key) for key in dict.fromkeys(keys)]
            found = self._all(places)
            if keep is not None and len(found):
                found = found[self._kept(found, keep)]
            some = self._first(found, skip, limit)
            paths = [self._paths.all[number] for number in self._path[some].tolist()]
            languages = [self._languages.all[number] for number in self._language[some].tolist()]
            return Posted(self._ids[some], paths, languages, len(found))

    def _clear(self) -> None:
        self._pairs: NDArray[np.uint64] = np.array([], np.uint64)
        """key << 32 | place in `_ids`, sorted."""
        self._ids: NDArray[np.uint64] = np.array([], np.uint64)
        self._alive: NDArray[np.bool_] = np.array([], np.bool_)
        self._path: NDArray[np.int32] = np.array([], np.int32)
        self._language: NDArray[np.int32] = np.array([], np.int32)
        self._paths, self._languages = Names(), Names()
        self._ranks: NDArray[np.uint64] = np.array([], np.uint64)
        """Of each path, its place among all of them."""

    def _places(self, key: int) -> NDArray[np.uint64]:
        low = np.uint64(key) << _SHIFT
        first, last = np.searchsorted(self._pairs, (low, low | _ROW))
        if last < len(self._pairs) and self._pairs[last] == low | _ROW:
            last += 1
        places = self._pairs[first:last] & _ROW
        alive: NDArray[np.uint64] = places[self._alive[places]]
        return alive

    def _all(self, places: Sequence[NDArray[np.uint64]]) -> NDArray[np.uint64]:
        """Those of several keys, each once."""
        filled = [some for some in places if len(some)]
        if len(filled) < 2:
            return filled[0] if filled else np.array([], np.uint64)
        return np.unique(np.concatenate(filled))

    def _kept(self, places: NDArray[np.uint64], keep: Callable[[str, str], bool]) -> NDArray[np.bool_]:
        """Which of these rows a filter lets through: it is asked once for each file."""
        kinds = self._path[places].astype(np.int64) << 16 | self._language[places]
        several, which = np.unique(kinds, return_inverse=True)
        answers = [keep(self._paths.all[kind >> 16], self._languages.all[kind & 0xFFFF]) for kind in several.tolist()]
        return np.array(answers, np.bool_)[which]

    def _first(self, places: NDArray[np.uint64], skip: int, limit: int) -> NDArray[np.uint64]:
        """`limit` of these rows after the first `skip`, in order."""
        if len(self._ranks) != len(self._paths.all):
            by_order = sorted(range(len(self._paths.all)), key=lambda number: self._order(self._paths.all[number]))
            self._ranks = np.empty(len(by_order), np.uint64)
            self._ranks[by_order] = np.arange(len(by_order), dtype=np.uint64)
        ordered = self._ranks[self._path[places]] << _SHIFT | places
        end = skip + limit
        if end < len(ordered):
            ordered = np.partition(ordered, end - 1)[:end] if end else ordered[:0]
        ordered.sort()
        some: NDArray[np.uint64] = ordered[skip:] & _ROW
        return some

    def _update(self) -> None:
        version = self._table.version
        count = max(1, self._table.count_rows())
        now = self._table.search().select(["_rowid"]).with_row_id(True).limit(count).to_arrow()["_rowid"].to_numpy()
        new = now[~np.isin(now, self._ids)]
        alive = np.isin(self._ids, now)
        gone = len(alive) - int(alive.sum())
        columns = [self._column, "path", "language"]
        if len(new) + gone > _REBUILD_SHARE * max(1, len(now)):
            rows = self._table.search().select(columns).with_row_id(True).limit(count).to_arrow()
            self._clear()
        else:
            self._alive = alive
            rows = None
            if len(new):
                rows = self._table.take_row_ids(new.tolist()).select(columns).with_row_id().to_arrow()
        if rows is not None and rows.num_rows:
            self._append(rows)
        self._version = version

    def _append(self, rows: Any) -> None:
        ids, lists = rows["_rowid"].to_numpy(), rows[self._column].combine_chunks()
        sizes = lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64)
        keys = lists.flatten().to_numpy(zero_copy_only=False).astype(np.uint64)
        keys <<= _SHIFT
        keys |= np.repeat(np.arange(len(self._ids), len(self._ids) + len(ids), dtype=np.uint64), sizes)
        keys.sort()
        self._pairs = keys if not len(self._pairs) else np.concatenate((self._pairs, keys))
        if len(self._pairs) > len(keys):
            self._pairs.sort(kind="stable")  # two sorted runs: merged, not sorted anew
        self._ids = np.concatenate((self._ids, ids))
        self._alive = np.concatenate((self._alive, np.ones(len(ids), np.bool_)))
        self._path = np.concatenate((self._path, self._paths.numbers(rows["path"])))
        self._language = np.concatenate((self._language, self._languages.numbers(rows["language"])))
