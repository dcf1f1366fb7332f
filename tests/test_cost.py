"""The judge of costs judges rightly: by functions whose cost is known, on a clock of the test's own."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests import cost
from tests.cost import hoarded, repeated, verdict

WORD = repeated("x")
STEP_S = 2e-8  # of a step on the test's clock: 0.05 s for the longest text

Steps = Callable[[int], float]
"""Characters of a text -> the steps that working on it takes."""

LINEAR: dict[str, Steps] = {
    "nothing": lambda n: 0,
    "a step each": lambda n: n,
    "sorted": lambda n: n * max(1, n.bit_length()),
    "a bounded square": lambda n: min(n, 5_000) ** 2 + n,
    "a cache that is outgrown at once": lambda n: n if n < 1_000_000 else 2 * n,
}
TOO_MUCH: dict[str, Steps] = {
    "a square": lambda n: n * n,
    "a square that shows only where the text is long": lambda n: n + n * n / 50_000,
    "a search from every hundredth place": lambda n: n * n / 100,
    "a cube": lambda n: n**3 / 1_000,
    "slow": lambda n: 5_000 * n,
}


class Clock:
    """Processor time that passes only where a step is taken."""

    def __init__(self) -> None:
        self.now = 0.0

    def process_time(self) -> float:
        return self.now

    def work(self, steps: Steps) -> cost.Work:
        def taken(text: str) -> None:
            self.now += STEP_S * steps(len(text))

        return taken


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(cost, "time", made)
    return made


@pytest.mark.parametrize("name", LINEAR)
def test_what_is_linear_passes(clock: Clock, name: str) -> None:
    assert verdict(clock.work(LINEAR[name]), WORD) == ""


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_is_not_is_told(clock: Clock, name: str) -> None:
    assert verdict(clock.work(TOO_MUCH[name]), WORD) != ""


def test_processor_time_is_what_is_judged() -> None:
    assert verdict(lambda text: text.count("y"), WORD) == ""
    assert verdict(lambda text: re.search(r"\w+:", text), WORD) != ""


def test_memory_that_is_no_multiple_of_the_text_is_told() -> None:
    assert hoarded(lambda text: [text[place:] for place in range(0, len(text), 1_000)], WORD) == ""
    assert hoarded(lambda text: [text[place:] for place in range(0, len(text), 10)], WORD) != ""
