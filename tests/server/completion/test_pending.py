import threading

import pytest
from inglenook_server.completion.pending import Pending
from inglenook_server.completion.syntax.cursor import Cursor
from inglenook_server.runtime.workers import Worker

KEY = ("a.py", "echo")


@pytest.fixture
def pending():
    """A generation that goes on until the test ends."""
    worker, over = Worker("test-pending"), threading.Event()
    made = Pending(KEY, Cursor("x = ", "\n"))
    made.job = worker.submit(lambda cancelled: over.wait())
    yield made
    over.set()
    worker.close()


@pytest.mark.parametrize(
    ("key", "prefix", "suffix", "joins"),
    [
        (KEY, "x = ", "\n", True),
        (KEY, "x = fo", "\n", True),
        (KEY, "x = foo bar and more", "\n", True),
        (KEY, "x = z", "\n", False),
        (KEY, "x =", "\n", False),
        (KEY, "x = ", ")\n", False),
        (("b.py", "echo"), "x = ", "\n", False),
    ],
)
def test_a_request_joins_what_agrees_with_it(pending, key, prefix, suffix, joins):
    pending.text = "foo bar"
    assert pending.joins(key, Cursor(prefix, suffix)) is joins
    assert pending.typed == (prefix[4:] if joins else "")


def test_it_diverges_once_the_text_is_another_than_was_typed(pending):
    assert pending.joins(KEY, Cursor("x = fo", "\n"))
    pending.text = "f"
    assert not pending.diverges()
    pending.text = "fa"
    assert pending.diverges()


def test_nothing_joins_what_was_stopped(pending):
    pending.stop()
    assert pending.over
    assert not pending.joins(KEY, pending.cursor)
