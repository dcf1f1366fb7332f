"""Two texts in lines -> the runs of lines that differ. Pure, and linear: what can't be told apart cheaply is one run.

The common beginning and end are taken off. What lies between is cut at lines that both sides have once (patience
diff, Bram Cohen), and only short stretches between those are compared line by line.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from inglenook_server.changes.types import Hunk

STRETCH = 120
"""Lines of a stretch that is compared line by line, on each side: difflib's time grows with their product."""
COMPARED = 4_000
"""Lines that are compared so in one file."""


def normal(text: str) -> str:
    """`text` with a newline at its lines' ends: how a file is checked out is no change of it."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def split(text: str) -> list[str]:
    """The lines of a normal text, without their ends; none for an empty one."""
    if not text:
        return []
    lines = text.split("\n")
    return lines[:-1] if not lines[-1] else lines


def hunks(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    """The runs of lines that differ, in order."""
    found: list[Hunk] = []
    for start, end, begin, stop in _differing(old, new):
        last = found[-1] if found else Hunk(0, 0, 0, 0)
        if found and (last.old_start + last.old_lines, last.new_start + last.new_lines) == (start + 1, begin + 1):
            found[-1] = Hunk(last.old_start, end + 1 - last.old_start, last.new_start, stop + 1 - last.new_start)
        else:
            found.append(Hunk(start + 1, end - start, begin + 1, stop - begin))
    return found


Range = tuple[int, int, int, int]
"""Lines from:to of the old text, and from:to of the new one, 0-based and half open."""


def _differing(old: Sequence[str], new: Sequence[str]) -> Iterator[Range]:
    left = COMPARED
    whole = _trimmed(old, new, (0, len(old), 0, len(new)))
    for between in _between(old, new, whole):
        start, end, begin, stop = one = _trimmed(old, new, between)
        if start == end and begin == stop:
            continue
        size = max(end - start, stop - begin)
        if start == end or begin == stop or size > STRETCH or size > left:
            yield one
            continue
        left -= size
        matcher = SequenceMatcher(None, old[start:end], new[begin:stop], autojunk=False)
        for tag, i, j, k, m in matcher.get_opcodes():
            if tag != "equal":
                yield start + i, start + j, begin + k, begin + m


def _trimmed(old: Sequence[str], new: Sequence[str], whole: Range) -> Range:
    """A range without what both sides begin and end with."""
    start, end, begin, stop = whole
    while start < end and begin < stop and old[start] == new[begin]:
        start, begin = start + 1, begin + 1
    while start < end and begin < stop and old[end - 1] == new[stop - 1]:
        end, stop = end - 1, stop - 1
    return start, end, begin, stop


def _between(old: Sequence[str], new: Sequence[str], whole: Range) -> Iterator[Range]:
    """What lies between the lines that both sides of a range have once, in the longest order that both keep."""
    start, end, begin, stop = whole
    counted_old, counted_new = Counter(old[start:end]), Counter(new[begin:stop])
    place = {line: begin + at for at, line in enumerate(new[begin:stop]) if counted_new[line] == 1}
    pairs = [(at, place[old[at]]) for at in range(start, end) if counted_old[old[at]] == 1 and old[at] in place]
    for one, other in _rising(pairs):
        yield start, one, begin, other
        start, begin = one + 1, other + 1
    yield start, end, begin, stop


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of `pairs` (rising in the first) that rises in the second, too."""
    tops: list[int] = []  # the smallest second of a run of each length
    ends: list[int] = []  # which pair that is
    before: list[int] = []
    for number, (_, second) in enumerate(pairs):
        at = bisect_left(tops, second)
        before.append(ends[at - 1] if at else -1)
        tops[at : at + 1] = [second]
        ends[at : at + 1] = [number]
    chain: list[tuple[int, int]] = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]
