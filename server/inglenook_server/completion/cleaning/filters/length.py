"""Cuts text that is longer than anybody reads or writes at once. Pure."""

from __future__ import annotations

from inglenook_server.completion.syntax.cursor import Cursor

MAX_LINE = 200
"""Columns of a suggested line; code that people write stays under 120, data does not."""
MAX_LINES = 40
"""Lines of a suggestion: what fits on a screen beside the code around it."""


def drop_overlong(text: str, cursor: Cursor) -> str:
    """Cut before the first line that is too long, and after `MAX_LINES`."""
    lines = text.split("\n")
    for number, line in enumerate(lines[:MAX_LINES]):
        if len(line) + (len(cursor.before) if number == 0 else 0) > max(MAX_LINE, len(cursor.before) + MAX_LINE // 2):
            return "\n".join(lines[:number])
    return "\n".join(lines[:MAX_LINES])
