"""How long an engine may be silent: the counting alone."""

from __future__ import annotations

import pytest
from inglenook_server.generation.process.watchdog import ASLEEP_S, FLOOR_S, Bounds, Watchdog, bounds_for, weights_in

BOUNDS = Bounds(step_s=10, load_s=30, tick_s=1)
LATE = BOUNDS.tick_s + ASLEEP_S + 1


def ticks(*told: tuple[float, int, bool, bool]) -> list[float]:
    watch = Watchdog()
    return [watch.tick(elapsed, BOUNDS, signs=signs, due=due, loading=loading) for elapsed, signs, due, loading in told]


@pytest.mark.parametrize(
    ("told", "verdict"),
    [
        ([(1, 0, True, False)] * 10, 0),
        ([(1, 0, True, False)] * 11, 11),
        ([(1, 0, False, False)] * 100, 0),  # nothing is due
        ([(1, 0, True, False)] * 9 + [(1, 0, False, False)] + [(1, 0, True, False)] * 9, 0),  # answered meanwhile
        ([(1, sign, True, False) for sign in range(100)], 0),  # each tick a step
        ([(1, sign // 9, True, False) for sign in range(100)], 0),  # slow steps
        ([(1, 0, True, False)] * 9 + [(3_600, 0, True, False)], 0),  # the machine slept
        ([(1, 0, True, False)] * 9 + [(LATE, 0, True, False)] + [(1, 0, True, False)] * 10, 0),  # a fresh start
        ([(1, 0, True, False)] * 9 + [(LATE, 0, True, False)] + [(1, 0, True, False)] * 11, 11),
        ([(1, sign, True, True) for sign in range(30)], 0),  # a load whose process lives
        ([(1, sign, True, True) for sign in range(31)], 31),
        ([(1, 0, True, True)] * 11, 11),  # one whose process is stopped
    ],
)
def test_silence_counts_only_while_something_is_due_and_somebody_listened(told, verdict):
    *before, last = ticks(*told)
    assert not any(before)
    assert last == verdict


def test_the_bounds_grow_with_the_weights(tmp_path):
    assert bounds_for(0).step_s == FLOOR_S
    assert FLOOR_S < bounds_for(135_000_000).step_s < bounds_for(450_000_000).step_s < 60
    assert bounds_for(450_000_000).load_s > 300
    (tmp_path / "openvino_model.bin").write_bytes(b"12345")
    (tmp_path / "openvino_tokenizer.bin").write_bytes(b"12345")
    assert weights_in(tmp_path) == 5
