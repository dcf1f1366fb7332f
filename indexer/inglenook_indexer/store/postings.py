"""Which rows have a key: a sorted array in memory over one column of the table. Knows nothing of what keys mean.

Made when it is first asked and brought up to date at every commit: rows of new parts are added, rows that are gone are
marked. 8 bytes for each key of each row: 100,000 chunks take some 25 MB, and a look-up takes microseconds.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_REBUILD_SHARE = 0.25  # of the rows new or gone: then reading everything costs less than keeping the books
_SHIFT = np.uint64(32)
_ROW = np.uint64(0xFFFFFFFF)


class Postings:
    """Keys of `column` (a list of uint32) -> row ids of a LanceDB table. Thread-safe."""

    def __init__(self, table: Any, column: str) -> None:
        self._table = table
        self._column = column
        self._lock = threading.Lock()
        self._version = -1
        self._pairs: NDArray[np.uint64] = np.array([], np.uint64)
        """key << 32 | place in `_ids`, sorted."""
        self._ids: NDArray[np.uint64] = np.array([], np.uint64)
        self._alive: NDArray[np.bool_] = np.array([], np.bool_)

    def rows(self, keys: Sequence[int], limit: int) -> NDArray[np.uint64]:
        """Ids of rows that have one of these keys, at most `limit` for each, in the table's order; as of now."""
        with self._lock:
            if self._table.version != self._version:
                self._update()
            places = [self._places(key, limit) for key in dict.fromkeys(keys)]
            found: NDArray[np.uint64] = self._ids[np.unique(np.concatenate(places))] if places else self._ids[:0]
            return found

    def fresh(self) -> bool:
        """Whether nothing was committed since the last look-up."""
        return bool(self._table.version == self._version)

    def _places(self, key: int, limit: int) -> NDArray[np.uint64]:
        low = np.uint64(key) << _SHIFT
        first, last = np.searchsorted(self._pairs, (low, low | _ROW))
        if last < len(self._pairs) and self._pairs[last] == low | _ROW:
            last += 1
        places = self._pairs[first:last] & _ROW
        alive: NDArray[np.uint64] = places[self._alive[places]][:limit]
        return alive

    def _update(self) -> None:
        version = self._table.version
        count = max(1, self._table.count_rows())
        now = self._table.search().select(["_rowid"]).with_row_id(True).limit(count).to_arrow()["_rowid"].to_numpy()
        new = now[~np.isin(now, self._ids)]
        alive = np.isin(self._ids, now)
        gone = len(alive) - int(alive.sum())
        if len(new) + gone > _REBUILD_SHARE * max(1, len(now)):
            rows = self._table.search().select([self._column]).with_row_id(True).limit(count).to_arrow()
            self._ids, self._alive, self._pairs = (self._ids[:0], self._alive[:0], self._pairs[:0])
        else:
            self._alive = alive
            rows = None
            if len(new):
                rows = self._table.take_row_ids(new.tolist()).select([self._column]).with_row_id().to_arrow()
        if rows is not None and rows.num_rows:
            self._append(rows["_rowid"].to_numpy(), rows[self._column].combine_chunks())
        self._version = version

    def _append(self, ids: NDArray[np.uint64], lists: Any) -> None:
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
