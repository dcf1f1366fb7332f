"""Windows of the open files that look most like the code around a cursor. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from inglenook_indexer.languages import language_of

from inglenook_server.completion.sources.place import Place, hit

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

FILES = 20
SNIPPETS = 4
WINDOW = 24
"""Lines of a window. Copilot takes 60; a small model that reads 250 tokens of snippets has no room for them."""
STEP = 8
AROUND = 30
"""Lines above the cursor that windows are compared with."""
MIN_JACCARD = 0.12
"""Share of common words below which two texts have nothing to do with each other."""
LONGEST = 200_000
"""Characters of a file beyond which it is passed over: reading it would take the time of all the others."""

_WORD = re.compile(r"[^\W\d]\w+")


def tabs(place: Place) -> tuple[Hit, ...]:
    """The best window of each open file, best first."""
    around = frozenset(_WORD.findall("\n".join(place.cursor.above[-AROUND:])))
    if not around:
        return ()
    found = []
    others = [(path, text) for path, text in place.surroundings.buffers.items() if path != place.path]
    for path, text in others[:FILES]:
        if len(text) > LONGEST:
            continue
        best = max(((jaccard(around, words), start, body) for start, body, words in windows(text)), default=None)
        if best is not None and best[0] >= MIN_JACCARD:
            score, start, body = best
            found.append(hit(path, language_of(path), body, start, score, jaccard=score))
    return tuple(sorted(found, key=lambda one: -one.score)[:SNIPPETS])


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Common words as a share of all."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


@lru_cache(maxsize=64)
def windows(text: str) -> tuple[tuple[int, str, frozenset[str]], ...]:
    """Windows of a text: first line (1-based), their text, their words."""
    lines = text.split("\n")
    starts = range(0, max(len(lines) - WINDOW, 0) + STEP, STEP)
    cut = [(start, "\n".join(lines[start : start + WINDOW])) for start in starts]
    return tuple((start + 1, body, frozenset(_WORD.findall(body))) for start, body in cut if body.strip())
