"""Stops before a line that closes a bracket of others and opens one in its place: `} else {`. Pure."""

from __future__ import annotations

import re

from inglenook_server.completion.cleaning.filters.balance import REACH
from inglenook_server.completion.syntax.blocks import code_window
from inglenook_server.completion.syntax.brackets import CLOSES, OPENS, Scan, nesting
from inglenook_server.completion.syntax.cursor import Cursor, indent_width

_LINE = re.compile(r"^[ \t]*", re.MULTILINE)
"""Up to what a line begins with."""


def stop_at_swap(text: str, cursor: Cursor, language: str) -> str:
    """Cut before a last line that ends what is closed below already and opens another, empty, for the closer there.

    The count of brackets would not tell. Where the inside of what it opens is written below, the line is right.
    """
    if not text.rstrip().endswith(tuple(OPENS)) or not any(closer in text for closer in CLOSES):
        return text
    lines = [match for match in _LINE.finditer(text) if match.start() or not cursor.before.strip()]
    leading = {match.end(): match.start() for match in lines}
    place = _swap(text, set(leading), cursor, language)
    if place is None:
        return text
    last = text.rstrip().rpartition("\n")
    deeper = indent_width(cursor.next_code_below) > indent_width(last[2] if last[1] else cursor.before + last[2])
    return text if deeper else text[: leading[place]].rstrip()


def _swap(text: str, leading: set[int], cursor: Cursor, language: str) -> int | None:
    """Where a bracket at the beginning of a line closes what is closed behind the cursor, and another stays open."""
    above = nesting(code_window(cursor.prefix, language), language)
    below = nesting(cursor.suffix[:REACH], language, above.frames)
    foreign = min(len(above.openers), len(below.closers))
    own: list[int] = []
    closed: list[int] = []
    """Places of closers that meet a bracket of the text above, the nearest first."""
    for place, bracket in Scan(text, language, above.frames).brackets:
        if bracket in OPENS:
            own.append(place)
        elif own:
            own.pop()
        else:
            closed.append(place)
    return next((place for place in closed[:foreign] if place in leading and own and own[-1] > place), None)
