"""What an import's lines tell: where a name stands in it, and whether it only hands that on. Pure text."""

from __future__ import annotations

import re
from collections.abc import Sequence

MOST_LINES = 80
"""Lines of one import that are looked at."""
_MOST_TEXT = 400
"""Characters of a line that are looked at."""


def hands_on(lines: Sequence[str], line: int) -> bool:
    """Whether what stands on a line, 1-based, takes a name from elsewhere only to export it: `export * from "./a"`."""
    return line <= len(lines) and lines[line - 1][:_MOST_TEXT].lstrip().startswith("export ")


def end_of(lines: Sequence[str], start_line: int, names: Sequence[str]) -> int:
    """The last line of an import that begins at `start_line` on which one of its names stands, 1-based."""
    return max((line_of(lines, start_line, name) for name in names), default=start_line)


def line_of(lines: Sequence[str], start_line: int, name: str) -> int:
    """The line of `name` in the import that begins at `start_line`, 1-based; `start_line` where it is not found."""
    word = re.compile(rf"(?<![\w$]){re.escape(name)}(?![\w$])")
    depth = 0
    for number in range(start_line, min(start_line + MOST_LINES, len(lines) + 1)):
        text = lines[number - 1][:_MOST_TEXT]
        if word.search(text):
            return number
        depth += sum(text.count(one) for one in "({") - sum(text.count(one) for one in ")}")
        if depth <= 0 and not text.rstrip().endswith("\\"):
            break
    return start_line
