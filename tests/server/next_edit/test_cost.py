"""The cost of a next edit grows no faster than the file it is asked for."""

import pytest
from inglenook_server.next_edit.edit import edit_at
from inglenook_server.next_edit.edit_log import EditLog
from inglenook_server.next_edit.offer import Situation
from inglenook_server.next_edit.predict import next_edits
from inglenook_server.next_edit.tokens import tokens

from tests.cost import faults

HEAD = ["def load(name, rate):", "    return name * rate", "", "check(a, 1)", "check(b.c(), 2)"]
CHANGES = ((3, "expect(a).to(1)"), (4, "expect(b.c()).to(2)"), (0, "def load(name, tax):"))


def asked(text: str, language: str) -> object:
    """A change made twice and a renaming at the head of a file of this text."""
    lines, edits = [*HEAD, *text.split("\n")], []
    for at, new in CHANGES:
        before = list(lines)
        lines[at] = new
        edit = edit_at("a", before, lines)
        assert edit is not None
        edits.append(edit)
        next_edits(Situation(edits, "a", "\n".join(lines), language))
    return edits


def followed(text: str) -> object:
    """Keys typed at the head of a file."""
    log = EditLog()
    log.opened("a", text)
    for number in range(3):
        log.changed("a", "x" * (number + 1) + text, number * 0.3)
    return log.edits


UNITS = ("check(a, 1)\n", "check(((", "rate ", "check(a, ", "\n", ",", "def load(rate):\n", "check(a, [(1)])\n")


@pytest.mark.parametrize(
    ("work", "units"),
    [
        pytest.param(lambda text: asked(text, "python"), UNITS, id="python"),
        pytest.param(lambda text: asked(text, "text"), UNITS, id="text"),
        pytest.param(followed, ("ab\n", "x"), id="log"),
        pytest.param(tokens, ("a ", "\n ", "("), id="tokens"),
    ],
)
def test_cost_is_linear(work, units):
    assert faults(work, *units) == []
