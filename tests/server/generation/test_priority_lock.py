"""Who takes the next step: the urgent, those who waited long, and nobody while somebody wants to be alone."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable

import pytest
from inglenook_server.generation import priority_lock
from inglenook_server.generation.priority_lock import PriorityLock

from tests.waiting import TIMEOUT_S, until


class Steps:
    """Callers on threads that write down whose step it was."""

    def __init__(self) -> None:
        self.turns = PriorityLock()
        self.events: list[str] = []
        self.threads: list[threading.Thread] = []

    def begin(self, name: str, count: int, *, urgent: bool) -> None:
        def work() -> None:
            assert self.turns.enter(urgent=urgent)
            for _ in range(count):
                self.turns.yield_lock(urgent=urgent)
                self.events.append(name)
                time.sleep(0.01)
            self.turns.leave()

        self.run(work)
        until(lambda: name in self.events or self.turns._waiting)

    def run(self, work: Callable[[], None]) -> None:
        self.threads.append(threading.Thread(target=work))
        self.threads[-1].start()

    def join(self) -> None:
        for thread in self.threads:
            thread.join(TIMEOUT_S)
            assert not thread.is_alive()


@pytest.fixture
def steps() -> Steps:
    return Steps()


def test_the_urgent_goes_between_two_steps_of_the_patient(steps: Steps) -> None:
    steps.begin("chat", 20, urgent=False)
    steps.begin("typed", 5, urgent=True)
    steps.join()
    first = steps.events.index("typed")
    assert steps.events[first : first + 5] == ["typed"] * 5
    assert steps.events[-1] == "chat"


def test_two_patient_ones_take_turns(steps: Steps) -> None:
    steps.begin("one", 20, urgent=False)
    steps.begin("two", 10, urgent=False)
    steps.join()
    both = "".join(name[0] for name in steps.events)
    assert "ototot" in both.replace("w", "t")


def test_who_waited_long_gets_a_step_though_others_are_urgent(steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(priority_lock, "PATIENCE_S", 0.05)
    steps.begin("typed", 40, urgent=True)
    steps.begin("chat", 3, urgent=False)
    steps.join()
    assert steps.events[-1] == "typed"
    assert steps.events.count("chat") == 3
    apart = [at for at, name in enumerate(steps.events) if name == "chat"]
    assert min(second - first for first, second in itertools.pairwise(apart)) >= 3


def test_who_is_cancelled_while_waiting_has_no_turn(steps: Steps) -> None:
    steps.begin("typed", 10, urgent=True)
    asked = iter([False])
    assert not steps.turns.enter(urgent=False, cancelled=lambda: next(asked, True))
    steps.join()


def test_alone_is_after_all_that_began_and_before_who_comes_then(steps: Steps) -> None:
    def alone() -> None:
        steps.turns.enter_alone()
        steps.events.append("alone")
        steps.turns.leave()

    steps.begin("chat", 10, urgent=False)
    steps.run(alone)
    until(lambda: any(one.alone for one in steps.turns._waiting))
    steps.begin("typed", 2, urgent=True)
    steps.join()
    assert steps.events == ["chat"] * 10 + ["alone"] + ["typed"] * 2
