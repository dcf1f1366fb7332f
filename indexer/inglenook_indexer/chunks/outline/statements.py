"""SQL by statement, named by the object it is about. A scanner of tokens, whatever the dialect.

Ends of statements are semicolons outside strings, comments, dollar quotes and the bodies of routines; `GO` and `/` on
a line of their own; and what `DELIMITER` names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from inglenook_indexer.chunks.outline.heads import Head, led

_TOKEN = re.compile(
    r"--[^\n\r]*|/\*.*?(?:\*/|\Z)|'(?:[^'\\]++|\\.)*+'|\"[^\"]*+\"|`[^`]*+`|\[[^\[\]\n]*\]"
    r"|(?P<dollar>\$\w*\$).*?(?:(?P=dollar)|\Z)|^[ \t]*(?P<go>GO|/)[ \t]*(?=[\r\n]|\Z)"
    r"|^[ \t]*DELIMITER[ \t]+(?P<delimiter>\S+)|(?P<end>;|//|\$\$)|(?P<word>\b[A-Za-z]+\b)|\\['\"]",
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
"""A doubled quote ends a string and begins the next; an escaped one after an open string begins none."""
_NAME = r"((?:[\w$#]+|\"[^\"\n]+\"|`[^`\n]+`|\[[^\]\n]+\])(?:\s*\.\s*(?:[\w$#]+|\"[^\"\n]+\"|`[^`\n]+`|\[[^\]\n]+\]))*)"
_KINDS = (
    r"table|view|function|procedure|proc|trigger|index|sequence|type|schema|database|extension|policy|role|user|domain"
    r"|aggregate|event|package(?:\s+body)?"
)
_CREATE = re.compile(
    rf"\s*create\s+(?:or\s+(?:replace|alter)\s+)?(?:[\w=@`'.%]+\s+){{0,4}}?(?:{_KINDS})\s+(?:concurrently\s+)?"
    rf"(?:if\s+not\s+exists\s+)?{_NAME}",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    rf"\s*(?:(?:alter|drop|truncate)\s+(?:{_KINDS})|insert\s+(?:or\s+\w+\s+)?into|replace\s+into|merge\s+into"
    rf"|delete\s+from|comment\s+on\s+(?:{_KINDS}|column)|copy|update)\s+(?:only\s+)?(?:if\s+(?:not\s+)?exists\s+)?{_NAME}",
    re.IGNORECASE,
)
_ROUTINE = re.compile(
    r"\s*create\s+(?:or\s+(?:replace|alter)\s+)?(?:\S+\s+){0,3}?(?:function|procedure|proc|trigger|event|package)\b",
    re.IGNORECASE,
)
_SPACE_OR_COMMENT = re.compile(r"(?:\s++|--[^\n\r]*+|/\*.*?\*/)*+", re.DOTALL)
_LOOKED_AT = 400  # characters of a statement that say what it is about


def heads(lines: Sequence[str]) -> Iterator[Head]:
    """A head for each statement that begins a line, with the comment above it."""
    text = "".join(lines)
    starts = [0, *accumulate(map(len, lines))]
    firsts = [start + len(line) - len(line.lstrip()) for start, line in zip(starts, lines, strict=False)]
    last = floor = 0
    for begin, end in _statements(text):
        first = bisect_right(starts, begin) - 1
        if begin > firsts[first] or (first < floor and last):
            continue
        name, defines = _about(text[begin : begin + _LOOKED_AT])
        head = led(lines, first, ("--",), floor)
        yield Head(head, 0, name, defines)
        last = floor = bisect_right(starts, max(begin, end - 1)) - 1 + 1


def _about(statement: str) -> tuple[str, bool]:
    """The object that a statement is about, and whether it makes it."""
    for pattern, defines in ((_CREATE, True), (_ABOUT, False)):
        found = pattern.match(statement)
        if found is not None:
            return re.sub(r"[\"`\[\]\s]", "", found[1]), defines
    return "", False


def _statements(text: str) -> Iterator[tuple[int, int]]:
    """(first character, end) of each statement, leading comments left out."""
    delimiter = ";"
    begin = _skip(text, 0)
    depth = 0  # of BEGIN ... END and CASE ... END in the body of a routine
    routine: bool | None = None
    before = ""
    for token in _TOKEN.finditer(text):
        if token.start() < begin:
            continue
        word = (token["word"] or "").lower()
        if word:
            if routine is None:
                routine = _ROUTINE.match(text, begin, begin + _LOOKED_AT) is not None
            if routine:
                depth = _deeper(depth, before, word)
            before = word
            continue
        ends = token["go"] or token["delimiter"] or (token["end"] == delimiter and not depth)
        if not ends:
            before = token["end"] or before
            continue
        if token["delimiter"]:
            delimiter = token["delimiter"]
        if token.end() > begin:
            yield begin, token.end()
        begin, depth, routine, before = _skip(text, token.end()), 0, None, ""
    if begin < len(text):
        yield begin, len(text)


def _deeper(depth: int, before: str, word: str) -> int:
    """The depth after a word of a routine's body. `END IF` and the like close what is not counted."""
    if before == "end" and word in ("if", "loop", "while", "repeat", "for"):
        return depth + 1  # the END before it was taken for a block's
    if before == "end" and word == "case":
        return depth
    if word in ("begin", "case"):
        return depth + 1
    return max(0, depth - 1) if word == "end" else depth


def _skip(text: str, at: int) -> int:
    found = _SPACE_OR_COMMENT.match(text, at)
    return found.end() if found is not None else at
