"""Gives a suggestion the indentation of the file it goes into. Pure."""

from __future__ import annotations

from itertools import pairwise

from inglenook_server.completion.syntax.cursor import Cursor, indentation

TAB = 4
"""Columns that a tab stands for where the file does not say."""
LOOKED_AT = 400
"""Lines above and below that say how the file is indented."""


def normalise_indent(text: str, cursor: Cursor) -> str:
    """Tabs or blanks as the file has them, and no second indentation behind the one the cursor stands after."""
    if cursor.before and not cursor.before.strip():
        first, newline, rest = text.partition("\n")
        text = first.lstrip(" \t") + newline + rest
    if "\n" not in text:
        return text
    lines = [*cursor.above[-LOOKED_AT:], cursor.before, *cursor.below[:LOOKED_AT]]
    tabs = sum(line.startswith("\t") for line in lines)
    blanks = sum(line.startswith("  ") for line in lines)
    if tabs == blanks:
        return text
    unit = TAB if tabs > blanks else blank_unit(lines)
    first, *others = text.split("\n")
    return "\n".join([first, *(_indented(line, tabs=tabs > blanks, unit=unit) for line in others)])


def blank_unit(lines: list[str]) -> int:
    """Columns of one level: the smallest step between neighbouring lines that occurs; 4 where none does."""
    widths = [len(indentation(line)) for line in lines if line.strip() and not line.startswith("\t")]
    steps = [b - a for a, b in pairwise(widths) if 1 < b - a <= 8]
    return min(steps, default=TAB)


def _indented(line: str, *, tabs: bool, unit: int) -> str:
    blanks = indentation(line)
    rest = line[len(blanks) :]
    if tabs:
        return blanks.replace(" " * unit, "\t") + rest
    return blanks.replace("\t", " " * unit) + rest
