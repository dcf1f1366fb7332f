"""The encoder's vectors, kept by the hash of the text they stand for. Knows nothing of files or of chunks' places.

A vector stays when its chunk goes: a function that moves, a file that is renamed, a branch that comes back finds it
here. `prune` bounds what is kept of texts that no chunk has any more.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from inglenook_indexer.errors import StoreDamaged
from inglenook_indexer.store import indices
from inglenook_indexer.store.engine_table import Database
from inglenook_indexer.store.garbage import never_filled, remove_orphans
from inglenook_indexer.store.sql import one_of
from inglenook_indexer.store.storage_errors import storage
from inglenook_indexer.system import permissions

_TABLE = "encoded"
_READ_INTERVAL = timedelta(seconds=1)
_SPARE = 20_000  # vectors of texts that are gone and may come back: 15 MB
_SPARE_SHARE = 0.5  # or this share of the living, where that is more
_DELETED_AT_ONCE = 2_000
_CACHE_BYTES = 96 << 20  # of partitions in memory; unbounded, a table of a million would be held whole
_METADATA_BYTES = 16 << 20


def short(hashes: Sequence[str] | pa.ChunkedArray) -> NDArray[np.uint64]:
    """The first 64 bits of each hash (hex): enough to tell texts apart, and a tenth of the memory."""
    if isinstance(hashes, pa.ChunkedArray):
        parts = [short(chunk.to_pylist()) for chunk in hashes.chunks]
        return np.concatenate(parts) if parts else np.array([], np.uint64)
    if not len(hashes):
        return np.array([], np.uint64)
    digits = np.array(hashes, "S16").view(np.uint8).reshape(-1, 16)
    halves = np.where(digits > ord("9"), digits - ord("a") + 10, digits - ord("0")).astype(np.uint8)
    return (halves[:, ::2] << 4 | halves[:, 1::2]).view(">u8").reshape(-1).astype(np.uint64)


class Encodings:
    """One table of (hash, vector, when). One writer, many readers; made when the first vectors come."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._table: Any = None
        self._known: tuple[int, NDArray[np.uint64]] | None = None

    @property
    def exists(self) -> bool:
        """Whether any vector was ever kept here."""
        table = self.folder / f"{_TABLE}.lance"
        return table.exists() and not never_filled(table)

    def add(self, hashes: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """One commit. Hashes that are known already must not come again. Raises StorageError."""
        with storage(self.folder):
            count, dimensions = vectors.shape
            flat = pa.array(np.ascontiguousarray(vectors, np.float16).reshape(-1))
            rows = pa.table(
                [
                    pa.array(list(hashes), pa.string()),
                    pa.FixedSizeListArray.from_arrays(flat, dimensions),
                    pa.array(np.full(count, int(time.time()), np.int64)),
                ],
                names=["hash", "vector", "added"],
            )
            table = self._open(rows.schema)
            table.add(rows)
        if self._known is not None:
            self._known = (table.version, np.union1d(self._known[1], short(hashes)))

    def known(self) -> NDArray[np.uint64]:
        """`short` hashes of every text that has a vector here, sorted."""
        table = self._open()
        if table is None:
            return np.array([], np.uint64)
        with storage(self.folder):
            if self._known is None or self._known[0] != table.version:
                rows = table.search().select(["hash"]).limit(max(1, table.count_rows())).to_arrow()
                self._known = (table.version, np.unique(short(rows["hash"])))
        return self._known[1]

    def mend(self, *, closely: bool = False) -> bool:
        """Whether all is well; if not, everything is dropped, to be made again. `closely` reads the vectors as well.

        For the writer. Raises OSError, StoreBlocked.
        """
        try:
            self.verify() if closely else self.known()
        except StoreDamaged:
            self.drop()
            return False
        return True

    def verify(self) -> None:
        """Read everything. Raises StorageError where that fails."""
        table = self._open()
        if table is not None:
            with storage(self.folder):
                for _ in table.search().limit(max(1, table.count_rows())).to_batches():
                    pass

    def count(self, hashes: Sequence[str]) -> int:
        """How many of these texts have a vector."""
        return int(np.isin(short(hashes), self.known()).sum()) if len(hashes) and self.exists else 0

    def nearest(self, vector: Any, limit: int) -> dict[str, float]:
        """Hash -> cosine similarity of the nearest texts, best first. Texts that are gone may be among them."""
        table = self._open()
        if table is None:
            return {}
        with storage(self.folder):
            query = table.search(np.asarray(vector, np.float16), vector_column_name="vector").distance_type("dot")
            rows = query.nprobes(indices.PROBES).select(["hash", "_distance"]).limit(limit).to_arrow()
        return dict(zip(rows["hash"].to_pylist(), (1.0 - rows["_distance"].to_numpy()).tolist(), strict=True))

    def tidy(self, *, unverified: bool = False) -> None:
        """Merge small parts; partition the vectors when that pays. Cheap when there is little to do."""
        table = self._open()
        if table is None:
            return
        with storage(self.folder):
            if unverified or indices.stale(table):
                indices.compact(table, unverified=unverified)
            if unverified:
                remove_orphans(self.folder)
            indices.index_vectors(table, "vector", indices.VECTOR_ROWS)

    def prune(self, chunk_hashes: NDArray[np.uint64]) -> int:
        """Drop the oldest vectors of texts that no chunk has, beyond what may come back; returns how many."""
        table = self._open()
        if table is None:
            return 0
        spare = max(_SPARE, int(_SPARE_SHARE * len(chunk_hashes)))
        if table.count_rows() <= len(chunk_hashes) + spare:
            return 0
        with storage(self.folder):
            rows = table.search().select(["hash", "added"]).limit(table.count_rows()).to_arrow()
            dead = np.flatnonzero(~np.isin(short(rows["hash"]), chunk_hashes))
            oldest = dead[np.argsort(rows["added"].to_numpy()[dead], kind="stable")][: max(0, len(dead) - spare)]
            gone: list[str] = rows["hash"].take(pa.array(oldest)).to_pylist()
            for start in range(0, len(gone), _DELETED_AT_ONCE):
                table.delete(one_of("hash", gone[start : start + _DELETED_AT_ONCE]))
        self._known = None
        return len(gone)

    def keep(self, chunk_hashes: NDArray[np.uint64]) -> None:
        """Drop every vector but those of `chunk_hashes`, and what older versions of the table held. For the writer.

        Written anew in one commit, so that a reader sees them before it or after it.
        """
        table = self._open()
        if table is None:
            return
        with storage(self.folder):
            names = table.schema.names
            rows = table.search().select(names).limit(max(1, table.count_rows())).to_arrow().select(names)
            table.add(rows.filter(pa.array(np.isin(short(rows["hash"]), chunk_hashes))), mode="overwrite")
            time.sleep(2 * indices.NOTHING.total_seconds())  # what was just replaced is old by then
            indices.compact(table, keep=indices.NOTHING, unverified=True)
            remove_orphans(self.folder)
            indices.index_vectors(table, "vector", indices.VECTOR_ROWS)
        self._known = None

    def drop(self) -> None:
        """Forget everything: another encoder is about to write, or the table can't be read. Raises OSError."""
        self.shut()
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def shut(self) -> None:
        """Let go of the table; it is opened again when needed."""
        self._table = self._known = None

    def _open(self, schema: pa.Schema | None = None) -> Any:
        """The table; None if there is none and no schema to make one of."""
        if self._table is None and (schema is not None or self.exists):
            with storage(self.folder):
                permissions.make(self.folder)
                database = Database(self.folder, _READ_INTERVAL, _CACHE_BYTES, _METADATA_BYTES)
                if self.exists:
                    self._table = database.open_table(_TABLE)
                    if self._table.schema.names != ["hash", "vector", "added"]:
                        raise StoreDamaged(f"The encoder's vectors in {self.folder} are another program's.")
                else:
                    shutil.rmtree(self.folder / f"{_TABLE}.lance", ignore_errors=True)
                    self._table = database.create_table(_TABLE, schema)
        return self._table
