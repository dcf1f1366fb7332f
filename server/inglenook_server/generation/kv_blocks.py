"""Which blocks of a paged key-value cache hold which tokens. Pure bookkeeping: knows no model and no tensor.

Sequences that begin alike share the blocks that are full, and get a copy of the one that is not; those that have ended
stay until their room is wanted, the least recently used first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Sequence as Many
from contextlib import suppress

from inglenook_server.errors import GenerationError

KEPT = 16
"""Ended sequences that are kept for others that begin alike."""
OWN = 24
"""Tokens at the end of a sequence that alone are not worth keeping it for: typing makes one such at each key."""


class Sequence:
    """The tokens that were read one after another, and the blocks that hold their keys and values.

    Tokens may be taken back while nobody has begun a sequence since they were read.
    """

    def __init__(self, ids: list[int], table: list[int]) -> None:
        self.ids = ids
        self.table = table


class Blocks:
    """The blocks of one cache. Not thread-safe."""

    def __init__(self, count: int, size: int, copy: Callable[[int, int], None]) -> None:
        """`count` blocks of `size` tokens each; `copy` makes the second block what the first one is."""
        self._size = size
        self._copy = copy
        self._free = list(range(count))
        self._users: Counter[int] = Counter()
        self._live: list[Sequence] = []
        self._ended: list[Sequence] = []
        """The least recently used first."""

    def begin(self, ids: Many[int]) -> Sequence:
        """A sequence that holds as much of the beginning of `ids` as any other does; may hold nothing."""
        begun = Sequence([], [])
        found = max([*self._ended, *self._live], key=lambda one: common(one.ids, ids), default=begun)
        self._live.append(begun)
        if length := common(found.ids, ids):
            if found in self._ended:  # it was of use: others go first
                self._ended.remove(found)
                self._ended.append(found)
            whole, rest = divmod(length, self._size)
            begun.table = found.table[:whole]
            self._users.update(begun.table)
            begun.ids = list(ids[: whole * self._size])
            if rest:
                with suppress(GenerationError):  # those tokens are read again
                    self.make_room(begun, rest)
                    self._copy(found.table[whole], begun.table[whole])
                    begun.ids = list(ids[:length])
        return begun

    def make_room(self, sequence: Sequence, tokens: int) -> None:
        """Give it blocks for so many tokens more. Raises GenerationError when the live ones fill the cache."""
        needed = -(-(len(sequence.ids) + tokens) // self._size) - len(sequence.table)
        while needed > len(self._free):
            if not self._ended:
                raise GenerationError("The engine had no room for this prompt.", "try again")
            self._give_back(self._ended.pop(0))
        for _ in range(needed):
            block = self._free.pop()
            self._users[block] = 1
            sequence.table.append(block)

    def end(self, sequence: Sequence) -> None:
        """It is kept for others that begin like it, instead of those that have hardly anything else."""
        self._live.remove(sequence)
        for one in self._ended[:]:
            if common(one.ids, sequence.ids) >= len(one.ids) - OWN:
                self._ended.remove(one)
                self._give_back(one)
        self._ended.append(sequence)
        while len(self._ended) > KEPT:
            self._give_back(self._ended.pop(0))

    def _give_back(self, sequence: Sequence) -> None:
        for block in sequence.table:
            self._users[block] -= 1
            if not self._users[block]:
                self._free.append(block)


def common(first: Many[int], second: Many[int]) -> int:
    """How many tokens both begin with."""
    length = min(len(first), len(second))
    if first[:length] == second[:length]:
        return length
    low, high = 0, length  # alike up to low, not up to high
    while high - low > 1:
        middle = (low + high) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle
    return low
