"""How good a ranked list is: NDCG and reciprocal rank over places. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Place = tuple[str, int, int]
"""A hit: path, first line, last line."""


@dataclass(frozen=True)
class Target:
    """What should be found: a file, or lines of it."""

    path: str
    start: int | None = None
    end: int | None = None

    def meets(self, place: Place) -> bool:
        """Whether a hit is in this file and, where the target has lines, touches them."""
        path, start, end = place
        if path != self.path:
            return False
        return self.start is None or self.end is None or not (end < self.start or start > self.end)


def ndcg(hits: Sequence[Place], targets: Sequence[Target], k: int) -> float:
    """NDCG@k with each target counted once, at its first hit; 0-1. Jarvelin and Kekalainen, 2002."""
    gained = [0.0] * k
    for target in targets:
        place = next((number for number, hit in enumerate(hits[:k]) if target.meets(hit)), None)
        if place is not None:
            gained[place] = 1.0
    ideal = sum(1 / math.log2(number + 2) for number in range(min(k, len(targets))))
    return sum(gain / math.log2(number + 2) for number, gain in enumerate(gained)) / ideal if ideal else 0.0


def reciprocal(hits: Sequence[Place], target: Target) -> float:
    """1 / rank of the first hit of `target`; 0 where there is none."""
    return next((1 / number for number, hit in enumerate(hits, 1) if target.meets(hit)), 0.0)
