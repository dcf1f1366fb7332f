"""What the live index (unsaved buffers included) has like the code above a cursor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inglenook_server.completion.context.sources.place import Place
from inglenook_server.completion.context.sources.similar import Passage, similar
from inglenook_server.completion.syntax.cursor import Cursor

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

QUERY_LINES = 6
"""Lines of code above the cursor that make the query. The cursor's own line is left out: it changes at every key, and
with it the prompt's beginning and the engine's cached prefix would."""
MAX_IMPORT_LINES = 12
CANDIDATES = 12
"""Hits asked for; `similar` leaves a few."""
IMPORT = re.compile(r"\s*(?:import\b|from\b.+\bimport\b|#include\b|use\b|using\b|require\b|const\b.+=\s*require\()")


def related(place: Place) -> tuple[Hit, ...]:
    """Places in the index that read like the lines above the cursor. Raises what the index raises."""
    query = retrieval_query(place.cursor)
    if place.index is None or not query:
        return ()
    hits = place.index.search(query, limit=CANDIDATES)
    return similar(place, [passage(hit) for hit in hits if hit.chunk.path != place.path])


def passage(hit: Hit) -> Passage:
    """A chunk, in which the place is yet to be found."""
    chunk = hit.chunk
    return Passage(chunk.path, chunk.language, chunk.text, chunk.start_line, hit.parts.get("meaning", 0.0))


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
