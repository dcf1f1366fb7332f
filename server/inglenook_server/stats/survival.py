"""Where an accepted text is while its document goes on changing, and how much of it is left. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from inglenook_server.documents import common_end, common_start

COMPARED = 600
"""Characters of each text that are compared once equal beginnings and ends are gone: a third of a second at most."""


@dataclass(frozen=True, slots=True)
class Span:
    """An accepted text and where it is now."""

    accepted: str
    start: int
    end: int

    def after(self, before: str, text: str) -> Span:
        """The span once `before` has become `text`; what is typed inside, or at its borders, belongs to it."""
        return self.moved(*difference(before, text))

    def moved(self, start: int, old_end: int, new_end: int) -> Span:
        """The span after a change, which is as `difference` gives it."""
        moved = new_end - old_end
        if old_end <= self.start and not (start == old_end == self.start):
            return replace(self, start=self.start + moved, end=self.end + moved)
        if start >= self.end:
            return self
        return replace(self, start=min(self.start, start), end=max(self.end, old_end) + moved)


def difference(before: str, text: str) -> tuple[int, int, int]:
    """The changed range: where it starts, where it ended, where it ends now."""
    start = common_start(before, text)
    longest = min(len(before), len(text)) - start
    same = min(common_end(before, text), longest)
    return start, len(before) - same, len(text) - same


def share_left(accepted: str, now: str) -> float:
    """1 - edit distance / length of what was accepted, from 0 to 1."""
    if not accepted:
        return 0.0
    begin = common_start(accepted, now)
    end = min(common_end(accepted, now), min(len(accepted), len(now)) - begin)
    one, other = accepted[begin : len(accepted) - end], now[begin : len(now) - end]
    return max(0.0, 1 - levenshtein(one[:COMPARED], other[:COMPARED]) / len(accepted))


def levenshtein(one: str, other: str) -> int:
    """Edit distance; rows of the dynamic programme, O(len(one) * len(other))."""
    if not one or not other:
        return len(one) + len(other)
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        corner, row[0] = row[0], i
        for j, right in enumerate(other, 1):
            corner, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, corner + (left != right))
    return row[-1]
