"""The retriever that everything else calls: store, overlay and ranker brought together. Writes nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from inglenook_indexer.embed.base import Embedder
from inglenook_indexer.overlay import Overlay
from inglenook_indexer.rank import Candidate, Query, parse, rank
from inglenook_indexer.schema import chunk_of, node_of
from inglenook_indexer.store import ChunkStore, quoted
from inglenook_indexer.types import Hit
from inglenook_indexer.words import STOP_WORDS, Splitter, definition_word, identifiers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_POOL_FACTOR = 8  # candidates from each list for every hit asked for: the ranker needs something to choose from
_POOL_MIN = 60
_MAX_TERMS = 64  # of one query: a pasted file must not become a thousand-word search


class IndexRetriever(BaseRetriever):  # type: ignore[misc]
    """Hybrid retrieval over one store. Thread-safe. `encoder` may come later, when its vectors are in the store."""

    def __init__(self, store: ChunkStore, embedder: Embedder, overlay: Overlay, limit: int = 10) -> None:
        super().__init__()
        self.store = store
        self.encoder: Embedder | None = None
        self.limit = limit
        self._embedder = embedder
        self._overlay = overlay
        self._splitter = Splitter()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(3, thread_name_prefix="inglenook-search")

    def close(self) -> None:
        """End the search threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def hits(self, query: str, *, limit: int = 10, path: str = "", language: str = "", kind: str = "") -> list[Hit]:
        """Ranked chunks. `path` is a folder, a file, or a pattern with `*`; `language` a key of LANGUAGES.

        `kind` keeps chunks that define a symbol of that kind.
        """
        parsed = parse(query)
        with self._lock:
            terms = self._terms(query)
            vector = self._embedder.embed([query])[0]
        where = _where(path, language, kind)
        size = max(_POOL_MIN, _POOL_FACTOR * limit)
        shadowed = self._overlay.paths
        matching = self._pool.submit(
            self.store.matching, " ".join(terms), size, where, vector if vector.any() else None
        )
        encoded = self._pool.submit(self._encoded, query, size, where) if self.encoder else None
        near = self.store.nearest(vector, size, where) if vector.any() else []
        matched = matching.result()
        pool = _merge(matched, near, encoded.result() if encoded else [], shadowed)
        if shadowed:
            unsaved = self._overlay.candidates(terms, vector, matched)
            pool += [one for one in unsaved if _inside(one, path, language, kind)]
        return self._rank(parsed, pool, limit)

    @staticmethod
    def _rank(parsed: Query, pool: Iterable[Candidate], limit: int) -> list[Hit]:
        return rank(parsed, pool, limit)

    def _encoded(self, query: str, size: int, where: str) -> list[dict[str, Any]]:
        encoder = self.encoder
        if encoder is None:
            return []
        vector: NDArray[np.float32] = encoder.embed([query])[0]
        return self.store.nearest(vector, size, where, column="encoded")

    def _terms(self, query: str) -> list[str]:
        """The words to match, and the names whose definitions are wanted."""
        found: list[str] = []
        for identifier in identifiers(query):
            if identifier.lower() in STOP_WORDS:
                continue
            found += self._splitter[identifier].split()
            if len(identifier) > 2:
                found.append(definition_word(identifier))
        return list(dict.fromkeys(found))[:_MAX_TERMS]

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """llama-index's way in."""
        hits = self.hits(query_bundle.query_str, limit=self.limit)
        return [NodeWithScore(node=node_of(hit.chunk), score=hit.score) for hit in hits]


def _merge(
    matched: Iterable[Mapping[str, Any]],
    near: Iterable[Mapping[str, Any]],
    encoded: Iterable[Mapping[str, Any]],
    shadowed: frozenset[str],
) -> list[Candidate]:
    """One candidate for each chunk; the encoder's similarity takes the static one's place where there is one."""
    rows: dict[str, Mapping[str, Any]] = {}
    bm25: dict[str, float] = {}
    static: dict[str, float] = {}
    encoder: dict[str, float] = {}
    for scores, found in ((bm25, matched), (static, near), (encoder, encoded)):
        for row in found:
            if row["path"] in shadowed:
                continue
            key = f"{row['path']}:{row['start_line']}"
            rows[key] = row
            scores[key] = row["_score"]
            if "_similarity" in row:
                static.setdefault(key, row["_similarity"])
    return [
        Candidate(
            chunk_of(row),
            bm25.get(key, 0.0),
            max(0.0, encoder.get(key, static.get(key, 0.0))),
            2 if key in encoder else 1,
        )
        for key, row in rows.items()
    ]


def _where(path: str, language: str, kind: str) -> str:
    """The store's filter for a path, a language and a kind of symbol."""
    clauses = []
    if path and path != ".":
        clean = path.removeprefix("./").rstrip("/")
        if "*" in clean:
            escaped = clean.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            clauses.append(f"path LIKE {quoted(escaped.replace('**', '*').replace('*', '%'))}")
        else:
            clauses.append(f"(path = {quoted(clean)} OR starts_with(path, {quoted(clean + '/')}))")
    if language:
        clauses.append(f"language = {quoted(language)}")
    if kind:
        clauses.append(f"array_has_any(kinds, [{quoted(kind)}])")
    return " AND ".join(clauses)


def _inside(candidate: Candidate, path: str, language: str, kind: str) -> bool:
    """Whether an unsaved chunk passes the filter that stored ones went through."""
    chunk = candidate.chunk
    if (language and chunk.language != language) or (kind and kind not in chunk.kinds):
        return False
    clean = path.removeprefix("./").rstrip("/")
    if not clean or clean == ".":
        return True
    if "*" in clean:
        from fnmatch import fnmatchcase

        return fnmatchcase(chunk.path, clean)
    return chunk.path == clean or chunk.path.startswith(f"{clean}/")
