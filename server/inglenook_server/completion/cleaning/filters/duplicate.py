"""Drops a block that stands just above already, and what the rest of the cursor's line says again. Pure."""

from __future__ import annotations

from inglenook_server.completion.syntax.cursor import Cursor

MIN_LINES = 2
MIN_TEXT = 12
"""Letters a copied block must have before it counts: `pass` after `else:` may well be meant twice."""


def drop_duplicate_lines(text: str, cursor: Cursor) -> str:
    """Nothing for a block of lines that equals the lines above it; else the text without lines that stand below.

    The lines below count from the first line of code on, at the end of the text: a block that runs into what follows
    is cut where it meets it, also when a line of its own came between.
    """
    lines = text.split("\n")
    ours = [line.strip() for line in (cursor.before + lines[0], *lines[1:]) if line.strip()]
    if len(ours) >= MIN_LINES and sum(map(len, ours)) >= MIN_TEXT:
        above = [line.strip() for line in cursor.above if line.strip()]
        if above[-len(ours) :] == ours:
            return ""
    below = [line.strip() for line in cursor.below if line.strip()]
    for start in range(1, len(lines)):
        rest = [line.strip() for line in lines[start:] if line.strip()]
        if len(rest) >= MIN_LINES and rest == below[: len(rest)] and sum(map(len, rest)) >= MIN_TEXT:
            return "\n".join(lines[:start])
    return text
