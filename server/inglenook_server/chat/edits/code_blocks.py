"""The code in a Markdown text. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"(?P<margin>[ \t]*+)(?P<fence>`{3,}+|~{3,}+)\s*+(?P<language>[\w+#.-]*+)[^`]*+$")
_INSIDE = 3
"""Columns by which the end of a block may stand further in than its beginning."""


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """One fenced block; `lines` are without their ends, and without the margin that the fence has in a list."""

    language: str
    lines: tuple[str, ...]
    closed: bool = True
    """Whether its end is there; the text ends within it otherwise."""


def code_blocks(text: str) -> list[CodeBlock]:
    """Every fenced block of a text, in order; one that is not closed ends with the text."""
    found: list[CodeBlock] = []
    margin, fence, language, lines = "", "", "", list[str]()
    for whole in text.removesuffix("\n").split("\n"):  # not `splitlines`: a form feed ends no line of code
        line = whole.removesuffix("\r")
        if fence:
            bare = line.strip()
            near = len(line) - len(line.lstrip()) <= len(margin) + _INSIDE
            if near and len(bare) >= len(fence) and set(bare) == {fence[0]}:
                found.append(CodeBlock(language, tuple(lines)))
                fence, lines = "", []
            else:
                lines.append(_without(margin, line))
        elif match := _FENCE.match(line):
            margin, fence, language = match["margin"], match["fence"], match["language"].lower()
    if fence:
        found.append(CodeBlock(language, tuple(lines), closed=False))
    return found


def _without(margin: str, line: str) -> str:
    """A line without what it has of a fence's margin."""
    at = 0
    while at < len(margin) and line[at : at + 1] == margin[at]:
        at += 1
    return line[at:]
