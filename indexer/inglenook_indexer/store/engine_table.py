"""A LanceDB table that can be asked without importing LanceDB. Knows nothing of what rows mean.

What the store asks is asked in LanceDB's own words (`search`, `select`, `where`, ...), and goes to the engine. All else
is done by LanceDB's table over the same open one, so that both see each commit alike; `test_engine_table.py` holds the
two together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from inglenook_indexer.store.engine import engine, package, wait


@dataclass(frozen=True, slots=True)
class MatchQuery:
    """LanceDB's query by words, by the names that the engine reads."""

    query: str
    column: str
    boost: float = 1.0
    fuzziness: int = 0
    max_expansions: int = 50
    operator: str = "OR"
    prefix_length: int = 0
    document_granularity: None = None


class Database:
    """A folder of tables. `interval` is how soon a reader sees what another process has written."""

    def __init__(self, folder: Path, interval: timedelta, index_cache_bytes: int, metadata_cache_bytes: int) -> None:
        self._folder = folder.absolute()
        native = engine()
        caches = native.Session(
            index_cache_size_bytes=index_cache_bytes, metadata_cache_size_bytes=metadata_cache_bytes
        )
        of_services = [None] * 4  # a key, a region and two hosts
        self._connection = wait(
            native.connect, str(self._folder), *of_services, interval.total_seconds(), None, None, caches
        )

    def open_table(self, name: str) -> EngineTable:
        """A table that exists. Raises ValueError, RuntimeError, OSError, as all questions do."""
        return EngineTable(wait(self._connection.open_table, name))

    def create_table(self, name: str, schema: pa.Schema) -> EngineTable:
        """A new, empty table."""
        package().connect(self._folder).create_table(name, schema=schema)
        return self.open_table(name)


class EngineTable:
    """Thread-safe. What is not here is LanceDB's own table's, and takes a second the first time."""

    def __init__(self, native: Any) -> None:
        self._native = native

    @property
    def version(self) -> int:
        """The number of its last commit."""
        return int(wait(self._native.version))

    @property
    def schema(self) -> pa.Schema:
        """Its columns."""
        return wait(self._native.schema)

    def count_rows(self, filter: str | None = None) -> int:
        """How many rows there are, or how many an SQL filter lets through."""
        return int(wait(self._native.count_rows, filter))

    def list_indices(self) -> list[Any]:
        """Its indices, each with `name`, `columns` and `num_segments`."""
        return list(wait(self._native.list_indices))

    def search(self, query: Any = None, *, vector_column_name: str = "", query_type: str = "") -> TableQuery:
        """A query: by a vector over `vector_column_name`, by a MatchQuery (`query_type` is "fts"), or of all rows."""
        native = self._native.query()
        if query_type == "fts":
            native = native.nearest_to_text({"query": query})
        elif query is not None:
            native = native.nearest_to(pa.array(query))
            native.column(vector_column_name)
        return TableQuery(native)

    def take_row_ids(self, ids: Sequence[int]) -> TableQuery:
        """A query of the rows with these ids, in any order; those that are gone are left out."""
        return TableQuery(self._native.take_row_ids(list(ids)))

    @cached_property
    def whole(self) -> Any:
        """LanceDB's own table over this open one."""
        package()
        from lancedb.background_loop import LOOP
        from lancedb.table import LanceTable

        return LOOP.run(LanceTable.from_inner(self._native))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.whole, name)


class TableQuery:
    """A query that is being put together, in LanceDB's words. It is asked by `to_arrow`, `to_list` or `to_batches`."""

    def __init__(self, native: Any) -> None:
        self._native = native

    def select(self, columns: Sequence[str]) -> Self:
        """Only these columns."""
        self._native.select_columns(list(columns))
        return self

    def where(self, clause: str) -> Self:
        """Only rows that an SQL filter lets through, before anything is ranked."""
        self._native.where(clause)
        return self

    def limit(self, rows: int) -> Self:
        """At most so many rows."""
        self._native.limit(rows)
        return self

    def with_row_id(self, wanted: bool = True) -> Self:
        """With `_rowid`."""
        if wanted:
            self._native.with_row_id()
        return self

    def distance_type(self, name: str) -> Self:
        """By which measure vectors are near."""
        self._native.distance_type(name)
        return self

    def nprobes(self, partitions: int) -> Self:
        """How many partitions of a vector index are searched."""
        self._native.nprobes(partitions)
        return self

    def to_batches(self) -> Iterator[pa.RecordBatch]:
        """The rows, as they come."""
        stream = wait(self._native.execute, None, None)
        while (batch := wait(anext, stream, None)) is not None:
            yield batch

    def to_arrow(self) -> pa.Table:
        """The rows."""

        async def answer() -> pa.Table:
            stream = await self._native.execute(None, None)
            return pa.Table.from_batches([batch async for batch in stream], schema=stream.schema)

        return wait(answer)

    def to_list(self) -> list[dict[str, Any]]:
        """The rows as dictionaries."""
        rows: list[dict[str, Any]] = self.to_arrow().to_pylist()
        return rows
