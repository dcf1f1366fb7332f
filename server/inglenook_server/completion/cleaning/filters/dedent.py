"""Ends a block where its indentation falls back to the line that opened it. Pure."""

from __future__ import annotations

from inglenook_server.completion.syntax.cursor import Cursor, indent_width

_CLOSERS = ")]}"
_OPENERS = "([{"


def stop_at_dedent(text: str, cursor: Cursor) -> str:
    """Cut before the first line that is indented less than the block the cursor is in.

    Where the cursor stands behind an opener (`def f():`), the body is deeper than the opener's line; where it stands
    on a blank line, it is as deep as the cursor. The line that closes the block still belongs to it, and what it opens
    in the same breath, as `} else {` does.
    """
    lines = text.split("\n")
    opener = cursor.before if cursor.before.strip() else ""
    floor = indent_width(opener) + 1 if opener else indent_width(cursor.before)
    for number, line in enumerate(lines[1:], 1):
        if line.strip() and indent_width(line) < floor:
            closes = line.strip()[0] in _CLOSERS and indent_width(line) == max(floor - 1, 0)
            if closes and opener and line.rstrip()[-1] in _OPENERS:
                continue
            return "\n".join(lines[: number + 1] if closes and opener else lines[:number])
    return text
