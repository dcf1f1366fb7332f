"""Commits to one open table, and keeps its indices up to date. Knows nothing of what rows mean.

One writer, who holds the lock. A commit replaces whole files, hundreds at a time, and is atomic: readers see the table
before it or after it, and a killed writer leaves the version before.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from inglenook_indexer.store import indices
from inglenook_indexer.store.garbage import remove_orphans
from inglenook_indexer.store.open_table import KEYS, OpenTable
from inglenook_indexer.store.sql import one_of
from inglenook_indexer.store.storage_errors import storage

_REGROWN = 3  # times its indexed rows that a store may grow by in one run before words are indexed anew: each search
# scans what is not, and all the indexing on the way costs half of the last one
_FIRST = 30_000  # rows of a first run from which on its words are indexed on the way: fewer are done in ten seconds


class TableWriter:
    """Everything may raise StorageError."""

    def __init__(self, table: OpenTable) -> None:
        self._table = table
        self._indexed = table.lance.count_rows()
        self._unindexed = 0

    def replace(self, rows: pa.Table, paths: Iterable[str], *, fresh: bool = False) -> None:
        """One commit: the files `paths` now consist of `rows`, and of nothing if none has that path.

        `fresh` says that the table holds none of these paths, which makes a first index many times faster.
        """
        table, gone = self._table.lance, sorted(set(paths))
        if not gone and not rows.num_rows:
            return
        with storage(self._table.folder):
            if not rows.num_rows:
                table.delete(one_of("path", gone))
            elif fresh:
                table.add(rows, on_bad_vectors="null")
            else:
                (
                    table.merge_insert("id")
                    .when_matched_update_all()
                    .when_not_matched_insert_all()
                    .when_not_matched_by_source_delete(one_of("path", gone))
                    .execute(rows, on_bad_vectors="null")
                )
            self._unindexed += rows.num_rows
            words = self._table.words_indexed
            due = _REGROWN * self._indexed if words else _FIRST if fresh else 0
            if (fresh or not words) and self._unindexed > due:
                indices.index_words(table)
                self._indexed, self._unindexed = table.count_rows(), 0
            self._table.written()

    def tidy(self, *, first: bool = False, unverified: bool = False) -> None:
        """Bring the indices up to date and drop old versions. Cheap when there is little to do.

        After a `first` index nothing is old yet, and the words' index is best made anew. `unverified` also drops
        files that a killed writer left.
        """
        table, folder = self._table.lance, self._table.folder
        with storage(folder):
            if first or not self._table.words_indexed:
                indices.index_words(table)
            if unverified:
                remove_orphans(folder)  # first: on a full disk this makes the room that merging needs
            if unverified or (not first and indices.stale(table)):
                indices.compact(table, unverified=unverified)
            indices.index_keys(table, KEYS)
            indices.index_vectors(table, "vector", indices.VECTOR_ROWS)
            self._table.written()
