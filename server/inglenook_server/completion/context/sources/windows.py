"""Windows of a text, and how many words two texts share. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

WINDOW = 24
"""Lines of a window. Copilot takes 60; a small model that reads 250 tokens of snippets has no room for them."""
STEP = 8
LONGEST = 200_000
"""Characters of a file beyond which it is passed over: reading it would take the time of all the others."""

_WORD = re.compile(r"[^\W\d]\w+")


def words(text: str) -> frozenset[str]:
    """The words of a text, numbers and single letters left out."""
    return frozenset(_WORD.findall(text))


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Common words as a share of all."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


@lru_cache(maxsize=64)
def windows(text: str) -> tuple[tuple[int, str, frozenset[str]], ...]:
    """Windows of a text: first line (1-based), their text, their words. Nothing of a text that is too long."""
    if len(text) > LONGEST:
        return ()
    lines = text.split("\n")
    starts = range(0, max(len(lines) - WINDOW, 0) + STEP, STEP)
    cut = [(start, "\n".join(lines[start : start + WINDOW])) for start in starts]
    return tuple((start + 1, body, words(body)) for start, body in cut if body.strip())
