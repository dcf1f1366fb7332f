r"""Secrets of a notebook: looked for in what its cells say, and masked in the file so that it stays a notebook.

A string of JSON writes `"` as `\"`: masked as text, a quoted password would take half of such a pair with it. So each
cell's source is read as its author wrote it, and what is found there is led back to the file. In all else, outputs and
metadata, a string that holds a secret is masked as a whole.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

from inglenook_indexer.secrets.ranges import Span, merged
from inglenook_indexer.text.notebook import Piece, pieces

_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)"')
_UNIT = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL)
"""What stands for one character of a string."""
_BREAKS = "\r\n"

Find = Callable[[str], list[Span]]


def notebook_secrets(text: str, find: Find) -> list[Span] | None:
    """Ranges of the file to mask, in no order; None where `text` is no notebook that can be cut.

    `find` finds the secrets of a text.
    """
    cut = pieces(text)
    if cut is None:
        return None
    spans = [span for cell in cut for span in _of_cell(text, cell, find)]
    sources = [piece for cell in cut for piece in cell]
    return [*spans, *_elsewhere(text, sources, find(text))]


def _of_cell(text: str, cell: list[Piece], find: Find) -> Iterator[Span]:
    source = "".join(piece.text for piece in cell)
    found = find(source)
    if not found:
        return
    units = [
        unit.span() for piece in cell for unit in _UNIT.finditer(text, piece.start + 1, piece.end - 1)
    ]  # where each character of the source stands in the file
    for span in found:
        begin = end = -1
        for at in range(span.start, span.end):
            if source[at] in _BREAKS:
                continue  # a mask keeps them, and the quotes between two strings
            if units[at][0] != end:
                if begin >= 0:
                    yield Span(begin, end, span.reason)
                begin = units[at][0]
            end = units[at][1]
        if begin >= 0:
            yield Span(begin, end, span.reason)


def _elsewhere(text: str, sources: list[Piece], found: list[Span]) -> Iterator[Span]:
    """The strings that a secret of the file as it stands lies in, but for the cells' sources."""
    if not found:
        return
    own = {piece.start for piece in sources}
    strings = list(_STRING.finditer(text))
    ends = [string.end() for string in strings]
    for span in merged(found):
        number = first = bisect_right(ends, span.start)
        while number < len(strings) and strings[number].start() < span.end:
            string = strings[number]
            if string.start() in own or (number > first and _parted(text, strings[number - 1], string)):
                break
            if string.end(1) > string.start(1):
                yield Span(*string.span(1), span.reason)
            number += 1


def _parted(text: str, string: re.Match[str], following: re.Match[str]) -> bool:
    """Whether two strings are no neighbours in one array: what begins in one cell must not take another's form."""
    return text[string.end() : following.start()].strip() != ","
