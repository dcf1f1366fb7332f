"""JSON by key, down to a few levels, comments and trailing commas allowed. A scanner of tokens: errors do no harm."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from inglenook_indexer.chunks.outline.heads import Head

_TOKEN = re.compile(
    r'"(?P<string>(?:[^"\\\n\r]++|\\.)*+)"(?P<colon>\s*+:)?|//[^\n\r]*+|/\*.*?(?:\*/|\Z)|(?P<bracket>[{}\[\]])'
    r"|(?P<comma>,)|\\.",
    re.DOTALL,
)
"""The last alternative keeps an escaped quote after an open string from being tried for the start of another."""
_DEPTH = 3  # levels that are told apart


def heads(lines: Sequence[str]) -> Iterator[Head]:
    """A head for each key, or element of an array, that begins a line."""
    text = "".join(lines)
    starts = [0, *accumulate(map(len, lines))]
    firsts = [start + len(line) - len(line.lstrip()) for start, line in zip(starts, lines, strict=False)]
    last = -1
    nesting: list[int] = []  # for each open bracket: elements so far, or -1 in an object
    fresh = False  # whether an element of an array begins here
    for token in _TOKEN.finditer(text):
        bracket = token["bracket"]
        if bracket is not None and bracket in "}]":
            del nesting[-1:]
            fresh = False
            continue
        if token["comma"]:
            fresh = bool(nesting) and nesting[-1] >= 0
            continue
        key = token["colon"] is not None
        if (key or fresh) and 0 < len(nesting) <= _DEPTH:
            line = bisect_right(starts, token.start()) - 1
            name = token["string"] if key else f"[{nesting[-1]}]"
            if line > last and token.start() <= firsts[line]:
                yield Head(line, len(nesting), name)
                last = line
        if fresh and nesting:
            nesting[-1] += 1
            fresh = False
        if bracket is not None:
            nesting.append(0 if bracket == "[" else -1)
            fresh = bracket == "["
