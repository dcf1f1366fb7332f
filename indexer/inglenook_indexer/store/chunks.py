"""The store: one LanceDB table of chunks, as a llama-index vector store. Knows nothing of files on disk.

One writer (the caller holds the lock), many readers. A commit replaces whole files, hundreds at a time, and is atomic:
readers see the table before it or after it, and a killed writer leaves the version before.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
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

from inglenook_indexer import private
from inglenook_indexer.errors import IndexMissing, StorageError, StoreDamaged
from inglenook_indexer.rules import rules
from inglenook_indexer.schema import CHUNK_COLUMNS, FACT_COLUMNS, chunk_of, genuine, node_of, rows_of, table_schema
from inglenook_indexer.store import indices
from inglenook_indexer.store.encodings import Encodings, short
from inglenook_indexer.store.filters import damaged, one_of, storage
from inglenook_indexer.store.postings import Postings
from inglenook_indexer.store.recent import RecentRows
from inglenook_indexer.store.remains import sweep, unborn
from inglenook_indexer.store.vectors import Vectors
from inglenook_indexer.symbols import order
from inglenook_indexer.symbols.facts import sound
from inglenook_indexer.symbols.order import Keep

_TABLE = "chunks"
_RULES = b"rules"  # in the table's metadata
_KEYS = ("path", "hash")  # rows are looked up by file, and by the text that an encoder's vector stands for
_CHECKED = ["id", "hash"]
_READ_INTERVAL = timedelta(seconds=1)  # how soon a reader sees what another process has written
_STAMP_S = 0.05  # how long nobody looks again whether it is still the same version
_CACHE_BYTES = 160 << 20  # of index parts in memory: enough for the lists that queries come back to
_METADATA_BYTES = 48 << 20
_ALL_PROBES = 10_000  # more than there are partitions: to visit every one
_CROWD = 4  # how much further to look when an encoder's nearest texts turn out to be gone
_LOOKS = 3
_REGROWN = 3  # times its indexed rows that a store may grow by in one run before words are indexed anew: each search
# scans what is not, and all the indexing on the way costs half of the last one
_FIRST = 30_000  # rows of a first run from which on its words are indexed on the way: fewer are done in ten seconds
_SCORED = 1_000  # texts whose cosine an encoder's search gives, beyond those it brings: the search knows them anyway
_EXPANSIONS = 20  # words that a misspelt one may stand for

_NEVER = (float("-inf"), (0, 0))
_REMEMBERED = 4_000  # rows whose facts are kept for the next question: some 4 MB

_log = logging.getLogger(__name__)


class ChunkStore(BasePydanticVectorStore):  # type: ignore[misc]
    """A folder with one table. `embedder` and `dimensions` name its static vectors; one with others can't be opened.

    `tolerant` opens it all the same, and then `foreign` says so: it has rows and words, but no vectors that could be
    compared. `encodings` is the folder where an encoder's vectors are kept; without one there are none.
    """

    stores_text: bool = True
    flat_metadata: bool = False
    folder: str
    embedder: str
    dimensions: int
    encodings_folder: str = ""
    tolerant: bool = False
    _foreign: bool = PrivateAttr(default=False)
    _database: Any = PrivateAttr(default=None)
    _table: Any = PrivateAttr(default=None)
    _words: bool = PrivateAttr(default=False)
    _encodings: Encodings | None = PrivateAttr(default=None)
    _indexed: int = PrivateAttr(default=0)
    _unindexed: int = PrivateAttr(default=0)
    _postings: Postings | None = PrivateAttr(default=None)
    _vectors: Any = PrivateAttr(default=None)
    _recent: Any = PrivateAttr(default=None)
    _posted_folder: int = PrivateAttr(default=0)
    _remembered: dict[int, str] = PrivateAttr(default_factory=dict)
    _stamped: tuple[float, tuple[int, int]] = PrivateAttr(default=_NEVER)
    _outdated: bool = PrivateAttr(default=False)

    @property
    def client(self) -> Any:
        """The LanceDB table; None where it is to be opened."""
        return None if self._outdated else self._table

    @property
    def schema_(self) -> pa.Schema:
        """The columns this version writes."""
        return table_schema(self.embedder, self.dimensions)

    @property
    def rules(self) -> str:
        """By which rules about secrets the stored texts were masked; empty where nobody wrote that down."""
        with storage(Path(self.folder)):
            return str((self._table.schema.metadata or {}).get(_RULES, b"").decode())

    @property
    def encodings(self) -> Encodings | None:
        """The encoder's vectors, where they are kept."""
        if self._encodings is None and self.encodings_folder:
            self._encodings = Encodings(Path(self.encodings_folder))
        return self._encodings

    @property
    def foreign(self) -> bool:
        """Whether the table's vectors are another embedder's. Looks again, for a writer may have renewed them."""
        if self._foreign:
            with storage(Path(self.folder)):
                self._foreign = _made_by(self._table) != self.schema_.metadata[b"inglenook"].decode()
        return self._foreign

    def open(self, *, create: bool = False) -> None:
        """Open the table. Raises IndexMissing if there is none (and not `create`), StorageError if it is damaged."""
        import lancedb

        folder = Path(self.folder)
        table = folder / f"{_TABLE}.lance"
        made = table.exists() and not unborn(table)
        if not made and not create:
            raise IndexMissing("Nothing was indexed here yet.", "Run `inglenook index`.")
        with storage(folder):
            private.make(folder)
            caches = lancedb.Session(index_cache_size_bytes=_CACHE_BYTES, metadata_cache_size_bytes=_METADATA_BYTES)
            self._database = lancedb.connect(folder, read_consistency_interval=_READ_INTERVAL, session=caches)
            if made:
                opened = self._database.open_table(_TABLE)
                found, wanted = _made_by(opened), self.schema_.metadata[b"inglenook"].decode()
                self._foreign = found != wanted
                like = found.partition(":")[0] == wanted.partition(":")[0]
                if self._foreign and not (self.tolerant and like):
                    raise StoreDamaged(
                        f"The index in {folder} was made by another version of Inglenook, or of another embedding"
                        f" ({found or 'unknown'}, not {wanted}).",
                        "Run `inglenook index`, or give the store another folder.",
                    )
            else:
                shutil.rmtree(table, ignore_errors=True)
                opened = self._database.create_table(_TABLE, schema=self._schema_made())
                self._foreign = False
            self._words = "words" in indices.columns(opened)
            self._indexed, self._unindexed = opened.count_rows(), 0
            self._table = opened
            self._vectors = Vectors(opened, "vector", self.dimensions)
            self._recent = RecentRows(opened, [*CHUNK_COLUMNS, *_CHECKED, "words"], self._genuine)
            self._postings, self._remembered = Postings(opened, "keys", order.of), {}
            self._stamped, self._outdated = _NEVER, False

    def beside(self, folder: Path) -> ChunkStore:
        """Another store like this one, in `folder`, without an encoder's vectors."""
        return ChunkStore(folder=str(folder), embedder=self.embedder, dimensions=self.dimensions)

    def outdate(self) -> None:
        """Have the tables opened anew by whoever asks next; who is reading goes on with those that are open."""
        self._outdated = True
        if self._encodings is not None:
            self._encodings = Encodings(self._encodings.folder)

    def shut(self) -> None:
        """Let go of the tables; `open` brings them back."""
        self._table = self._database = self._postings = self._vectors = self._recent = None
        if self._encodings is not None:
            self._encodings.shut()

    # What the pipeline writes

    def replace(self, rows: Sequence[BaseNode] | pa.Table, paths: Iterable[str], *, fresh: bool = False) -> None:
        """One commit: the files `paths` now consist of `rows` (or nodes), and of nothing if none has that path.

        `fresh` says that the table holds none of these paths, which makes a first index many times faster.
        """
        gone = sorted(set(paths))
        table = rows if isinstance(rows, pa.Table) else rows_of(rows, self.schema_)
        if not gone and not table.num_rows:
            return
        with storage(Path(self.folder)):
            if not table.num_rows:
                self._table.delete(one_of("path", gone))
            elif fresh:
                self._table.add(table, on_bad_vectors="null")
            else:
                (
                    self._table.merge_insert("id")
                    .when_matched_update_all()
                    .when_not_matched_insert_all()
                    .when_not_matched_by_source_delete(one_of("path", gone))
                    .execute(table, on_bad_vectors="null")
                )
            self._unindexed += table.num_rows
            due = _REGROWN * self._indexed if self._words else _FIRST if fresh else 0
            if (fresh or not self._words) and self._unindexed > due:
                indices.index_words(self._table)
                self._words = True
                self._indexed, self._unindexed = self._table.count_rows(), 0
            self._stamped = _NEVER

    def tidy(self, *, first: bool = False, unverified: bool = False) -> None:
        """Bring the indices up to date and drop old versions. Cheap when there is little to do.

        After a `first` index nothing is old yet, and the words' index is best made anew. `unverified` also drops
        files that a killed writer left; the lock must be held.
        """
        with storage(Path(self.folder)):
            if first or not self._words:
                indices.index_words(self._table)
                self._words = True
            if unverified:
                sweep(Path(self.folder))  # first: on a full disk this makes the room that merging needs
            if unverified or (not first and indices.stale(self._table)):
                indices.compact(self._table, unverified=unverified)
            indices.index_keys(self._table, _KEYS)
            indices.index_vectors(self._table, "vector", indices.VECTOR_ROWS)
            self._stamped = _NEVER

    def add(self, nodes: Sequence[BaseNode], **_: Any) -> list[str]:
        """llama-index's way in: replaces the files the nodes come from."""
        self.replace(nodes, {str(node.metadata.get("path", node.ref_doc_id or "")) for node in nodes})
        return [node.node_id for node in nodes]

    def delete(self, ref_doc_id: str, **_: Any) -> None:
        """Remove one file, by its path."""
        self.replace([], [ref_doc_id])

    def encoded_of(self, rows: pa.Table) -> dict[str, int]:
        """Path -> how many of these chunks' texts have an encoder's vector already."""
        if self.encodings is None or not self.encodings.exists or not rows.num_rows:
            return {}
        with storage(Path(self.folder)):
            return Counter(rows["path"].filter(pa.array(self._encoded(rows["hash"]))).to_pylist())

    # What readers ask

    def verify(self) -> None:
        """Read every row, and ask every index. Raises StorageError where something can't be read or is not genuine."""
        with storage(Path(self.folder)):
            rows = self._table.search().select([*CHUNK_COLUMNS, *FACT_COLUMNS, *_CHECKED, "words", "vector"])
            for batch in rows.limit(max(1, self._table.count_rows())).to_batches():
                self._sound(self._genuine(batch.to_pylist()))
            for row in self._table.search().select(["words", "vector", *_KEYS]).limit(1).to_list():
                for key in _KEYS:
                    self._table.search().where(f"{key} >= ''").select(["id"]).limit(1).to_list()
                    self._table.search().where(one_of(key, [row[key]])).select(["id"]).limit(1).to_list()
                near = self._table.search(np.asarray(row["vector"], np.float16), vector_column_name="vector")
                near.distance_type("dot").nprobes(_ALL_PROBES).select(["id"]).limit(1).to_list()
                self.matching(row["words"], 1)

    def verify_encodings(self) -> None:
        """Read all of the encoder's vectors. Raises StorageError."""
        if self.encodings is not None:
            self.encodings.verify()

    def files(self) -> Iterator[tuple[str, int, int, str, int, int]]:
        """(path, size, mtime_ns, digest, chunks, encoded chunks) of every file."""
        with storage(Path(self.folder)):
            rows = self._all(["path", "size", "mtime_ns", "digest", "hash"])
            rows = rows.append_column("encoded", pa.array(self._encoded(rows["hash"]).astype(np.int64)))
            sums = [("size", "max"), ("mtime_ns", "max"), ("digest", "max"), ("path", "count"), ("encoded", "sum")]
            found = rows.group_by("path").aggregate(sums)
        yield from zip(*(found[name].to_pylist() for name in ("path", *map("_".join, sums))), strict=True)

    def rows(self, paths: Sequence[str], *, vectors: bool = False) -> pa.Table:
        """All columns of every chunk of these files, the vector among them if `vectors`."""
        names = [name for name in self.schema_.names if vectors or name != "vector"]
        with storage(Path(self.folder)):
            query = self._table.search().where(one_of("path", paths)).limit(max(1, self._table.count_rows()))
            return query.select(names).to_arrow()

    def waiting(self) -> pa.Table:
        """(path, hash) of every chunk whose text has no vector of the encoder yet."""
        with storage(Path(self.folder)):
            rows = self._all(["path", "hash"])
            return rows.filter(pa.array(~self._encoded(rows["hash"])))

    def living(self) -> Any:
        """`short` hashes of every chunk's text."""
        with storage(Path(self.folder)):
            return np.unique(short(self._all(["hash"])["hash"]))

    def texts(self, hashes: Sequence[str]) -> list[dict[str, Any]]:
        """One row of hash, path, symbol and text for each of these texts; those that are gone are left out."""
        if not hashes:
            return []
        with storage(Path(self.folder)):
            query = self._table.search().where(one_of("hash", hashes)).limit(self._table.count_rows())
            rows = query.select(["hash", "path", "symbol", "text"]).to_list()
        known = {row["hash"]: row for row in rows}
        return [known[key] for key in hashes if key in known]

    def nearest(self, vector: Any, limit: int, where: str = "", column: str = "vector") -> list[dict[str, Any]]:
        """Rows by cosine similarity, best first, in `_score`. `column` "encoded" asks the encoder's vectors."""
        if column == "encoded":
            return self.nearest_encoded(vector, limit, where)[0]
        if self.foreign:
            return []

        def ask(stamp: Any) -> dict[int, float]:
            if not where and self._table.count_rows() < indices.VECTOR_ROWS:
                near: dict[int, float] = self._vectors.nearest(np.asarray(vector, np.float32), limit, stamp)
                return near
            query = self._table.search(np.asarray(vector, np.float16), vector_column_name="vector").distance_type("dot")
            query = query.nprobes(indices.PROBES).select(["_distance"]).with_row_id(True).limit(limit)
            found = (query.where(where) if where else query).to_arrow()
            return dict(zip(found["_rowid"].to_pylist(), (1.0 - found["_distance"].to_numpy()).tolist(), strict=True))

        return self._brought(ask)

    def matching(
        self, words: str, limit: int, where: str = "", vector: Any = None, edits: int = 0
    ) -> list[dict[str, Any]]:
        """Rows by BM25 over words that are split as the stored ones are, best first, in `_score`.

        With a `vector`, each row's cosine to it stands in `_similarity`. `edits` lets words differ by so many letters.
        """
        from lancedb.query import MatchQuery

        if not words or not self._worded():
            return []
        wanted = MatchQuery(words, "words", fuzziness=edits, max_expansions=_EXPANSIONS, prefix_length=min(edits, 1))

        def ask(_: Any) -> dict[int, float]:
            query = self._table.search(wanted, query_type="fts").select(["_score"]).with_row_id(True).limit(limit)
            found = (query.where(where) if where else query).to_arrow()
            return dict(zip(found["_rowid"].to_pylist(), found["_score"].to_pylist(), strict=True))

        return self._brought(ask, vector)

    def holding(self, clause: str, limit: int, vector: Any = None) -> list[dict[str, Any]]:
        """Rows that a filter lets through, unscored, with their cosine to `vector` in `_similarity` if there is one."""

        def ask(_: Any) -> dict[int, float]:
            rows = self._table.search().where(clause).select(["_rowid"]).with_row_id(True).limit(limit).to_arrow()
            return dict.fromkeys(rows["_rowid"].to_pylist(), 0.0)

        return self._brought(ask, vector)

    def having(
        self, keys: Sequence[int], limit: int, skip: int = 0, keep: Keep | None = None
    ) -> tuple[list[dict[str, Any]], int]:
        """Path, language and facts of rows that have one of these keys, and how many have: see `Postings.rows`."""
        if self._postings is None:
            raise IndexMissing("Nothing was indexed here yet.", "Run `inglenook index`.")
        with storage(Path(self.folder)):
            for last in (False, False, True):
                stamp = self._stamp()
                postings = self._posted(stamp[0])
                posted = postings.rows(keys, limit, skip, keep, version=stamp[1])
                try:
                    facts = self._facts(posted.ids.tolist())
                except (RuntimeError, ValueError):
                    if last or stamp == self._stamp(now=True):
                        raise
                    continue  # a commit came in between, and took rows away
                if len(facts) == len(posted.ids) or stamp == self._stamp(now=True):
                    break
        return [
            {"path": path, "language": language, "facts": facts[one]}
            for one, path, language in zip(posted.ids.tolist(), posted.paths, posted.languages, strict=True)
            if one in facts
        ], posted.total

    def _posted(self, folder: int) -> Postings:
        """The postings of the table in that folder: a rebuilt one has other rows under the same ids."""
        if self._postings is None or folder != self._posted_folder:
            self._postings, self._remembered, self._posted_folder = Postings(self._table, "keys", order.of), {}, folder
        return self._postings

    def _facts(self, ids: Sequence[int]) -> dict[int, str]:
        """What these rows tell about symbols. A row never changes, and those of a file at work are asked again."""
        known = self._remembered
        if any(one not in known for one in ids):
            rows = self._table.take_row_ids(list(ids)).select(["facts"]).with_row_id().to_arrow()
            read = self._sound([{"facts": one} for one in rows["facts"].to_pylist()])
            if len(known) > _REMEMBERED:
                known = self._remembered = {}
            known.update(zip(rows["_rowid"].to_pylist(), (row["facts"] for row in read), strict=True))
        return {one: known[one] for one in ids if one in known}

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

    def nearest_encoded(
        self, vector: Any, limit: int, where: str = "", static: Any = None
    ) -> tuple[list[dict[str, Any]], dict[str, float]]:
        """The encoder's nearest texts, then the chunks that have them; and the cosines of more texts, by hash.

        With a `static` vector, each row's cosine to it stands in `_similarity`.
        Old versions of a text may crowd a query out, and a filter may hold most texts back: then it looks further.
        """
        encodings = self.encodings
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
            found = self.holding(clause, _CROWD * wanted, static)
            if len(found) >= limit or wanted >= len(scores):
                break
            wanted *= _CROWD
            reach = max(reach, wanted)
        for row in found:
            row["_score"] = scores[row["hash"]]
        found.sort(key=lambda row: (-row["_score"], row["id"]))
        return found[:limit], scores

    def encoded_among(self, hashes: Sequence[str]) -> set[str]:
        """Those of these texts that have a vector of the encoder."""
        if not hashes:
            return set()
        return {one for one, found in zip(hashes, self._encoded(list(hashes)).tolist(), strict=True) if found}

    def _schema_made(self) -> pa.Schema:
        """The columns of a table that is made now."""
        return self.schema_.with_metadata({**self.schema_.metadata, _RULES: rules().encode()})

    def _worded(self) -> bool:
        """Whether words can be asked for: a first run, maybe another process's, indexes them late."""
        if not self._words:
            with storage(Path(self.folder)):
                self._words = "words" in indices.columns(self._table)
        return self._words

    def _brought(self, ask: Callable[[Any], dict[int, float]], vector: Any = None) -> list[dict[str, Any]]:
        """The rows whose ids `ask` gives for a version, with its numbers in `_score`; asked anew where rows went."""
        if self.foreign:
            vector = None
        with storage(Path(self.folder)):
            for last in (False, False, True):
                stamp = self._stamp()
                try:
                    scores = ask(stamp)
                    kept = self._recent.of(scores, stamp)
                except (RuntimeError, ValueError):
                    if last or stamp == self._stamp(now=True):
                        raise
                    continue  # a commit came in between, and took rows away
                if len(kept) == len(scores) or stamp == self._stamp(now=True):
                    break
        rows = [{**kept[one].row, "_score": score} for one, score in scores.items() if one in kept]
        vectors = [kept[one].vector for one in scores if one in kept]
        if vector is not None and rows and all(one is not None for one in vectors):
            cosines = np.asarray(vectors, np.float32) @ np.asarray(vector, np.float32)
            for row, cosine in zip(rows, cosines.tolist(), strict=True):
                row["_similarity"] = cosine
        return rows

    def _stamp(self, *, now: bool = False) -> tuple[int, int]:
        """Which table this is, for a rebuilt one takes its folder's place, and which version of it.

        As of `now`, or as it was a moment ago: a completion asks twenty times, each time a third of a millisecond.
        """
        asked, known = self._stamped
        clock = time.monotonic()
        if now or clock - asked > _STAMP_S:
            known = (Path(self.folder) / f"{_TABLE}.lance").stat().st_ino, self._table.version
            self._stamped = clock, known
        return known

    def _all(self, names: list[str]) -> pa.Table:
        """Some columns of every row."""
        return self._table.search().select(names).limit(max(1, self._table.count_rows())).to_arrow()

    def _encoded(self, hashes: pa.ChunkedArray | list[str]) -> Any:
        """For each row, whether its text has a vector of the encoder."""
        known = np.array([], np.uint64)
        if self.encodings is not None:
            try:
                known = self.encodings.known()
            except StoreDamaged as error:
                self.encodings.shut()
                _log.warning("counting no vectors of the encoder: %s", error.message)
        return np.isin(short(hashes), known)

    def _sound(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """`rows`, if what they tell about symbols is what was written."""
        if not all(sound(row["facts"]) for row in rows):
            raise damaged(Path(self.folder), "what is stored about symbols is not what was written")
        return rows

    def _genuine(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """`rows`, if each is what was written. A text that changed on disk must not be shown as the file's."""
        if not all(map(genuine, rows)):
            raise damaged(Path(self.folder), "a stored text is not what was written")
        return rows


def _made_by(table: Any) -> str:
    """What `table_schema` wrote about the table: format, embedder, dimensions."""
    return str((table.schema.metadata or {}).get(b"inglenook", b"").decode())
