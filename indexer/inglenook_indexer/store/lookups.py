"""Rows of one open table by vector, by words or by a filter, best first. Knows nothing of how rows are ranked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from inglenook_indexer.chunks.schema import CHUNK_COLUMNS
from inglenook_indexer.store import indices
from inglenook_indexer.store.engine_table import MatchQuery
from inglenook_indexer.store.open_table import CHECKED, OpenTable, Stamp
from inglenook_indexer.store.row_cache import CachedRow, RowCache
from inglenook_indexer.store.static_vectors import StaticVectors

_EXPANSIONS = 20  # words that a misspelt one may stand for


class Lookups:
    """Answers are whole rows, checked, each with its `_score`. Thread-safe. Every question may raise StorageError."""

    def __init__(self, table: OpenTable) -> None:
        self._table = table
        self._vectors = StaticVectors(table.lance, "vector", table.schema.field("vector").type.list_size)
        self._rows = RowCache(table.lance, [*CHUNK_COLUMNS, *CHECKED, "words"], table.genuine)

    def nearest(self, vector: Any, limit: int, where: str = "", beside: Any = None) -> list[dict[str, Any]]:
        """Rows by the cosine similarity of their static vectors; none where these are another embedder's.

        With `beside`, a vector or a matrix of them, each row's cosines to these stand in `_similarity`.
        """
        lance = self._table.lance
        if self._table.embedder_differs:
            return []

        def ask(stamp: Stamp) -> dict[int, float]:
            if not where and lance.count_rows() < indices.VECTOR_ROWS:
                return self._vectors.nearest(np.asarray(vector, np.float32), limit, stamp)
            query = lance.search(np.asarray(vector, np.float16), vector_column_name="vector").distance_type("dot")
            query = query.nprobes(indices.PROBES).select(["_distance"]).with_row_id(True).limit(limit)
            found = (query.where(where) if where else query).to_arrow()
            return dict(zip(found["_rowid"].to_pylist(), (1.0 - found["_distance"].to_numpy()).tolist(), strict=True))

        return self._rows_of(ask, beside)

    def matching(
        self, words: str, limit: int, where: str = "", vector: Any = None, edits: int = 0
    ) -> list[dict[str, Any]]:
        """Rows by BM25 over words that are split as the stored ones are.

        With a `vector`, each row's cosine to it stands in `_similarity`; with a matrix of vectors, its cosine to each.
        `edits` lets words differ by so many letters.
        """
        if not words or not self._table.words_indexed:
            return []
        wanted = MatchQuery(words, "words", fuzziness=edits, max_expansions=_EXPANSIONS, prefix_length=min(edits, 1))

        def ask(_: Stamp) -> dict[int, float]:
            query = self._table.lance.search(wanted, query_type="fts").select(["_score"]).with_row_id(True).limit(limit)
            found = (query.where(where) if where else query).to_arrow()
            return dict(zip(found["_rowid"].to_pylist(), found["_score"].to_pylist(), strict=True))

        return self._rows_of(ask, vector)

    def holding(self, clause: str, limit: int, vector: Any = None) -> list[dict[str, Any]]:
        """Rows that a filter lets through, scored 0, with their cosine to `vector` in `_similarity` if there is one."""

        def ask(_: Stamp) -> dict[int, float]:
            rows = self._table.lance.search().where(clause).select(["_rowid"]).with_row_id(True).limit(limit).to_arrow()
            return dict.fromkeys(rows["_rowid"].to_pylist(), 0.0)

        return self._rows_of(ask, vector)

    def _rows_of(self, ask: Callable[[Stamp], dict[int, float]], vector: Any = None) -> list[dict[str, Any]]:
        """The rows whose ids `ask` gives for a version, with its numbers in `_score`."""
        if self._table.embedder_differs:
            vector = None

        def read(stamp: Stamp) -> tuple[list[tuple[CachedRow, float]], bool]:
            scores = ask(stamp)
            kept = self._rows.of(scores, stamp)
            return [(kept[one], score) for one, score in scores.items() if one in kept], len(kept) == len(scores)

        found = self._table.of_one_version(read)
        rows = [{**one.row, "_score": score} for one, score in found]
        vectors = [one.vector for one, _ in found]
        if vector is not None and rows and all(one is not None for one in vectors):
            cosines = np.asarray(vectors, np.float32) @ np.asarray(vector, np.float32).T
            for row, cosine in zip(rows, cosines.tolist(), strict=True):
                row["_similarity"] = cosine
        return rows
