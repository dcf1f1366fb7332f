"""Chunks of one open table and the encoder's vectors of their texts, brought together. Knows nothing of the encoder."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from inglenook_indexer.errors import StorageError, StoreDamaged
from inglenook_indexer.store.encodings import Encodings, short
from inglenook_indexer.store.lookups import Lookups
from inglenook_indexer.store.open_table import OpenTable
from inglenook_indexer.store.sql import one_of
from inglenook_indexer.store.storage_errors import storage

_CROWD = 4  # how much further to look when an encoder's nearest texts turn out to be gone
_LOOKS = 3
_SCORED = 1_000  # texts whose cosine an encoder's search gives, beyond those it brings: the search knows them anyway

_log = logging.getLogger(__name__)


class EncodedChunks:
    """Without `encodings`, as where they can't be read, no chunk has an encoder's vector."""

    def __init__(self, table: OpenTable, lookups: Lookups, encodings: Encodings | None) -> None:
        self._table = table
        self._lookups = lookups
        self._encodings = encodings

    def nearest(
        self, vector: Any, limit: int, where: str = "", static: Any = None
    ) -> tuple[list[dict[str, Any]], dict[str, float]]:
        """The encoder's nearest texts, then the chunks that have them; and the cosines of more texts, by hash.

        With a `static` vector, each row's cosine to it stands in `_similarity`.
        Old versions of a text may crowd a query out, and a filter may hold most texts back: then it looks further.
        """
        encodings = self._encodings
        if encodings is None or not encodings.exists:
            return [], {}
        found: list[dict[str, Any]] = []
        scores: dict[str, float] = {}
        wanted, reach = limit, max(limit, _SCORED)
        for _ in range(_LOOKS):
            try:
                scores = encodings.nearest(vector, reach)
            except StorageError as error:
                encodings.shut()
                _log.warning("searching without the encoder: %s", error.message)
                return [], {}
            if not scores:
                return [], {}
            clause = one_of("hash", list(scores)[:wanted]) + (f" AND {where}" if where else "")
            found = self._lookups.holding(clause, _CROWD * wanted, static)
            if len(found) >= limit or wanted >= len(scores):
                break
            wanted *= _CROWD
            reach = max(reach, wanted)
        for row in found:
            row["_score"] = scores[row["hash"]]
        found.sort(key=lambda row: (-row["_score"], row["id"]))
        return found[:limit], scores

    def among(self, hashes: Sequence[str]) -> set[str]:
        """Those of these texts that have a vector."""
        if not hashes:
            return set()
        return {one for one, found in zip(hashes, self._encoded(list(hashes)).tolist(), strict=True) if found}

    def counted(self, rows: pa.Table) -> dict[str, int]:
        """Path -> how many of these chunks' texts have a vector already."""
        if self._encodings is None or not self._encodings.exists or not rows.num_rows:
            return {}
        with storage(self._table.folder):
            return Counter(rows["path"].filter(pa.array(self._encoded(rows["hash"]))).to_pylist())

    def waiting(self) -> pa.Table:
        """(path, hash) of every chunk whose text has no vector yet."""
        with storage(self._table.folder):
            rows = self._table.columns(["path", "hash"])
            return rows.filter(pa.array(~self._encoded(rows["hash"])))

    def files(self) -> Iterator[tuple[str, int, int, str, int, int]]:
        """(path, size, mtime_ns, digest, chunks, encoded chunks) of every file."""
        with storage(self._table.folder):
            rows = self._table.columns(["path", "size", "mtime_ns", "digest", "hash"])
            rows = rows.append_column("encoded", pa.array(self._encoded(rows["hash"]).astype(np.int64)))
            sums = [("size", "max"), ("mtime_ns", "max"), ("digest", "max"), ("path", "count"), ("encoded", "sum")]
            found = rows.group_by("path").aggregate(sums)
        yield from zip(*(found[name].to_pylist() for name in ("path", *map("_".join, sums))), strict=True)

    def _encoded(self, hashes: pa.ChunkedArray | list[str]) -> Any:
        """For each text, whether it has a vector."""
        known = np.array([], np.uint64)
        if self._encodings is not None:
            try:
                known = self._encodings.known()
            except StoreDamaged as error:
                self._encodings.shut()
                _log.warning("counting no vectors of the encoder: %s", error.message)
        return np.isin(short(hashes), known)
