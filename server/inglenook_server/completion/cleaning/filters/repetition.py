"""Drops suggestions that repeat themselves or what stands next to the cursor. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from inglenook_server.completion.syntax.cursor import Cursor
from inglenook_server.documents import common_end, common_start

# (tokens looked at from the end, longest repeated pattern in them that counts): Copilot's constants.
WINDOWS = ((10, 1), (30, 10), (45, 20), (60, 30))

NEAR = 0.1
"""Edit distance to a neighbouring line, as a share of its length, under which a suggestion is a copy of it."""
MIN_COPY = 8
"""Characters below which a copy of a neighbouring line may well be meant, as in `return None`."""

LONG = 400
"""Characters of a line from which on only its beginning and its end are compared: a distance costs their square."""

_TOKEN = re.compile(r"\w+|[^\w\s]|\s+")


def drop_repetition(text: str, cursor: Cursor) -> str:
    """Return nothing for a text whose end repeats one pattern, and cut lines that copy the one before them."""
    if is_circular(tokens(text)):
        return ""
    lines = text.split("\n")
    if len(lines) == 1:
        return "" if _copies_neighbour(cursor.before + text, cursor) else text
    for number, (one, other) in enumerate(pairwise(lines), 1):
        if len(one.strip()) >= MIN_COPY and one.strip() == other.strip():
            return "\n".join(lines[:number])
    return text


def tokens(text: str) -> list[str]:
    """Words, punctuation and blanks: near enough to a model's tokens to see it go round in circles."""
    return _TOKEN.findall(text)


def is_circular(found: Sequence[str]) -> bool:
    """Whether the last tokens are one short pattern over and over (Knuth-Morris-Pratt prefix function)."""
    for window, longest in WINDOWS:
        if len(found) < window:
            return False
        last = found[: -window - 1 : -1]
        period = window - prefix_function(last)[-1]
        if period <= longest:
            return True
    return False


def prefix_function(found: Sequence[str]) -> list[int]:
    """At each place, the length of the longest proper prefix that also ends there (Knuth-Morris-Pratt)."""
    table = [0] * len(found)
    length = 0
    for index in range(1, len(found)):
        while length and found[index] != found[length]:
            length = table[length - 1]
        if found[index] == found[length]:
            length += 1
        table[index] = length
    return table


def _copies_neighbour(line: str, cursor: Cursor) -> bool:
    ours = line.strip()
    if len(ours) < MIN_COPY:
        return False
    neighbours = (cursor.last_code_above.strip(), cursor.next_code_below.strip())
    return any(near and _difference(ours, near) < NEAR * len(near) for near in neighbours)


def _difference(one: str, other: str) -> int:
    """The edit distance; of long lines what lies between a common beginning and a common end, which is no less."""
    if min(len(one), len(other)) <= LONG:
        return edit_distance(one, other)
    begin = common_start(one, other)
    return max(len(one), len(other)) - begin - common_end(one[begin:], other[begin:])


def edit_distance(one: str, other: str) -> int:
    """Levenshtein distance; rows of the dynamic programme, O(len(one) * len(other))."""
    if one == other:
        return 0
    if abs(len(one) - len(other)) > NEAR * max(len(one), len(other)):
        return max(len(one), len(other))
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        corner, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (left != right))
    return row[-1]
