"""Hits of the live index (unsaved buffers included) for the code above a cursor, behind a strict gate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inglenook_server.completion.cursor import Cursor
from inglenook_server.completion.sources.place import Place

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

QUERY_LINES = 6
"""Lines of code above the cursor that make the query. The cursor's own line is left out: it changes at every key, and
with it the prompt's beginning and the engine's cached prefix would."""
MAX_IMPORT_LINES = 12
CANDIDATES = 12
"""Hits asked for; the gate leaves a few."""
PER_FILE = 2

MIN_COSINE = 0.55
MIN_WORDS = 0.5
"""The gate: a snippet must be good in vectors and in words. Cosine of static embeddings; BM25 as a share of the best
hit's, the file's own hits included. At random cursors of this repository, 23 % of all hits of other files hold a new
identifier that the next two lines use, and 35 % of those that pass; a snippet that does not help costs reading time."""

IMPORT = re.compile(r"\s*(?:import\b|from\b.+\bimport\b|#include\b|use\b|using\b|require\b|const\b.+=\s*require\()")


def related(place: Place) -> tuple[Hit, ...]:
    """What the index has like the lines above the cursor, best first. Raises what the index raises."""
    query = retrieval_query(place.cursor)
    if place.index is None or not query:
        return ()
    return gate(place.index.search(query, limit=CANDIDATES), place.path)


def retrieval_query(cursor: Cursor) -> str:
    """The last lines of code above the cursor's, and what the file imports that those lines name."""
    recent = [line.strip() for line in cursor.above if line.strip()][-QUERY_LINES:]
    named = set(re.findall(r"\w{3,}", "\n".join(recent)))
    imports = [
        line.strip()
        for line in cursor.above
        if IMPORT.match(line) and line.strip() not in recent and named & set(re.findall(r"\w{3,}", line))
    ]
    return "\n".join([*imports[:MAX_IMPORT_LINES], *recent])


def gate(hits: Sequence[Hit], path: str) -> tuple[Hit, ...]:
    """The hits worth a small model's attention, best first: good in both measures, from other files, few per file."""
    best_words = max((hit.parts.get("bm25", 0.0) for hit in hits), default=0.0)
    kept: list[Hit] = []
    for hit in hits:
        if hit.chunk.path == path:
            continue
        words = hit.parts.get("bm25", 0.0) / best_words if best_words > 0 else 0.0
        if hit.parts.get("vector", 0.0) < MIN_COSINE or words < MIN_WORDS:
            continue
        if sum(other.chunk.path == hit.chunk.path for other in kept) < PER_FILE:
            kept.append(hit)
    return tuple(kept)
