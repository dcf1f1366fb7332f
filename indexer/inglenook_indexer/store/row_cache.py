"""Rows that were asked for lately, whole and checked, by row id. Knows nothing of what a search is.

Searches of one repository come back to the same few hundred chunks; reading 80 of them from the table takes 4 ms.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_KEPT = 3_000  # rows, of some 6 kB


class CachedRow(NamedTuple):
    """One row without its vector, and the vector, which may be missing."""

    row: dict[str, Any]
    vector: NDArray[np.float16] | None


class RowCache:
    """The columns `names` and the vectors of a LanceDB table's rows. Thread-safe. `check` raises on a row gone bad."""

    def __init__(self, table: Any, names: list[str], check: Callable[[list[dict[str, Any]]], Any]) -> None:
        self._table = table
        self._names = names
        self._check = check
        self._lock = threading.Lock()
        self._stamp: Any = None
        self._rows: OrderedDict[int, CachedRow] = OrderedDict()

    def of(self, ids: Iterable[int], stamp: Any) -> dict[int, CachedRow]:
        """The rows with these ids in the version that `stamp` names, those that are gone left out."""
        wanted = list(ids)
        with self._lock:
            if stamp != self._stamp:
                self._rows.clear()
                self._stamp = stamp
            known = {one: self._rows[one] for one in wanted if one in self._rows}
        found = self._read([one for one in wanted if one not in known])
        with self._lock:
            if stamp == self._stamp:
                self._rows.update(found)
                for one in known:
                    if one in self._rows:
                        self._rows.move_to_end(one)
                while len(self._rows) > _KEPT:
                    self._rows.popitem(last=False)
        return known | found

    def _read(self, ids: list[int]) -> dict[int, CachedRow]:
        if not ids:
            return {}
        table = self._table.take_row_ids(ids).select([*self._names, "vector"]).with_row_id().to_arrow()
        rows: list[dict[str, Any]] = table.select(self._names).to_pylist()
        self._check(rows)
        column = table["vector"].combine_chunks()
        wide = column.type.list_size
        flat = column.values.to_numpy(zero_copy_only=False)[column.offset * wide :][: len(column) * wide]
        vectors = [None] * len(rows) if column.null_count else flat.reshape(len(rows), wide)
        return dict(zip(table["_rowid"].to_pylist(), map(CachedRow, rows, vectors), strict=True))
