"""A report in, candidates out: taken apart, and gathered from the store and from unsaved buffers. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING

import numpy as np

from inglenook_indexer.chunks.rows import embedded_text
from inglenook_indexer.chunks.schema import chunk_of
from inglenook_indexer.search.report.features import Candidate
from inglenook_indexer.search.report.gather import BY_TITLE, BY_WORDS, gather
from inglenook_indexer.search.report.report import Report, report

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inglenook_indexer.embed.base import Embedder
    from inglenook_indexer.search.overlay import Overlay
    from inglenook_indexer.search.query import Query
    from inglenook_indexer.store.lookups import Lookups
    from inglenook_indexer.text.words import Splitter
    from inglenook_indexer.types import Chunk


def candidates(
    query: Query,
    lookups: Lookups,
    embedder: Embedder,
    splitter: Splitter,
    pool: Executor,
    where: str = "",
    shadowed: frozenset[str] = frozenset(),
) -> tuple[Report, list[Candidate]]:
    """The report, and the store's chunks that it may be about, those of the files `shadowed` left out."""
    asked = report(query, splitter)
    found = gather(asked, _vectors(asked, embedder), lookups, where, pool)
    return asked, [
        Candidate(chunk_of(one.row), one.row["words"], one.bm25, one.title, one.alike)
        for one in found.values()
        if one.row["path"] not in shadowed
    ]


def unsaved(
    asked: Report, stored: Sequence[Candidate], overlay: Overlay, embedder: Embedder, keep: Callable[[Chunk], bool]
) -> list[Candidate]:
    """The chunks of unsaved buffers that `keep` lets through, measured on the scale of the stored ones."""
    vectors = _vectors(asked, embedder)
    middle = vectors.mean(0) if len(vectors) else np.zeros(embedder.dimensions, np.float32)
    told = [{"words": one.words, "_score": one.bm25} for one in stored if one.bm25 > 0]
    titled = [{"words": one.words, "_score": one.title} for one in stored if one.title > 0]
    found = {one.chunk.id: one for one in overlay.candidates(tuple(asked.words), middle, told, BY_WORDS, keep)}
    title = {one.chunk.id: one for one in overlay.candidates(asked.title_words, middle, titled, BY_TITLE, keep)}
    every = list((title | found).values())
    alike = embedder.embed([embedded_text(one.chunk.path, one.chunk.text) for one in every]) @ vectors.T
    return [
        Candidate(
            one.chunk,
            one.words,
            found[one.chunk.id].bm25 if one.chunk.id in found else 0.0,
            title[one.chunk.id].bm25 if one.chunk.id in title else 0.0,
            mine,
        )
        for one, mine in zip(every, alike, strict=True)
    ]


def _vectors(asked: Report, embedder: Embedder) -> NDArray[np.float32]:
    """One row for each sentence."""
    if not asked.sentences:
        return np.zeros((0, embedder.dimensions), np.float32)
    return np.asarray(embedder.embed(list(asked.sentences)), np.float32)
