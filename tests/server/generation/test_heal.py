from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.generation import heal

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
    assert heal.cut(prefix, words) == (kept, cut)


@given(st.text(alphabet="ab(). \n\t'é日1_", max_size=900))
def test_nothing_is_lost_and_little_is_cut(prefix: str) -> None:
    kept, cut = heal.cut(prefix, words)
    assert kept + cut == prefix
    assert len(cut) <= heal.LONGEST_CUT


def test_an_indentation_is_followed_by_something_visible() -> None:
    assert heal.grammar("\n  ") == 'root ::= "\\u000a  " ([^ \\t\\r\\n] [\\x00-\\U0010ffff]*)?'
    assert heal.grammar('a"\\é😀') == 'root ::= "a\\"\\\\\\u00e9\\U0001f600" [\\x00-\\U0010ffff]*'
