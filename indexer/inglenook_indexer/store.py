"""The store: one LanceDB table of chunks, as a llama-index vector store. The only module that knows LanceDB.

One writer (the caller holds the lock), many readers. A commit replaces whole files, hundreds at a time, and is atomic:
readers see the table before it or after it, and a killed writer leaves the version before.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    VectorStoreQuery,
    VectorStoreQueryMode,
    VectorStoreQueryResult,
)

from inglenook_indexer.errors import IndexMissing, StorageError
from inglenook_indexer.schema import CHUNK_COLUMNS, FILE_COLUMNS, chunk_of, node_of, rows_of, table_schema, vectors

_TABLE = "chunks"
_FLAT_ROWS = 50_000  # a flat scan takes 150 ms at twice as many; below, an index would cost more than it saves
_PROBES = 32  # partitions searched of some 250: found 60 of the 60 nearest among 60,000 clustered vectors
_UNINDEXED_ROWS = 2000  # rows that full-text search may scan flat (a few ms) before they are merged into its index
_KEEP_VERSIONS = timedelta(minutes=30)  # longer than any reader holds on to one version
_READ_INTERVAL = timedelta(seconds=1)  # how soon a reader sees what another process has written


@contextmanager
def _storage(folder: Path) -> Iterator[None]:
    """LanceDB's and the system's failures as one sentence."""
    try:
        yield
    except (OSError, RuntimeError, ValueError, pa.ArrowException) as error:
        text = str(error)
        if "No space left" in text or "os error 28" in text or getattr(error, "errno", 0) == 28:
            raise StorageError(
                f"No space is left for the index in {folder}.", "Free some space, then run `inglenook index`."
            ) from error
        if "Permission denied" in text:
            raise StorageError(
                f"The index in {folder} can't be written: permission denied.", f"Check `ls -ld {folder}`."
            ) from error
        raise StorageError(
            f"The index in {folder} is damaged ({type(error).__name__}).", "Run `inglenook index --rebuild`."
        ) from error


def quoted(text: str) -> str:
    """A string literal of the filter language."""
    return "'" + text.replace("'", "''") + "'"


class ChunkStore(BasePydanticVectorStore):  # type: ignore[misc]
    """A folder with one table. `embedder` and `dimensions` name its static vectors; one with others can't be opened."""

    stores_text: bool = True
    flat_metadata: bool = False
    folder: str
    embedder: str
    dimensions: int
    _database: Any = PrivateAttr(default=None)
    _table: Any = PrivateAttr(default=None)
    _indexed: bool = PrivateAttr(default=False)

    @property
    def client(self) -> Any:
        """The LanceDB table."""
        return self._table

    @property
    def schema_(self) -> pa.Schema:
        """The columns this version writes."""
        return table_schema(self.embedder, self.dimensions)

    def open(self, *, create: bool = False) -> None:
        """Open the table. Raises IndexMissing if there is none (and not `create`), StorageError if it is damaged."""
        import lancedb

        folder = Path(self.folder)
        table = folder / f"{_TABLE}.lance"
        if not table.exists() and not create:
            raise IndexMissing("Nothing was indexed here yet.", "Run `inglenook index`.")
        with _storage(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._database = lancedb.connect(folder, read_consistency_interval=_READ_INTERVAL)
            if table.exists():
                self._table = self._database.open_table(_TABLE)
                found = (self._table.schema.metadata or {}).get(b"inglenook", b"").decode()
                wanted = self.schema_.metadata[b"inglenook"].decode()
                if found != wanted:
                    raise ValueError(f"made by another version of Inglenook ({found or 'unknown'}, not {wanted})")
            else:
                self._table = self._database.create_table(_TABLE, schema=self.schema_)
            self._indexed = any(index.columns == ["words"] for index in self._table.list_indices())

    def shut(self) -> None:
        """Let go of the table; `open` brings it back."""
        self._table = self._database = None

    # What the pipeline writes

    def replace(self, nodes: Sequence[BaseNode], paths: Iterable[str], *, fresh: bool = False) -> None:
        """One commit: the files `paths` now consist of `nodes`, and of nothing if none has that path.

        `fresh` says that the table holds none of these paths, which makes a first index many times faster.
        """
        gone = sorted(set(paths))
        if not gone and not nodes:
            return
        with _storage(Path(self.folder)):
            if not nodes:
                self._table.delete(f"path IN ({', '.join(map(quoted, gone))})")
            elif fresh:
                self._table.add(rows_of(nodes, self.schema_), on_bad_vectors="null")
            else:
                rows = rows_of(nodes, self.schema_)
                (
                    self._table.merge_insert("id")
                    .when_matched_update_all()
                    .when_not_matched_insert_all()
                    .when_not_matched_by_source_delete(f"path IN ({', '.join(map(quoted, gone))})")
                    .execute(rows, on_bad_vectors="null")
                )
            if not self._indexed:
                self._index_words()

    def _index_words(self) -> None:
        from lancedb.index import FTS

        config = FTS(
            base_tokenizer="whitespace", with_position=False, lower_case=False, stem=False, remove_stop_words=False,
            ascii_folding=False, max_token_length=64,
        )  # fmt: skip
        self._table.create_index("words", config=config, replace=True)
        self._indexed = True

    def tidy(self, *, force: bool = False) -> None:
        """Merge small fragments and unindexed rows, and drop old versions. Cheap when there is little to do."""
        with _storage(Path(self.folder)):
            name = next((index.name for index in self._table.list_indices() if index.columns == ["words"]), None)
            statistics = self._table.index_stats(name) if name else None
            if force or (statistics is not None and statistics.num_unindexed_rows > _UNINDEXED_ROWS):
                self._table.optimize(cleanup_older_than=_KEEP_VERSIONS)
            self._index_vectors()

    def _index_vectors(self) -> None:
        """Partition the static vectors of a big store, once; `optimize` keeps the partitions up to date."""
        rows = self._table.count_rows()
        if rows < _FLAT_ROWS or any(index.columns == ["vector"] for index in self._table.list_indices()):
            return
        from lancedb.index import IvfFlat

        config = IvfFlat(distance_type="dot", num_partitions=max(1, int(rows**0.5)))
        self._table.create_index("vector", config=config, replace=True)

    def add(self, nodes: Sequence[BaseNode], **_: Any) -> list[str]:
        """llama-index's way in: replaces the files the nodes come from."""
        self.replace(nodes, {str(node.metadata.get("path", node.ref_doc_id or "")) for node in nodes})
        return [node.node_id for node in nodes]

    def delete(self, ref_doc_id: str, **_: Any) -> None:
        """Remove one file, by its path."""
        self.replace([], [ref_doc_id])

    def encode(self, embeddings: Mapping[str, Any], digests: Mapping[str, str]) -> list[str]:
        """One commit: give chunks (by id) their encoder vectors; returns the path of each that got one.

        A chunk whose file has another digest by now was replaced while it was being encoded, and is passed over.
        """
        with _storage(Path(self.folder)):
            listed = ", ".join(map(quoted, embeddings))
            rows = self._table.search().where(f"id IN ({listed})").limit(max(1, len(embeddings))).to_arrow()
            same = [
                digests[key] == digest
                for key, digest in zip(*(rows[name].to_pylist() for name in ("id", "digest")), strict=True)
            ]
            rows = rows.filter(pa.array(same, pa.bool_()))
            if rows.num_rows == 0:
                return []
            matrix = np.stack([embeddings[key] for key in rows["id"].to_pylist()])
            position = rows.schema.get_field_index("encoded")
            column = vectors(matrix, rows.num_rows, matrix.shape[1])
            rows = rows.set_column(position, self.schema_.field("encoded"), column)
            self._table.merge_insert("id").when_matched_update_all().execute(rows, on_bad_vectors="null")
            paths: list[str] = rows["path"].to_pylist()
            return paths

    # What readers ask

    def files(self) -> Iterator[tuple[str, int, int, str, int, int]]:
        """(path, size, mtime_ns, digest, chunks, encoded chunks) of every file."""
        with _storage(Path(self.folder)):
            total = self._table.count_rows()
            rows = self._table.search().select(FILE_COLUMNS).limit(max(total, 1)).to_arrow()
            encoded = self._table.search().where("encoded IS NOT NULL").select(["path"]).limit(max(total, 1)).to_arrow()
        done: dict[str, int] = {}
        for path in encoded["path"].to_pylist():
            done[path] = done.get(path, 0) + 1
        seen: dict[str, tuple[int, int, str, int]] = {}
        for row in rows.to_pylist():
            count = seen[row["path"]][3] if row["path"] in seen else 0
            seen[row["path"]] = (row["size"], row["mtime_ns"], row["digest"], count + 1)
        for path, (size, mtime_ns, digest, count) in seen.items():
            yield path, size, mtime_ns, digest, count, done.get(path, 0)

    def unencoded(self) -> list[dict[str, Any]]:
        """Every chunk without an encoder vector: rows of id and path."""
        with _storage(Path(self.folder)):
            query = self._table.search().where("encoded IS NULL").select(["id", "path"])
            rows: list[dict[str, Any]] = query.limit(max(1, self._table.count_rows())).to_list()
        return rows

    def texts(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Rows of id, path, symbol and text, in the order of `ids`; those that are gone are left out."""
        if not ids:
            return []
        with _storage(Path(self.folder)):
            query = self._table.search().where(f"id IN ({', '.join(map(quoted, ids))})")
            rows = query.select(["id", "path", "symbol", "text", "digest"]).limit(len(ids)).to_list()
        known = {row["id"]: row for row in rows}
        return [known[key] for key in ids if key in known]

    def forget_encoded(self) -> None:
        """Drop every encoder vector: another encoder is about to write."""
        with _storage(Path(self.folder)):
            self._table.update(values={"encoded": None})

    def nearest(self, vector: Any, limit: int, where: str = "", column: str = "vector") -> list[dict[str, Any]]:
        """Rows by cosine similarity, best first, in `_score`; rows without a vector there never come."""
        with _storage(Path(self.folder)):
            query = self._table.search(np.asarray(vector, np.float16), vector_column_name=column).distance_type("dot")
            query = query.nprobes(_PROBES).select([*CHUNK_COLUMNS, "_distance"]).limit(limit)
            found: list[dict[str, Any]] = (query.where(where) if where else query).to_arrow().to_pylist()
        for row in found:
            row["_score"] = 1.0 - row.pop("_distance")
        return found

    def matching(self, words: str, limit: int, where: str = "") -> list[dict[str, Any]]:
        """Rows by BM25 over words that are split as the stored ones are, best first, in `_score`."""
        from lancedb.query import MatchQuery

        if not words or not self._indexed:
            return []
        with _storage(Path(self.folder)):
            query = self._table.search(MatchQuery(words, "words"), query_type="fts")
            query = query.select([*CHUNK_COLUMNS, "words", "_score"]).limit(limit)
            found: list[dict[str, Any]] = (query.where(where) if where else query).to_arrow().to_pylist()
        return found

    def query(self, query: VectorStoreQuery, **_: Any) -> VectorStoreQueryResult:
        """llama-index's way to ask: by vector, or by words in TEXT_SEARCH mode. Ranking is `retrieve`'s work."""
        if query.mode == VectorStoreQueryMode.TEXT_SEARCH:
            rows = self.matching(query.query_str or "", query.similarity_top_k)
        else:
            rows = self.nearest(query.query_embedding, query.similarity_top_k)
        nodes = [node_of(chunk_of(row)) for row in rows]
        return VectorStoreQueryResult(
            nodes=nodes, similarities=[row["_score"] for row in rows], ids=[node.node_id for node in nodes]
        )


def set_aside(folder: Path) -> None:
    """Move a store that can't be used out of the way; the last such one is kept, for a person to look at."""
    aside = folder.with_name(f"{folder.name}.damaged")
    shutil.rmtree(aside, ignore_errors=True)
    try:
        folder.replace(aside)
    except OSError:
        folder.replace(folder.with_name(f"{aside.name}.{time.time_ns()}"))
