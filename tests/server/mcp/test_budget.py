"""Answers stay within their budget, and say what is left out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.mcp.budget import LEAST, first_lines, fit, tokens

LINES = st.lists(st.text(st.characters(exclude_characters="\n", codec="utf-8"), max_size=80), max_size=30)


def more(left: int) -> str:
    return f"… {left} more"


def test_what_fits_is_whole_and_says_nothing() -> None:
    assert fit("head", ["a", "b"], LEAST, more, "tail") == "head\na\nb\ntail"
    assert fit("", [], LEAST, more) == ""


def test_what_does_not_fit_is_counted() -> None:
    blocks = [f"block {number} {'x' * 150}" for number in range(10)]
    said = fit("head", blocks, LEAST, more)
    kept = [line for line in said.split("\n") if line.startswith("block")]
    assert kept == blocks[: len(kept)]
    assert 0 < len(kept) < 10
    assert said.endswith(f"… {10 - len(kept)} more")


def test_a_block_that_is_too_long_is_cut_by_lines() -> None:
    block = "\n".join(f"line {number}" for number in range(500))
    said = fit("", [block, "next"], LEAST, more)
    assert said.startswith("line 0\nline 1\n")
    assert said.endswith("… 2 more")
    assert first_lines("x" * 10_000, 100) == ""


@given(head=LINES, blocks=st.lists(LINES, max_size=20), tail=LINES, budget=st.integers(LEAST, 2_000))
def test_no_answer_is_above_its_budget(head: list[str], blocks: list[list[str]], tail: list[str], budget: int) -> None:
    said = fit("\n".join(head), ["\n".join(block) for block in blocks], budget, more, "\n".join(tail))
    assert tokens(said) <= budget
