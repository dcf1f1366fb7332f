"""The judge of costs judges rightly: by functions whose cost is known."""

from __future__ import annotations

import re

import pytest

from tests.cost import Shape, Work, hoarded, repeated, verdict

WORD = repeated("x")


def squared(text: str) -> int:
    """Looks at the rest of the text from every hundredth place."""
    return sum(text.count("y", place) for place in range(0, len(text), 100))


def late(text: str) -> object:
    """A square that shows only where the text is long."""
    return text.upper().lower().split("x"), [text[place:] for place in range(0, len(text), 2_000)]


GOOD: dict[str, Work] = {
    "nothing": lambda text: None,
    "one look": lambda text: text.count("y"),
    "a step each": lambda text: [letter for letter in text if letter == "y"],
    "sorted": lambda text: sorted(text[place] for place in range(0, len(text), 3)),
    "a bounded square": lambda text: squared(text[:5_000]),
}
BAD: dict[str, tuple[Work, Shape]] = {
    "a square": (squared, WORD),
    "a late square": (late, WORD),
    "a search from each place": (lambda text: re.search(r"\w+:", text), WORD),
    "blanks that two may take": (lambda text: re.match(r"\s*a?\s*b", text), repeated(" ")),
    "slow": (lambda text: [sum(range(5_000)) for _ in text], WORD),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_linear_passes(name: str) -> None:
    assert verdict(GOOD[name], WORD) == ""


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_is_told(name: str) -> None:
    work, shape = BAD[name]
    assert verdict(work, shape) != ""


def test_memory_that_is_no_multiple_of_the_text_is_told() -> None:
    assert hoarded(lambda text: [text[place:] for place in range(0, len(text), 1_000)], WORD) == ""
    assert hoarded(lambda text: [text[place:] for place in range(0, len(text), 10)], WORD) != ""
