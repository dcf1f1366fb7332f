"""What every search calls: store, overlay and ranker brought together. Writes nothing, knows nothing of llama-index."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from inglenook_indexer.chunks.schema import chunk_of
from inglenook_indexer.embed.base import Embedder
from inglenook_indexer.search import rerank
from inglenook_indexer.search.features import Candidate
from inglenook_indexer.search.filters import ending, is_inside, where_clause
from inglenook_indexer.search.overlay import Overlay
from inglenook_indexer.search.query import Query, parse
from inglenook_indexer.search.rank import rank
from inglenook_indexer.search.report import features as report_features
from inglenook_indexer.search.report import rank as report_rank
from inglenook_indexer.search.report import search as report_search
from inglenook_indexer.search.report.report import Report, is_report
from inglenook_indexer.search.spelling import closest, doubtful
from inglenook_indexer.store.lookups import Lookups
from inglenook_indexer.store.sql import quoted
from inglenook_indexer.store.tables import Tables
from inglenook_indexer.text.words import STOP_WORDS, Splitter, definition_word, identifiers
from inglenook_indexer.types import Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_POOL_FACTOR = 8  # candidates from each list for every hit asked for: the ranker needs something to choose from
_POOL_MIN = 60
_MAX_NAMED = 60  # chunks of files that a query names
_MAX_PATHS = 4  # of a query that are looked up
_MAX_MEANT = 8  # chunks whose words a misspelt one is compared with
_LONG = 6  # characters: from here on two letters may be wrong
_MAX_TERMS = 64  # of one query: a pasted file must not become a thousand-word search


class HybridRetriever:
    """Hybrid retrieval over one store. Thread-safe. `encoder` may come later, when its vectors are in the store."""

    def __init__(self, store: Tables, embedder: Embedder, overlay: Overlay) -> None:
        self.store = store
        self.encoder: Embedder | None = None
        self._embedder = embedder
        self._overlay = overlay
        self._splitter = Splitter()
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(3, thread_name_prefix="inglenook-search")

    def close(self) -> None:
        """End the search threads."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def hits(
        self,
        query: str,
        *,
        limit: int = 10,
        path: str = "",
        language: str = "",
        kind: str = "",
        rerank_s: float = 0.0,
        reader: Embedder | None = None,
    ) -> list[Hit]:
        """Ranked chunks. `path` is a folder, a file, or a pattern with `*`; `language` a key of LANGUAGES.

        `kind` keeps chunks that define a symbol of that kind. For at most `rerank_s` seconds the retriever's encoder,
        else `reader`, reads the best of what it has not read yet.
        """
        asked = parse(query)
        if is_report(asked):
            return self._reported(asked, limit, path, language, kind)
        parsed, pool = self.candidates(asked, limit=limit, path=path, language=language, kind=kind)
        encoder = self.encoder or reader
        if rerank_s > 0 and encoder is not None and any(one.encoded is None for one in pool):
            first = rank(parsed, pool, max(limit, rerank.DEPTH))
            pool = rerank.read(_asked(parsed), first, pool, encoder, rerank_s)
        return rank(parsed, pool, limit)

    def _reported(self, query: Query, limit: int, path: str, language: str, kind: str) -> list[Hit]:
        """Ranked chunks for a report: by what it says as a whole, the files first that it is about."""
        report, found = self.reported(query, where_clause(path, language, kind))
        if self._overlay.paths:
            found += report_search.unsaved(
                report, found, self._overlay, self._embedder, lambda chunk: is_inside(chunk, path, language, kind)
            )
        return report_rank.rank(report, found, limit)

    def reported(self, query: Query, where: str = "") -> tuple[Report, list[report_features.Candidate]]:
        """A report, taken apart, and the store's chunks that it may be about."""
        return report_search.candidates(
            query, self.store.lookups, self._embedder, self._splitter, self._pool, where, self._overlay.paths
        )

    def candidates(
        self, query: Query, *, limit: int = 10, path: str = "", language: str = "", kind: str = ""
    ) -> tuple[Query, list[Candidate]]:
        """What `rank` chooses from, and the query, which may have been corrected."""
        where = where_clause(path, language, kind)
        size = max(_POOL_MIN, _POOL_FACTOR * limit)
        terms, vector, matched, pool = self._pooled(query, where, size)
        meant = self._corrections(query, matched)
        if meant:
            # Beside what was typed, not for it: the word may be right, and merely new here.
            query = parse(f"{query.text} {' '.join(meant)}")
            terms, vector, matched, pool = self._pooled(query, where, size)
        if self._overlay.paths:
            pool += self._overlay.candidates(
                terms, vector, matched, size, lambda chunk: is_inside(chunk, path, language, kind)
            )
        return query, pool

    def _pooled(
        self, query: Query, where: str, size: int
    ) -> tuple[list[str], NDArray[np.float32], list[dict[str, Any]], list[Candidate]]:
        """(words that were matched, static vector, rows that matched, candidates of the store)."""
        with self._lock:
            terms = self._terms(query)
            vector = self._embedder.embed([query.meaning])[0]
        near_by = vector if vector.any() else None
        lookups = self.store.lookups
        encoded = self._pool.submit(self._encoded, _asked(query), size, where, near_by) if self.encoder else None
        matching = self._pool.submit(lookups.matching, " ".join(terms), size, where, near_by)
        near = lookups.nearest(vector, size, where) if near_by is not None else []
        named = _named(lookups, query, where, near_by)
        matched = matching.result()
        read, scores = encoded.result() if encoded else ([], {})
        if scores:
            # What the encoder has read and did not bring is at most as near as the farthest that it did.
            rest = list(dict.fromkeys(row["hash"] for row in (*matched, *near, *named) if row["hash"] not in scores))
            scores |= dict.fromkeys(self.store.encoded.among(rest), min(scores.values()))
        return terms, vector, matched, _merge(matched, near, [*read, *named], scores, self._overlay.paths)

    def _encoded(
        self, meaning: str, size: int, where: str, static: NDArray[np.float32] | None
    ) -> tuple[list[dict[str, Any]], dict[str, float]]:
        encoder = self.encoder
        if encoder is None:
            return [], {}
        vector: NDArray[np.float32] = encoder.embed([meaning])[0]
        return self.store.encoded.nearest(vector, size, where, static)

    def _corrections(self, query: Query, matched: Iterable[Mapping[str, Any]]) -> list[str]:
        """What misspelt words were meant to be: only for words that the index does not know."""
        lookups, meant = self.store.lookups, []
        for word in doubtful(query, (row["words"] for row in matched)):
            if lookups.matching(word, 1):
                continue
            rows = lookups.matching(word, _MAX_MEANT, edits=1 if len(word) < _LONG else 2)
            meant.append(closest(word, (other for row in rows for other in row["words"].split())))
        return [word for word in dict.fromkeys(meant) if word]

    def _terms(self, query: Query) -> list[str]:
        """The words to match, and the names whose definitions are wanted."""
        found: list[str] = []
        for identifier in identifiers(query.meaning):
            if identifier.lower() in STOP_WORDS:
                continue
            found += self._splitter[identifier].split()
            if len(identifier) > 2:
                found.append(definition_word(identifier))
        for pair in query.joined:
            together = pair.replace("_", "")
            found += [pair, together, definition_word(pair), definition_word(together)]
        return list(dict.fromkeys(found))[:_MAX_TERMS]


def _asked(query: Query) -> str:
    """What the encoder is asked. It knows what "python" is: only a trace has to be put in other words for it."""
    return query.meaning if query.kind == "trace" else query.text


def _named(lookups: Lookups, query: Query, where: str, static: NDArray[np.float32] | None) -> list[dict[str, Any]]:
    """The chunks at a trace's places, and those of files that the query names: words may not bring them up."""
    clauses = [
        f"({ending(frame.path)} AND start_line <= {frame.line} AND end_line >= {frame.line})" for frame in query.frames
    ]
    clauses += [
        f"starts_with(path, {quoted(one.lstrip('/'))})" if one.endswith("/") else ending(one)
        for one in query.paths[:_MAX_PATHS]
        if query.kind != "trace"
    ]
    if not clauses:
        return []
    clause = f"({' OR '.join(clauses)})" + (f" AND {where}" if where else "")
    return lookups.holding(clause, _MAX_NAMED, static)


def _merge(
    matched: Iterable[Mapping[str, Any]],
    near: Iterable[Mapping[str, Any]],
    others: Iterable[Mapping[str, Any]],
    encoded: Mapping[str, float],
    shadowed: frozenset[str],
) -> list[Candidate]:
    """One candidate for each chunk. `encoded` is the encoder's cosine by the hash of a text."""
    rows: dict[str, Mapping[str, Any]] = {}
    bm25: dict[str, float] = {}
    static: dict[str, float] = {}
    for found in (matched, near, others):
        for row in found:
            if row["path"] in shadowed:
                continue
            key = f"{row['path']}:{row['start_line']}"
            rows[key] = row
            if found is matched:
                bm25[key] = row["_score"]
            if found is near:
                static[key] = row["_score"]
            elif "_similarity" in row:
                static.setdefault(key, row["_similarity"])
    return [
        Candidate(chunk_of(row), bm25.get(key, 0.0), static.get(key, 0.0), encoded.get(row["hash"]), row["words"])
        for key, row in rows.items()
    ]
