"""Notices an answer that goes round in circles. Pure; knows nothing of engines.

A model of a hundred million parameters often says one sentence until its tokens end. An answer ends there instead.
"""

from __future__ import annotations

import re

from inglenook_server.completion.filters.repetition import prefix_function

WINDOW = 480
"""Characters looked at from the end; longer circles than a third of it are rare and end with the token limit."""
TIMES = 3
"""How often the same text in a row is no longer prose."""
MIN_LENGTH = 36
"""Characters that the repetitions must fill together, so that a table's rule or `))))` is left alone."""

_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\w")


def is_looping(text: str) -> bool:
    """Whether the text ends with one piece, numbers apart, at least three times in a row."""
    last = _DIGITS.sub("0", text[-WINDOW:])[::-1]
    table = prefix_function(last)
    for length in range(MIN_LENGTH, len(last) + 1):
        period = length - table[length - 1]
        if length >= TIMES * period and _WORD.search(last[:period]):
            return True
    return False
