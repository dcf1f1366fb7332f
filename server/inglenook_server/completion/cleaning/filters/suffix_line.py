"""Ends a suggestion where it begins to repeat the line below the cursor. Pure."""

from __future__ import annotations

from inglenook_server.completion.syntax.cursor import Cursor, indent_width
from inglenook_server.documents import split_lines

MIN_PARTIAL = 3
"""Characters of a last line that must match the start of the line below before it counts as its beginning."""


def stop_at_suffix_line(text: str, cursor: Cursor) -> str:
    """Cut at the first line that equals the next line of code below, or is the cut-off beginning of it.

    A line that only closes something counts where its indentation is that of the line below too.
    """
    below = cursor.next_code_below
    if not below:
        return text
    kept: list[str] = []
    lines = split_lines(text)
    for number, line in enumerate(lines):
        if number and _repeats(line, below, last=number == len(lines) - 1):
            break
        kept.append(line)
    return "".join(kept).rstrip("\r\n") if len(kept) < len(lines) else text


def _repeats(line: str, below: str, *, last: bool) -> bool:
    ours, theirs = line.strip(), below.strip()
    if ours == theirs:
        return any(letter.isalnum() for letter in ours) or indent_width(line) == indent_width(below)
    return last and len(ours) >= MIN_PARTIAL and theirs.startswith(ours)
