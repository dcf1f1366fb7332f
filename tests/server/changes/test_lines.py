"""Runs of lines that differ: what stays, and that what changes makes the new text of the old one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from inglenook_server.changes.lines import hunks, normal, split
from inglenook_server.changes.types import Hunk

from tests import cost

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "d()"]), max_size=40)


@given(TEXTS, TEXTS)
@example([], ["a"])
@example(["a", "b"], ["b", "a"])
def test_hunks_make_the_new_text_of_the_old(old: list[str], new: list[str]) -> None:
    made, at = [], 0
    for one in hunks(old, new):
        assert one.old_lines or one.new_lines
        start = one.old_start - 1
        assert start >= at
        made += old[at:start]
        assert len(made) == one.new_start - 1
        made += new[one.new_start - 1 : one.new_start - 1 + one.new_lines]
        at = start + one.old_lines
    assert made + old[at:] == new


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a b c", "a b c", []),
        ("a b c", "a x c", [Hunk(2, 1, 2, 1)]),
        ("a b c", "a c", [Hunk(2, 1, 2, 0)]),
        ("a c", "a b c", [Hunk(2, 0, 2, 1)]),
        ("", "a b", [Hunk(1, 0, 1, 2)]),
        ("a b", "", [Hunk(1, 2, 1, 0)]),
        ("a b c d e", "a x c y e", [Hunk(2, 1, 2, 1), Hunk(4, 1, 4, 1)]),
        ("a b", "c d", [Hunk(1, 2, 1, 2)]),
    ],
)
def test_hunks(old: str, new: str, expected: list[Hunk]) -> None:
    assert hunks(old.split(), new.split()) == expected


def test_far_changes_of_a_long_text_are_told_apart() -> None:
    old = [f"line {number}" for number in range(20_000)]
    new = [*old[:100], "x", *old[100:9_000], *old[9_001:], "end"]
    assert hunks(old, new) == [Hunk(101, 0, 101, 1), Hunk(9_001, 1, 9_002, 0), Hunk(20_001, 0, 20_001, 1)]


@pytest.mark.parametrize(("text", "expected"), [("a\r\nb\rc\n", "a\nb\nc\n"), ("", ""), ("a", "a")])
def test_normal(text: str, expected: str) -> None:
    assert normal(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("", []), ("a", ["a"]), ("a\n", ["a"]), ("\n", [""]), ("a\n\n", ["a", ""])]
)
def test_split(text: str, expected: list[str]) -> None:
    assert split(text) == expected


def compared(text: str) -> object:
    half = len(text) // 2
    other = text[:half] + "\nx\n" + text[half:][::-1]
    return hunks(split(normal(text)), split(normal(other)))


def test_the_cost_grows_with_the_text() -> None:
    assert cost.faults(compared, "a\nb\n", "a\n\nb\n", "x\ny\nz\nx\n") == []
