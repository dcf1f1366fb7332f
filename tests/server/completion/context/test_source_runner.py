from threading import Event

import pytest
from inglenook_server.completion.context.source_runner import SourceRunner

from tests.waiting import TIMEOUT_S

PATIENT, HASTY = 1e4, 20


@pytest.fixture
def runner():
    made: SourceRunner[str] = SourceRunner()
    yield made
    made.close()


class Slow:
    """A source that answers when it is let go."""

    def __init__(self) -> None:
        self.go, self.asked = Event(), 0

    def __call__(self) -> str:
        self.asked += 1
        assert self.go.wait(TIMEOUT_S)
        return f"answer {self.asked}"


def test_a_late_source_is_dropped_and_a_broken_one_gives_nothing(runner):
    slow = Slow()
    found, times, late = runner.run(
        {"quick": lambda: "quick", "late": slow, "broken": lambda: 1 / 0},
        {"quick": PATIENT, "late": HASTY, "broken": PATIENT},
    )
    assert found == {"quick": "quick"}
    assert (times["late"], late) == (HASTY, {"late": HASTY})
    slow.go.set()


def test_a_source_that_hangs_is_not_started_again(runner):
    slow = Slow()
    for _ in range(3):
        assert runner.run({"slow": slow}, {"slow": HASTY})[::2] == ({}, {"slow": HASTY})
    assert slow.asked == 1
    slow.go.set()


def test_a_late_answer_is_good_for_the_same_question(runner):
    slow = Slow()
    assert runner.run({"slow": slow}, {"slow": HASTY}, {"slow": "the same"})[0] == {}
    slow.go.set()
    assert runner.run({"slow": slow}, {"slow": PATIENT}, {"slow": "the same"})[0] == {"slow": "answer 1"}
    assert runner.run({"slow": slow}, {"slow": PATIENT}, {"slow": "the same"})[0] == {"slow": "answer 2"}  # given once


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_late_answer_is_not_good_for_another_question_or_after_a_change(runner, forgotten):
    slow = Slow()
    assert runner.run({"slow": slow}, {"slow": HASTY}, {"slow": "one"})[0] == {}
    if forgotten:
        runner.forget()
    assert runner.run({"slow": slow}, {"slow": HASTY}, {"slow": "one" if forgotten else "another"})[0] == {}
    slow.go.set()
    runner.close()  # waits for nothing
    assert slow.asked == 1
