"""What is never offered, and what is no edit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.next_edit.edit import Edit
from inglenook_server.next_edit.edit_log import KEPT, EditLog
from inglenook_server.next_edit.manners import Refusals, allowed, only_deletes, reverses
from inglenook_server.next_edit.offer import Offer, Situation
from inglenook_server.next_edit.session import NextEdits

TEXT = "".join(f"line {number}\n" for number in range(60))
CALLS = "run(a)\nx = 1\nrun(b)\ny = 2\nz = run(c)\nw = run(d)\n"


def log_of(*texts, step=5.0, path="a.py"):
    log = EditLog()
    log.opened(path, texts[0])
    for number, text in enumerate(texts[1:]):
        log.changed(path, text, number * step)
    return log


def typed(*steps, text=TEXT):
    texts = [text]
    for old, new in steps:
        texts.append(texts[-1].replace(old, new, 1))
    return texts


def test_keystrokes_are_one_edit():
    log = log_of(*typed(("line 3\n", "line 3a\n"), ("3a", "3ab"), ("3ab", "3abc")), step=0.2)
    assert [(one.line, one.old, one.new) for one in log.edits] == [(3, ("line 3",), ("line 3abc",))]


def test_a_pause_or_a_distance_makes_two():
    apart = typed(("line 3\n", "line 3a\n"), ("line 6\n", "line 6a\n"))
    assert len(log_of(*apart, step=0.2).edits) == 1
    assert [one.line for one in log_of(*apart, step=1.5).edits] == [3, 6]
    far = typed(("line 3\n", "line 3a\n"), ("line 30\n", "line 30a\n"))
    assert [one.line for one in log_of(*far, step=0.2).edits] == [3, 30]


def test_the_same_line_after_a_pause_is_the_same_edit():
    log = log_of(*typed(("line 3\n", "line 3a\n"), ("3a", "3ab")), step=30.0)
    assert [one.new for one in log.edits] == [("line 3ab",)]


def test_edits_above_move_those_below():
    log = log_of(*typed(("line 30\n", "line 30a\n"), ("line 3\n", "new\nline 3\n")))
    assert [(one.line, one.new) for one in log.edits] == [(31, ("line 30a",)), (3, ("new",))]


def test_the_last_ones_are_kept():
    steps = [(f"line {number}\n", f"line {number}x\n") for number in range(11, 59, 3)]
    assert len(log_of(*typed(*steps)).edits) == KEPT


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(("line 9\n", "".join(f"a pasted line of some length {n}\n" for n in range(10))), id="paste"),
        pytest.param(("line 9\n", "  line 9\n"), id="format"),
        pytest.param((TEXT[20:], TEXT[20:].replace("line", "row")), id="checkout"),
    ],
)
def test_what_nobody_typed_is_no_edit(step):
    assert log_of(*typed(step)).edits == []


def test_an_undo_takes_its_edit_back():
    one = typed(("line 3\n", "line 3a\n"))
    log = log_of(*one, one[0], one[1], one[0])
    assert log.edits == [] or all(edit.new != ("line 3a",) for edit in log.edits)


def test_a_closed_file_and_a_checkout_are_forgotten():
    log = log_of(*typed(("line 3\n", "line 3a\n")))
    log.closed("a.py")
    assert log.edits == []
    log = log_of(*typed(("line 3\n", "line 3a\n")))
    log.forget()
    assert log.edits == []


@given(st.lists(st.tuples(st.integers(0, 11), st.text("ab \n(", max_size=6)), max_size=12))
def test_an_edit_is_where_the_log_says(steps):
    lines = [f"l{number}" for number in range(12)]
    log = EditLog()
    log.opened("a", "\n".join(lines))
    for number, (at, new) in enumerate(steps):
        lines[min(at, len(lines) - 1)] = new
        text = "\n".join(lines)
        lines = text.split("\n")
        log.changed("a", text, number * 3.0)
    for one in log.edits:
        assert lines[one.line : one.end] == list(one.new)


def offer_of(text, old, new):
    start = text.index(old)
    return Offer("a.py", start, start + len(old), new, "pair", old=old)


def test_nothing_is_only_deleted():
    assert only_deletes("f(a, b)", "f(a)")
    assert not only_deletes("f(a, b)", "f(a, c)")
    situation = Situation([Edit("a.py", 9, ("x",), ("y",))], "a.py", "f(a, b)\n", "python")
    assert not allowed(offer_of("f(a, b)\n", "f(a, b)", "f(a)"), situation)


def test_nothing_is_taken_back():
    text = "total = new(1)\n"
    edit = Edit("a.py", 0, ("total = old(1)",), ("total = new(1)",))
    assert reverses(offer_of(text, "new", "old"), text, edit)
    assert not allowed(offer_of(text, "new", "old"), Situation([edit], "a.py", text, "python"))
    assert allowed(offer_of(text, "new", "newer"), Situation([edit], "a.py", text, "python"))


def test_what_was_refused_is_not_offered_again():
    refusals = Refusals()
    refusals.add(offer_of("f(a)\n", "f(a)", "f(b)"))
    assert refusals.holds(offer_of("x\nf(a)\n", "f(a)", "f(b)"))
    assert not refusals.holds(offer_of("f(a)\n", "f(a)", "f(c)"))


def edited(*steps, text=CALLS, withheld=lambda text: False):
    session = NextEdits(withheld)
    session.version("a.py", text, 0.0, opened=True)
    for number, (old, new) in enumerate(steps):
        text = text.replace(old, new, 1)
        session.version("a.py", text, 10.0 * (number + 1))
    return session, text


TWICE = (("run(a)", "run(a, 1)"), ("run(b)", "run(b, 1)"))


def ask(session, text):
    return list(session.ask("a.py", text, "python", None).items())


def test_the_next_edit_and_its_other_places():
    session, text = edited(*TWICE)
    assert [one.old for _, one in ask(session, text)]
    assert len(ask(session, text)) == 2


def test_a_rejected_change_stays_away_from_the_whole_file():
    session, text = edited(*TWICE)
    (id, _), _ = ask(session, text)
    session.told("unknown", "rejected")
    assert len(ask(session, text)) == 2
    session.told(id, "rejected")
    assert ask(session, text) == []


def test_an_applied_offer_that_is_undone_stays_away():
    session, text = edited(*TWICE)
    (id, first), *_ = ask(session, text)
    made = text[: first.start] + first.new + text[first.end :]
    session.version("a.py", made, 40.0)
    session.told(id, "accepted")
    session.version("a.py", text, 50.0)
    assert ask(session, text) == []  # an undo is not followed by anything
    session.version("a.py", text + "q\n", 60.0)
    assert all(one.start != first.start for _, one in ask(session, text + "q\n"))


def test_a_checkout_ends_it():
    session, text = edited(*TWICE)
    session.checked_out("/x", "one")
    assert ask(session, text)
    session.checked_out("/x", "two")
    assert ask(session, text) == []


def test_a_secret_is_neither_remembered_nor_offered():
    session, text = edited(*TWICE, withheld=lambda text: "run(b" in text)
    assert ask(session, text) == []
    session, text = edited(*TWICE, withheld=lambda text: text.startswith(", 1"))
    assert ask(session, text) == []
