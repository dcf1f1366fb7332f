"""A close look at one open table: every row is read, and every index is asked. Knows nothing of what is done then."""

from __future__ import annotations

import numpy as np

from inglenook_indexer.chunks.schema import CHUNK_COLUMNS, FACT_COLUMNS
from inglenook_indexer.store.lookups import Lookups
from inglenook_indexer.store.open_table import CHECKED, KEYS, OpenTable
from inglenook_indexer.store.sql import one_of
from inglenook_indexer.store.storage_errors import storage

_ALL_PROBES = 10_000  # more than there are partitions: to visit every one


def verify(table: OpenTable, lookups: Lookups) -> None:
    """Raises StorageError where something can't be read or is not genuine."""
    lance = table.lance
    with storage(table.folder):
        rows = lance.search().select([*CHUNK_COLUMNS, *FACT_COLUMNS, *CHECKED, "words", "vector"])
        for batch in rows.limit(max(1, lance.count_rows())).to_batches():
            table.sound(table.genuine(batch.to_pylist()))
        for row in lance.search().select(["words", "vector", *KEYS]).limit(1).to_list():
            for key in KEYS:
                lance.search().where(f"{key} >= ''").select(["id"]).limit(1).to_list()
                lance.search().where(one_of(key, [row[key]])).select(["id"]).limit(1).to_list()
            near = lance.search(np.asarray(row["vector"], np.float16), vector_column_name="vector")
            near.distance_type("dot").nprobes(_ALL_PROBES).select(["id"]).limit(1).to_list()
            lookups.matching(row["words"], 1)
