"""reStructuredText by section. Levels are those of the adornments, in the order in which they first appear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from inglenook_indexer.chunks.outline.heads import Head

_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1*\s*\Z")
_LABEL = re.compile(r"\.\.\s+_[^:]+:\s*\Z")
_SHORT = 4  # characters: an adornment this long may be shorter than its title, as docutils has it


def heads(lines: Sequence[str]) -> Iterator[Head]:
    """A head for each title; labels that stand right above it (`.. _name:`) belong to it."""
    levels: list[tuple[str, bool]] = []
    taken = 0
    for number in range(len(lines) - 1):
        title = lines[number]
        if number < taken or not title.strip() or not _underlines(lines[number + 1], title):
            continue
        over = number > taken and _underlines(lines[number - 1], title) and lines[number - 1][0] == lines[number + 1][0]
        if title[:1].isspace() and not over:
            continue  # a block of text, or a table
        if number > 0 and not over and lines[number - 1].strip() and _ADORNMENT.match(lines[number - 1].rstrip()):
            continue  # the row of a table
        adornment = (lines[number + 1][0], over)
        if adornment not in levels:
            levels.append(adornment)
        first = number - 1 if over else number
        first = _labelled(lines, first, taken)
        yield Head(first, levels.index(adornment), title.strip())
        taken = number + 2


def _underlines(line: str, title: str) -> bool:
    bare = line.rstrip()
    return (
        _ADORNMENT.match(bare) is not None
        and _ADORNMENT.match(title.strip()) is None
        and (len(bare) >= min(len(title.rstrip()), _SHORT))
    )


def _labelled(lines: Sequence[str], first: int, floor: int) -> int:
    at = first
    while at > floor and (not lines[at - 1].strip() or _LABEL.match(lines[at - 1])):
        at -= 1
        if lines[at].strip():
            first = at
    return first
