"""Which blocks hold which tokens: shared, copied, given back; never one block written by two."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.errors import GenerationError
from inglenook_server.generation import kv_blocks
from inglenook_server.generation.kv_blocks import KEPT, Blocks, Sequence, common

SIZE = 4


class Cache:
    """A cache of tokens instead of keys and values: what a sequence reads back must be what it wrote."""

    def __init__(self, count: int) -> None:
        self.cells = [[-1] * SIZE for _ in range(count)]
        self.copies = 0
        self.blocks = Blocks(count, SIZE, self.copy)

    def copy(self, source: int, target: int) -> None:
        self.cells[target] = list(self.cells[source])
        self.copies += 1

    def write(self, sequence: Sequence, ids: list[int]) -> None:
        self.blocks.make_room(sequence, len(ids))
        for at, number in enumerate(ids, len(sequence.ids)):
            self.cells[sequence.table[at // SIZE]][at % SIZE] = number
        sequence.ids.extend(ids)

    def read(self, sequence: Sequence) -> list[int]:
        return [self.cells[sequence.table[at // SIZE]][at % SIZE] for at in range(len(sequence.ids))]


def test_what_begins_alike_is_not_written_again() -> None:
    cache = Cache(8)
    first = finished(cache, list(range(10)))
    second = cache.blocks.begin([*range(9), 99])
    assert second.ids == list(range(9))
    assert second.table[:2] == first.table[:2]
    assert second.table[2] != first.table[2], "the block that is not full is a copy"
    assert cache.copies == 1
    cache.write(second, [50])
    assert cache.read(second) == [*range(9), 50]
    assert cache.read(first) == list(range(10))


def test_it_begins_like_a_sequence_that_still_runs() -> None:
    cache = Cache(8)
    running = cache.blocks.begin([])
    cache.write(running, list(range(6)))
    beside = cache.blocks.begin(list(range(6)))
    cache.write(running, [7])
    cache.write(beside, [8])
    assert (cache.read(running)[-1], cache.read(beside)[-1]) == (7, 8)


def finished(cache: Cache, ids: list[int]) -> Sequence:
    """A sequence of these tokens that has ended."""
    one = cache.blocks.begin(ids)
    cache.write(one, ids[len(one.ids) :])
    cache.blocks.end(one)
    return one


def test_the_least_recently_used_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kv_blocks, "OWN", -1)
    cache = Cache(4)
    for start in (0, 100):
        finished(cache, list(range(start, start + 2 * SIZE)))
    cache.blocks.end(cache.blocks.begin([0]))  # of use again
    finished(cache, list(range(500, 500 + SIZE)))
    assert len(cache.blocks.begin(list(range(8))).ids) == 8
    assert not cache.blocks.begin(list(range(100, 108))).ids


def test_typing_does_not_drive_others_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kv_blocks, "OWN", 2)
    cache = Cache(200)
    answer = list(range(100, 120))
    finished(cache, answer)
    typed = list(range(20))
    for number in range(2 * KEPT):
        finished(cache, [*typed, 50 + number])
        typed.append(number)
    other = [*typed[:-8], *range(200, 210)]  # much of its own: both are kept
    finished(cache, other)
    for ids in (answer, typed, other):
        assert len(cache.blocks.begin(ids).ids) >= len(ids) - 2


def test_no_room_is_a_sentence_and_what_has_ended_is_free() -> None:
    cache = Cache(2)
    one = cache.blocks.begin([])
    with pytest.raises(GenerationError, match="no room"):
        cache.blocks.make_room(one, 3 * SIZE)
    cache.blocks.end(one)
    cache.write(cache.blocks.begin([7]), list(range(2 * SIZE)))


@given(st.integers(0, 10_000))
def test_whatever_comes_and_goes_each_reads_what_it_wrote(seed: int) -> None:
    rng = random.Random(seed)
    cache = Cache(24)
    live: list[Sequence] = []
    for _ in range(60):
        if live and rng.random() < 0.4:
            one = rng.choice(live)
            if rng.random() < 0.5:
                cache.blocks.end(one)
                live.remove(one)
            else:
                cache.write(one, [rng.randrange(3) for _ in range(rng.randrange(1, 6))])
                del one.ids[len(one.ids) - rng.randrange(2) :]  # the end of a draft did not hold
        elif len(live) < 3:
            prompt = [rng.randrange(2) for _ in range(rng.randrange(1, 14))]
            one = cache.blocks.begin(prompt[:-1])
            assert one.ids == prompt[: len(one.ids)]
            cache.write(one, prompt[len(one.ids) :])
            live.append(one)
        for one in live:
            assert cache.read(one) == one.ids


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kv_blocks, "OWN", -1)
    cache = Cache(4 * KEPT)
    for number in range(2 * KEPT):
        finished(cache, [number])
    assert not cache.blocks.begin([0]).ids
    assert cache.blocks.begin([2 * KEPT - 1]).ids


@given(st.lists(st.integers(0, 2), max_size=30), st.lists(st.integers(0, 2), max_size=30))
def test_common_beginnings(first: list[int], second: list[int]) -> None:
    length = common(first, second)
    assert first[:length] == second[:length]
    assert length in (len(first), len(second)) or first[length] != second[length]
