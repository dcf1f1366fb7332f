from __future__ import annotations

import re

import pytest
from inglenook_server.chat.questions.templates import TemplateError, read_template

WORDS = {"be": ["is", "are"], "kind": ["class", "class method"]}
SLOTS = {"X": r"\S+ "}


@pytest.mark.parametrize(
    ("template", "sentence", "matches"),
    [
        ("where {be} X defined", "where is pool defined ", True),
        ("where {be} X defined", "where was pool defined ", False),
        ("where {be} [the] X (defined|declared)", "where are the pool declared ", True),
        ("[the] {kind} X", "class method pool ", True),
        ("[the] {kind} X", "the pool ", False),
        ("a [b [c]] d", "a b c d ", True),
        ("a [b [c]] d", "a c d ", False),
        ("é. X", "e. pool ", True),
        ("a", "ab ", False),
    ],
)
def test_a_template_matches_words(template: str, sentence: str, matches: bool) -> None:
    pattern = read_template(template, WORDS, SLOTS, spaced=True).pattern
    assert bool(re.fullmatch(pattern, sentence)) == matches


@pytest.mark.parametrize("sentence", ["在A里定义", "在 A 里 定义 ", "在A 里定义 "])
def test_without_blanks_one_may_stand_anywhere(sentence: str) -> None:
    pattern = read_template("在 X 里 定义", {}, {"X": r"[A-Z]+ ?"}, spaced=False).pattern
    assert re.fullmatch(pattern, sentence)


@pytest.mark.parametrize(
    ("template", "first"),
    [
        ("where X", {"where"}),
        ("[show] (find|get) X", {"show", "find", "get"}),
        ("[the] {be} X", {"the", "is", "are"}),
        ("X {be}", {""}),
        ("[the] X", {"the", ""}),
        ("[the]", {"the", ""}),
    ],
)
def test_what_a_template_begins_with(template: str, first: set[str]) -> None:
    assert read_template(template, WORDS, SLOTS, spaced=True).first == first


@pytest.mark.parametrize("template", ["a (b", "a [b", "a b)", "a [b)", "{nothing}"])
def test_a_wrong_template_is_told(template: str) -> None:
    with pytest.raises(TemplateError):
        read_template(template, WORDS, SLOTS, spaced=True)
