"""Encodes the best hits that have no vector of the encoder yet, within a time limit, while a search waits.

For questions in prose over code whose names do not say what it does, it closes most of the gap between the tiers
(CoSQA, tier 1 .506: .57 with ten chunks read, .60 with twenty, .61 with forty and with all); nothing is kept of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from inglenook_indexer.embed.base import Embedder
from inglenook_indexer.embed.chunk_text import chunk_text
from inglenook_indexer.search.features import Candidate
from inglenook_indexer.types import Hit

DEPTH = 40
"""Candidates that are worth reading, from the top: more found no more."""
_AT_ONCE = 4  # chunks between two looks at the clock; 20 ms each on a laptop's two cores


def read(
    meaning: str,
    ranked: Sequence[Hit],
    pool: Sequence[Candidate],
    encoder: Embedder,
    seconds: float,
    clock: Callable[[], float] = time.perf_counter,
) -> list[Candidate]:
    """`pool` with the encoder's cosine to `meaning` for the first of `ranked`, as many as `seconds` allow."""
    until = clock() + seconds
    unread = {one.chunk.id for one in pool if one.encoded is None}
    waiting = [hit.chunk for hit in ranked if hit.chunk.id in unread][:DEPTH]
    if not waiting:
        return list(pool)
    asked = encoder.embed([meaning])[0]
    found: dict[str, float] = {}
    for start in range(0, len(waiting), _AT_ONCE):
        if clock() >= until:
            break
        some = waiting[start : start + _AT_ONCE]
        vectors = encoder.embed([chunk_text(chunk.path, chunk.symbol, chunk.text) for chunk in some])
        found |= {chunk.id: float(vector @ asked) for chunk, vector in zip(some, vectors, strict=True)}
    return [replace(one, encoded=found[one.chunk.id]) if one.chunk.id in found else one for one in pool]
