"""Places that read like the lines above a cursor, and what follows them there. Pure.

People write the same thing twice: what stands behind the lines that are most like those above the cursor says more
than a whole window that shares many words with them. The candidates come from the index, from the open files, and from
the parts of the cursor's own file that its prompt has no room for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from inglenook_indexer.secrets.redact import mask_secrets
from inglenook_indexer.text.languages import language_of

from inglenook_server.completion.context.sources.place import Place, hit
from inglenook_server.completion.context.sources.windows import WINDOW, jaccard, windows, words
from inglenook_server.completion.syntax.cursor import Cursor

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

OPEN_FILES = 20
AROUND = 30
"""Lines above the cursor that windows are compared with, to find those worth a closer look."""
LINES = 6
"""Lines above the cursor that are compared."""
FADE = 0.8
"""Weight of a line beside the one below it."""
BEFORE = 2
"""Lines shown above the place's last line that is alike ..."""
AFTER = 8
"""... and below it: what follows is what a completion wants to know."""
MIN_ALIKE = 0.15
"""Weighted share of common words below which what follows is left out. A first guess: over 20 cursors of the fitting
packages .15 made what was written likelier than .25 did, and over 30 .25 likelier than .4; exact match tells neither.
"""
OWN_ABOVE = 2_000
OWN_BELOW = 400
"""Characters around the cursor that the prompt shows anyway."""
KEPT = 4
MASK_ABOVE, MASK_BELOW = 20_480, 4_096
"""Characters around a passage that are searched for secrets with it: the longest key block begins so far above."""

_WORD = re.compile(r"\w+")
_EMPTY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines of a file that may hold a place; `first` is the number of the first, from 1."""

    path: str
    language: str
    text: str
    first: int
    meaning: float = 0.0
    """What the index's embedding says of its likeness, where the index found it."""


def similar(place: Place, passages: Iterable[Passage]) -> tuple[Hit, ...]:
    """The best place of each passage, the likest first; of two that say the same the likelier."""
    query = above(place)
    if not query:
        return ()
    found: list[Hit] = []
    for passage in passages:
        lines = passage.text.split("\n")
        score, at = best(query, _words_of(passage.text))
        if score < MIN_ALIKE:
            continue
        start = max(0, at - BEFORE)
        shown = "\n".join(lines[start : at + 1 + AFTER]).rstrip() + "\n"
        parts = {"similar": score} | ({"meaning": passage.meaning} if passage.meaning else {})
        found.append(hit(passage.path, passage.language, shown, passage.first + start, score, **parts))
    kept: list[Hit] = []
    for one in sorted(found, key=lambda one: -one.score):
        if len(kept) < KEPT and not any(_same(one, other) for other in kept):
            kept.append(one)
    return tuple(kept)


def _same(one: Hit, other: Hit) -> bool:
    """Whether two places say the same, or are in part the same."""
    a, b = one.chunk, other.chunk
    if a.path == b.path and a.start_line <= b.end_line and b.start_line <= a.end_line:
        return True
    return a.text.split() == b.text.split()


def above(place: Place) -> tuple[frozenset[str], ...]:
    """Words of the lines above the cursor's, the nearest first; lines without words are passed over."""
    found: list[frozenset[str]] = []
    for one in map(_line_words, reversed(place.cursor.above)):
        if one:
            found.append(one)
        if len(found) == LINES:
            break
    return tuple(found)


def best(query: Sequence[frozenset[str]], lines: Sequence[frozenset[str]]) -> tuple[float, int]:
    """(how alike, 0-1, which line): the line after which a text goes on as the query's text might."""
    numbers = [number for number, line in enumerate(lines) if line]
    total = sum(FADE**back for back in range(len(query)))
    top, where = 0.0, 0
    for place in range(len(numbers) - 1):  # something has to follow
        score = 0.0
        for back, wanted in enumerate(query):
            if back > place:
                break
            score += FADE**back * jaccard(wanted, lines[numbers[place - back]])
        if score > top:
            top, where = score, numbers[place]
    return top / total if total else 0.0, where


def in_open_files(place: Place) -> list[Passage]:
    """The windows of the open files that share most words with what is around the cursor, with what follows them."""
    around = words("\n".join(place.cursor.above[-AROUND:]))
    others = [(path, text) for path, text in place.surroundings.buffers.items() if path != place.path]
    found: list[tuple[float, Passage]] = []
    for path, text in others[:OPEN_FILES]:
        found += _windows(around, path, text)
    found.sort(key=lambda one: -one[0])
    return [passage for _, passage in found[: 2 * KEPT]]


def has_more(cursor: Cursor) -> bool:
    """Whether a file is longer than what its prompt shows."""
    return len(cursor.prefix) > OWN_ABOVE or len(cursor.suffix) > OWN_BELOW


def in_own_file(place: Place) -> list[Passage]:
    """The same of the cursor's own file, where its prompt doesn't reach."""
    around = words("\n".join(place.cursor.above[-AROUND:]))
    prefix, suffix = place.cursor.prefix, place.cursor.suffix
    head = prefix[: max(0, len(prefix) - OWN_ABOVE)].rpartition("\n")[0]
    tail = suffix[OWN_BELOW:].partition("\n")[2]
    gap = prefix.count("\n") + suffix.count("\n") - tail.count("\n")
    found = _windows(around, place.path, head) + _windows(around, place.path, tail, gap)
    found.sort(key=lambda one: -one[0])
    return [_masked(passage, f"{prefix}{suffix}") for _, passage in found[:KEPT]]


def _masked(passage: Passage, text: str) -> Passage:
    """A passage of a text as a prompt may have it. Masked with what is around it: a key block has a beginning."""
    lines, first = text.split("\n"), passage.first - 1
    last = first + passage.text.count("\n") + 1
    low, room = first, MASK_ABOVE
    while low and (room := room - len(lines[low - 1]) - 1) >= 0:
        low -= 1
    high, room = last, MASK_BELOW
    while high < len(lines) and (room := room - len(lines[high]) - 1) >= 0:
        high += 1
    masked = mask_secrets("\n".join(lines[low:high]))[0].split("\n")
    return replace(passage, text="\n".join(masked[first - low : last - low]))


def _windows(around: frozenset[str], path: str, text: str, skipped: int = 0) -> list[tuple[float, Passage]]:
    """The two best windows of a text, longer by what follows them."""
    if not around or not text:
        return []
    scored = sorted(((jaccard(around, theirs), start) for start, _, theirs in windows(text)), reverse=True)[:2]
    if not scored:
        return []
    lines = text.split("\n")
    language = language_of(path)
    return [
        (score, Passage(path, language, "\n".join(lines[start - 1 : start - 1 + WINDOW + AFTER]), start + skipped))
        for score, start in scored
        if score
    ]


@lru_cache(maxsize=256)
def _words_of(text: str) -> tuple[frozenset[str], ...]:
    return tuple(_line_words(line) for line in text.split("\n"))


def _line_words(line: str) -> frozenset[str]:
    found = _WORD.findall(line)
    return frozenset(found) if found else _EMPTY
