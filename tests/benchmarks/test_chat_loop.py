"""The benchmark `loop`: its items, the steps that it reads, and its figures."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from inglenook_indexer import Index
from inglenook_server.generation.prompts.token_budget import TokenCounter

from tests.benchmarks.chat_loop import calibrated, finds, margin, summarise
from tests.benchmarks.chat_loop_items import Item, pairs
from tests.benchmarks.chat_loop_step import EXAMPLES, Step, judgement, parse, prompt
from tests.benchmarks.chat_python import facts
from tests.benchmarks.scores import Target

FILES = {
    "shop/order.py": (
        "from shop.label import make_label\n\n\n"
        "def send_order(order):\n    label = make_label(order)\n    order.label = label\n    order.sent = True\n"
        "    return post(order)\n\n\n"
        "def post(order):\n    queue = order.queue  # by the town of the customer\n    queue.append(order)\n"
        "    return queue\n"
    ),
    "shop/label.py": (
        "def make_label(order):\n"
        '    """Print the street and the town of a customer in capitals."""\n'
        "    street = order.street.upper()\n    town = order.town.upper()\n    return street + town\n"
    ),
}


@pytest.fixture
def made(tmp_path: Path) -> dict[str, tuple[Item, Item]]:
    root = tmp_path / "root"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    with closing(Index(root, tmp_path / "index")) as index:
        index.refresh()
        assert finds(index, "make_label", Target("shop/label.py", 1, 5))
        assert not finds(index, "make_label", Target("shop/label.py", 6, 9))
        found = pairs(facts("shop", root), index, TokenCounter(lambda text: len(text) // 4), 5)
        return {pair[0].subject.form: pair for pair in found}


@pytest.mark.parametrize("form", ["described", "called"])
def test_one_item_of_a_pair_holds_the_definition_and_the_other_none_of_it(
    made: dict[str, tuple[Item, Item]], form: str
) -> None:
    holding, missing = made[form]
    assert holding.holds
    assert not missing.holds
    assert holding.subject == missing.subject
    assert "street = order.street.upper()" in "".join(one.text for one in holding.excerpts)
    assert "street" not in "".join(one.text for one in missing.excerpts)


def test_a_question_does_not_say_the_name_and_the_caller_does(made: dict[str, tuple[Item, Item]]) -> None:
    for pair in made.values():
        assert "label" not in pair[0].subject.text
    missing = made["called"][1]
    assert missing.excerpts[0].symbol == "send_order"
    assert "make_label" in missing.excerpts[0].text


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("ANSWER", Step("ANSWER")),
        (" SEARCH make_label\n", Step("SEARCH", "make_label")),
        ("SEARCH `Pool.run`, close()", Step("SEARCH", "Pool.run, close()")),
        ("OPEN src/pool.py", Step("OPEN", "src/pool.py")),
        ("ANSWER: it is in src/pool.py", None),
        ("SEARCH", None),
        ("SEARCH the names of functions that are not shown", None),
        ("OPEN the file", None),
        ("The answer is [1].", None),
        ("", None),
    ],
)
def test_a_line_is_a_step_as_a_whole_or_none(line: str, step: Step | None) -> None:
    assert parse(line) == step


def test_the_examples_are_steps_of_each_kind() -> None:
    steps = [parse(step) for _, _, step in EXAMPLES]
    assert [step.kind for step in steps if step] == ["SEARCH", "ANSWER", "OPEN", "ANSWER"]
    said = [message.content for message in judgement("How?", ()).messages if message.role == "assistant"]
    assert said == ["No", "Yes", "No", "Yes"]
    roles = [message.role for message in prompt("How?", [EXAMPLES[0][1]]).messages]
    assert roles == ["system", *("user", "assistant") * 4, "user"]


def _rows(kind: Any, margin: Any, *, found: bool) -> list[dict[str, Any]]:
    """Twenty questions of each of two repositories; `kind` and `margin` are functions of whether the item holds it."""
    return [
        {
            **{
                "repository": name,
                "form": ("described", "called")[number % 2],
                "question": str(number),
                "holds": holds,
            },
            **{"kind": kind(holds), "led": False},
            "likely": {"ANSWER": margin(holds), "SEARCH": 0.0, "OPEN": -1.0, "Yes": -1.0, "No": -1.0},
            **{"visible": True, "found": found, "found_by_words": False, "found_by_name": True},
            **{"step_ms": 1.0, "names_ms": 1.0, "prompt_tokens": 1},
        }
        for name in "ab"
        for number in range(20)
        for holds in (True, False)
    ]


def _figures(rows: list[dict[str, Any]]) -> dict[str, float]:
    summary: dict[str, float] = {}
    summarise(summary, "m", rows)
    return {key.removeprefix("m."): value for key, value in summary.items()}


def test_a_model_that_tells_the_two_apart_and_names_what_is_missing_passes() -> None:
    rows = _rows(lambda holds: "ANSWER" if holds else "SEARCH", lambda holds: 1.0 if holds else -1.0, found=True)
    figures = _figures(rows)
    assert figures["passes"]
    assert figures["greedy.accuracy"] == figures["constrained.accuracy"] == figures["calibrated.auc"] == 1
    assert figures["gain"] == 1


def test_a_model_that_always_says_the_same_does_not_pass() -> None:
    figures = _figures(_rows(lambda _: "ANSWER", lambda _: 1.0, found=True))
    assert not figures["passes"]
    assert figures["greedy.accuracy"] == figures["always_answer.accuracy"] == figures["calibrated.auc"] == 0.5


def test_telling_apart_is_not_enough_without_the_names() -> None:
    rows = _rows(lambda holds: "ANSWER" if holds else "OPEN", lambda holds: 1.0 if holds else -1.0, found=False)
    assert not _figures(rows)["passes"]


def test_a_line_that_is_no_step_is_wrong_either_way() -> None:
    assert _figures(_rows(lambda _: "", lambda _: 0.0, found=False))["greedy.accuracy"] == 0


def test_a_threshold_mends_a_bias_and_comes_from_the_other_repositories() -> None:
    rows = _rows(lambda _: "SEARCH", lambda holds: -1.0 if holds else -3.0, found=True)
    figures = _figures(rows)
    assert figures["constrained.accuracy"] == 0.5
    assert figures["calibrated.accuracy"] == 1
    for row in rows:
        if row["repository"] == "b":
            row["likely"]["ANSWER"] += 9
    answers = calibrated(rows, margin)
    assert not any(answers(row) for row in rows if row["repository"] == "a")
    assert all(answers(row) for row in rows if row["repository"] == "b")
