"""Places and lines of files as an agent reads them: `path:line`, and code behind numbers. Pure.

Each line of a file stands behind its number and a bar, so that no text of a repository looks like a line of ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from inglenook_indexer.text.printable import cut_short, one_line

MAX_LINE = 240
"""Characters of a line of code that are shown: minified code and data have lines without end."""
MAX_WORDS = 160
"""Characters of a name or a line quoted beside a place."""


def place(path: str, start: int, end: int = 0) -> str:
    """`path:line` or `path:start-end`, in one line."""
    return f"{one_line(path)}:{start}-{end}" if end > start else f"{one_line(path)}:{start}"


def code(lines: Sequence[str], start: int) -> str:
    """Lines of which the first is the `start`th of its file, each with its number."""
    return "\n".join(f"{number}| {_cut(line)}".rstrip() for number, line in enumerate(lines, start))


def words(text: str) -> str:
    """A name, a sentence or a line of code beside a place: one line, not too long."""
    return cut_short(one_line(" ".join(text.split())), MAX_WORDS)


def _cut(line: str) -> str:
    """A line of code in one line; its tabs stay."""
    shown = "\t".join(one_line(part) for part in line.split("\t"))
    return shown if len(shown) <= MAX_LINE else f"{shown[:MAX_LINE]}… ({len(line):,} characters)"
