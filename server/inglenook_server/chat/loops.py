"""Notices an answer that repeats itself, and where its first round ends. Pure; knows nothing of engines.

A model of a hundred million parameters often says one sentence until its tokens end. An answer ends there instead.
"""

from __future__ import annotations

import re

from inglenook_server.completion.cleaning.filters.repetition import prefix_function

WINDOW = 1_600
"""Characters looked at from the end, at 0.2 ms a look: three copies of any paragraph that a small model says again."""
TIMES = 3
"""How often the same text in a row is no longer prose."""
MIN_LENGTH = 36
"""Characters that the repetitions must fill together, so that a table's rule or `))))` is left alone."""
CLOSING = 8
"""Characters, at most, of a full stop and the marks that close behind it."""

_DIGITS = re.compile(r"\d+")
_UNIT = re.compile(r"\d+|\D")
_WORD = re.compile(r"\w")
_SENTENCE_ENDS = re.compile(r"[.!?:;][)\"'`*_]*(?=\s|$)|\n")


def is_looping(text: str) -> bool:
    """Whether the text ends with one piece, numbers apart, at least three times in a row."""
    return _period(_units(text[-WINDOW:])) > 0


def first_round(text: str) -> int:
    """Where the first copy ends in a text that loops: at the end of a sentence or line, if one ends there."""
    places = [match.start() for match in _UNIT.finditer(text)]
    units = _units(text)
    period = _period(_units(text[-WINDOW:]))
    if not period:
        return len(text)
    start = len(units) - period
    while start > 0 and units[start - 1] == units[start - 1 + period]:
        start -= 1
    copy, after = places[start + period], places[min(start + 2 * period, len(places) - 1)]
    written = len(text[:copy].rstrip())
    ends = (match.end() for match in _SENTENCE_ENDS.finditer(text, max(written - CLOSING, 0), after))
    return next((end for end in ends if end >= written), copy)


def _units(text: str) -> str:
    """The text with each number as one character, whichever it is."""
    return _DIGITS.sub("0", text)


def _period(units: str) -> int:
    """Units of the piece that a text ends with three times in a row; 0 where it does not."""
    last = units[::-1]
    table = prefix_function(last)
    for length in range(MIN_LENGTH, len(last) + 1):
        period = length - table[length - 1]
        if length >= TIMES * period and _WORD.search(last[:period]):
            return period
    return 0
