from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.generation.prompts import token_healing

GPT2 = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[A-Za-z]+| ?\d+| ?[^\sA-Za-z\d]+|\s+(?!\S)|\s+")


def words(text: str) -> list[str]:
    return GPT2.findall(text)


@pytest.mark.parametrize(
    ("prefix", "kept", "cut"),
    [
        ("x = self.conf", "x = self.", "conf"),
        ("def f():\n    ", "def f():", "\n    "),
        ("foo(", "foo", "("),
        ("return ", "return", " "),
        ("import nump", "import", " nump"),
        ("", "", ""),
        ("word", "", "word"),
        ("x\n" + " " * 80, "x\n" + " " * 80, ""),
    ],
)
def test_the_last_word_is_cut(prefix: str, kept: str, cut: str) -> None:
    assert token_healing.cut(prefix, words) == (kept, cut)


@given(st.text(alphabet="ab(). \n\t'é日1_", max_size=900))
def test_nothing_is_lost_and_little_is_cut(prefix: str) -> None:
    kept, cut = token_healing.cut(prefix, words)
    assert kept + cut == prefix
    assert len(cut) <= token_healing.LONGEST_CUT


@pytest.mark.parametrize(
    ("start", "pieces", "wrong"),
    [
        ("retu", ["return", " x"], ["x", "", "rex", " return"]),
        ("retu", ["re", "turn"], ["re turn"]),
        ("\n    ", ["\n   ", " x"], ["\n     ", "x"]),
        ("\n    ", ["\n    ", "x"], ["\n    \t", "\n\n"]),
        (" ", [" x", " "], ["  ", " \n"]),
        ("", ["  x", ""], []),
    ],
)
def test_what_was_cut_is_spelt_out_again(start: str, pieces: list[str], wrong: list[str]) -> None:
    healing = token_healing.Healing(start)
    assert healing.active == bool(start)
    for piece in wrong:
        assert not healing.fits(piece)
    for piece in pieces:
        assert healing.fits(piece) or not healing.active
        healing.take(piece)
    assert not healing.active


def test_an_indentation_is_followed_by_something_visible_though_a_token_ended_with_it() -> None:
    healing = token_healing.Healing("\n  ")
    healing.take("\n  ")
    assert (healing.left, healing.active) == ("", True)
    assert not healing.fits(" ")
    assert not healing.fits("\n")
    assert healing.fits("return")
