import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_indexer.text.printable import hides
from inglenook_server.conversations import prepare as module
from inglenook_server.conversations.prepare import CUT, MESSAGE_BYTES, clean, cut, prepare
from inglenook_server.conversations.titles import UNTITLED, shortened, title_of
from inglenook_server.conversations.types import Message


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Where is it?", "Where is it?"),
        ("  Where\n\tis it?  ", "Where is it?"),
        ("", UNTITLED),
        (" \n", UNTITLED),
        ("word " * 30, " ".join(["word"] * 12) + "…"),
        ("x" * 100, "x" * 59 + "…"),
        ("/explain @src/pool.py why?", "/explain @src/pool.py why?"),
        ("\x1b]0;owned\x07 why?", "␛]0;owned␇ why?"),
        ("语" * 100, "语" * 59 + "…"),
    ],
)
def test_a_title_is_the_beginning_of_a_question(question, title):
    assert title_of(question) == title


@given(st.text(), st.integers(10, 80))
def test_a_title_is_one_short_line(text, most):
    made = shortened(text, most)
    assert len(made) <= most
    assert "\n" not in made
    assert not hides(made)


@given(st.text(), st.integers(len(CUT.encode()), 200))
def test_a_cut_text_is_short_and_valid(text, most):
    made = cut(text.encode("utf-8", "ignore").decode(), most)
    assert len(made.encode()) <= most


def test_a_long_message_says_that_it_was_cut():
    made = clean("é " * MESSAGE_BYTES)
    assert len(made.encode()) <= MESSAGE_BYTES
    assert made.endswith(CUT)
    assert clean(made) == made


def test_the_last_messages_are_kept_and_the_first_is_a_question(monkeypatch):
    turns = [Message(role, f"{role} {number}") for number in range(400) for role in ("user", "assistant")]
    kept = prepare(turns)
    assert kept == tuple(turns[-module.MESSAGES :])
    monkeypatch.setattr(module, "MESSAGES", 5)
    assert prepare(turns) == tuple(turns[-4:])
    monkeypatch.setattr(module, "ALL_BYTES", len("assistant 399user 399") + 3)
    assert prepare(turns) == tuple(turns[-2:])
