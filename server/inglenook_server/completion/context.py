"""What of the workspace's other files belongs in a completion's prompt. Knows nothing of engines or editors."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexerError

from inglenook_server.completion.cursor import Cursor

if TYPE_CHECKING:
    from inglenook_indexer import Index
    from inglenook_indexer.types import Hit

QUERY_LINES = 6
"""Lines of code above the cursor that make the query. The cursor's own line is left out: it changes at every key, and
with it the prompt's beginning and the engine's cached prefix would."""
MAX_IMPORT_LINES = 12
CANDIDATES = 12
"""Hits asked for; the gate leaves a few."""
PER_FILE = 2
STAY_LINES = 4
"""Lines the cursor may move before the snippets are looked up again."""
PLACES = 32
"""Files whose snippets are remembered."""

MIN_COSINE = 0.55
MIN_WORDS = 0.5
"""The gate: a snippet must be good in vectors and in words. Cosine of static embeddings; BM25 as a share of the best
hit's, the file's own hits included. At random cursors of this repository, 23 % of all hits of other files hold a new
identifier that the next two lines use, and 35 % of those that pass; a snippet that does not help costs reading time."""

_IMPORT = re.compile(r"\s*(?:import\b|from\b.+\bimport\b|#include\b|use\b|using\b|require\b|const\b.+=\s*require\()")


def retrieval_query(cursor: Cursor) -> str:
    """The last lines of code above the cursor's, and what the file imports that those lines name."""
    recent = [line.strip() for line in cursor.above if line.strip()][-QUERY_LINES:]
    named = set(re.findall(r"\w{3,}", "\n".join(recent)))
    imports = [
        line.strip()
        for line in cursor.above
        if _IMPORT.match(line) and line.strip() not in recent and named & set(re.findall(r"\w{3,}", line))
    ]
    return "\n".join([*imports[:MAX_IMPORT_LINES], *recent])


def gate(hits: Sequence[Hit], path: str, limit: int) -> tuple[Hit, ...]:
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
    return tuple(kept[:limit])


class SnippetMemory:
    """Snippets found lately, by file: they stay while the cursor stays near, so that the prompt's start does too."""

    def __init__(self) -> None:
        self._places: OrderedDict[str, tuple[int, str, tuple[Hit, ...]]] = OrderedDict()

    def get(self, path: str, line: int, query: str, look_up: Callable[[str], tuple[Hit, ...]]) -> tuple[Hit, ...]:
        """The hits for `query`, or those found lately for a line near `line`; `look_up` is called for new ones."""
        known = self._places.get(path)
        if known is not None and (known[1] == query or 0 <= line - known[0] < STAY_LINES):
            return known[2]
        hits = look_up(query)
        self._places[path] = (line, query, hits)
        self._places.move_to_end(path)
        while len(self._places) > PLACES:
            self._places.popitem(last=False)
        return hits

    def clear(self) -> None:
        """Forget everything: the index has changed."""
        self._places.clear()


def related(cursor: Cursor, path: str, index: Index | None, limit: int, memory: SnippetMemory) -> tuple[Hit, ...]:
    """Hits of other files for a cursor. An index that can't be searched gives none: a completion needs no index."""
    if index is None or limit == 0:
        return ()
    query = retrieval_query(cursor)
    if not query:
        return ()

    def look_up(text: str) -> tuple[Hit, ...]:
        try:
            return gate(index.search(text, limit=CANDIDATES), path, limit)
        except IndexerError:
            return ()

    return memory.get(path, len(cursor.above), query, look_up)
