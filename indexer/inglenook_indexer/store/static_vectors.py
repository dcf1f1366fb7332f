"""All static vectors of a table in memory: what of a small table answers at once. Knows nothing of what they mean.

A search of 22,000 rows takes 1.5 ms here and 14 ms in the table, which reads and decodes them each time. 1 kB a row.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

_REBUILD_SHARE = 0.25  # of the rows new or gone: then reading everything costs less


class StaticVectors:
    """The vectors of `column` of a LanceDB table, brought up to date with every version. Thread-safe."""

    def __init__(self, table: Any, column: str, dimensions: int) -> None:
        self._table = table
        self._column = column
        self._lock = threading.Lock()
        self._stamp: Any = None
        self._ids: NDArray[np.uint64] = np.array([], np.uint64)
        self._rows: NDArray[np.float32] = np.zeros((0, dimensions), np.float32)

    def nearest(self, vector: NDArray[np.float32], limit: int, stamp: Any) -> dict[int, float]:
        """Row id -> dot product, best first. `stamp` names the version of the table; rows without a vector count 0."""
        with self._lock:
            if stamp != self._stamp:
                self._update(keep=self._stamp is not None and stamp[0] == self._stamp[0])
                self._stamp = stamp
            ids, rows = self._ids, self._rows
        products = rows @ vector
        best = np.argpartition(-products, limit)[:limit] if len(products) > limit else np.arange(len(products))
        best = best[np.argsort(-products[best], kind="stable")]
        return dict(zip(ids[best].tolist(), products[best].tolist(), strict=True))

    def _update(self, *, keep: bool) -> None:
        count = max(1, self._table.count_rows())
        if keep:
            now = self._table.search().select(["_rowid"]).with_row_id(True).limit(count).to_arrow()["_rowid"].to_numpy()
            new, alive = now[~np.isin(now, self._ids)], np.isin(self._ids, now)
            if len(new) + int((~alive).sum()) <= _REBUILD_SHARE * max(1, len(now)):
                self._ids, self._rows = self._ids[alive], self._rows[alive]
                if len(new):
                    self._append(self._table.take_row_ids(new.tolist()).select([self._column]).with_row_id().to_arrow())
                return
        self._ids, self._rows = self._ids[:0], self._rows[:0]
        self._append(self._table.search().select([self._column]).with_row_id(True).limit(count).to_arrow())

    def _append(self, rows: Any) -> None:
        column = rows[self._column].combine_chunks()
        wide = self._rows.shape[1]
        flat = column.values.to_numpy(zero_copy_only=False)[column.offset * wide :][: len(column) * wide]
        found = flat.reshape(-1, wide).astype(np.float32)
        if column.null_count:
            found[column.is_null().to_numpy(zero_copy_only=False)] = 0
        self._ids = np.concatenate((self._ids, rows["_rowid"].to_numpy()))
        self._rows = np.concatenate((self._rows, found)) if len(self._rows) else found
