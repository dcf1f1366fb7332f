"""Recall by retrieved tokens: whole chunks within a budget, over all targets of a question."""

from __future__ import annotations

import pytest

from tests.benchmarks.labels import Question
from tests.benchmarks.retrieval_tokens import counter, places_of, recall
from tests.benchmarks.scores import Target

QUESTION = Question("how?", "semantic", (Target("a.py"), Target("b.py", 10, 20)), missing=("gone.py",))
UNITS = [(("c.py", 1, 9), 100), (("a.py", 1, 9), 300), (("b.py", 21, 30), 100), (("b.py", 15, 16), 600)]


@pytest.mark.parametrize(
    ("budget", "expected"), [(99, 0.0), (399, 0.0), (400, 1 / 3), (1_099, 1 / 3), (1_100, 2 / 3), (9_999, 2 / 3)]
)
def test_a_chunk_counts_where_it_fits_whole(budget: int, expected: float) -> None:
    assert recall(UNITS, QUESTION, budget) == expected


def test_places_are_told_from_text_of_files() -> None:
    answer = "a.py:1-9  Pool.run\n1| b.py:3-4  x\n2| y\n\nFurther places, without their code:\nsrc/b c.py:7\n… 3 more"
    assert places_of(answer) == [("a.py", 1, 9), ("src/b c.py", 7, 7)]


def test_tokens_are_counted_by_a_table_that_is_here() -> None:
    assert counter()("def price(cart):\n    return 1\n") == 9
