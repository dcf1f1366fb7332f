"""Ranges of a text overwritten at equal length, in characters and in UTF-8 bytes; line breaks stay. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_MASKS = {1: "*", 2: "·", 3: "•", 4: "\U0001f512"}  # by UTF-8 length, so that byte offsets survive as well

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Span:
    """A withheld range of a text: characters, half open, and what was found there."""

    start: int
    end: int
    reason: str


def merged(spans: Iterable[Span]) -> list[Span]:
    """Sorted, overlapping ones joined; the first one's reason stays."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if joined and span.start < joined[-1].end:
            last = joined[-1]
            joined[-1] = Span(last.start, max(last.end, span.end), last.reason)
        elif span.end > span.start:
            joined.append(span)
    return joined


def masked(text: str, spans: Iterable[Span]) -> str:
    """`text` with these ranges (sorted, apart) masked."""
    pieces: list[str] = []
    position = 0
    for span in spans:
        pieces += [text[position : span.start], _mask(text[span.start : span.end])]
        position = span.end
    pieces.append(text[position:])
    return "".join(pieces)


def lines_of(text: str, spans: Iterable[Span]) -> frozenset[int]:
    """The lines of `text`, from 1 on, that these ranges (sorted, apart) touch: of a masked text, its withheld lines."""
    found: set[int] = set()
    line, position = 1, 0
    for span in spans:
        line += len(_LINE_END.findall(text, position, span.start))
        last = line + len(_LINE_END.findall(text, span.start, span.end))
        found.update(range(line, last + 1))
        line, position = last, span.end
    return frozenset(found)


def _mask(text: str) -> str:
    if text.isascii():
        return re.sub(r"[^\r\n]", "*", text)
    return "".join(one if one in "\r\n" else _MASKS[len(one.encode("utf-8", "surrogatepass"))] for one in text)
