"""From an answer to its scores, and from scores to the summary's keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.chat_facts import Facts
from tests.benchmarks.chat_python import facts
from tests.benchmarks.chat_questions import Question
from tests.benchmarks.chat_scores import score, summarise
from tests.benchmarks.scores import Target

USAGE = {"prompt_tokens": 600, "generated_tokens": 9, "first_token_ms": 1.0, "total_ms": 2.0}
ASKED = Question(
    *("k", "shop", "definition", "en", "Where is run_all?", "run_all", (Target("a.py", 4, 5),)), expected=("a.py",)
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    root: Path = tmp_path_factory.mktemp("shop")
    (root / "a.py").write_text("import os\n\n\ndef run_all():\n    return os\n", encoding="utf-8")
    return facts("shop", root)


def row(text: str, **more: Any) -> dict[str, Any]:
    plain = {"origin": "model", "note": "", "places": [], "references": [], "struck": 0, "usage": USAGE}
    return {"text": text, **plain, "total_ms": 100.0, "first_of_session": False, **more}


@pytest.mark.parametrize(
    ("came", "first"),
    [
        (row("It is in `a.py:4`."), 1.0),
        (row("It is in `a.py:1`."), 0.0),
        (row("It is in `a.py`."), 0.0),
        (row("It is in `a.py:1`.", places=[("a.py", 4, 5)]), 1.0),
        (row("`a.py:4`", places=[("a.py", 1, 1)]), 0.0),
        (row("`a.py:4`", places=[("a.py", 1, 1)], origin="index"), 1.0),
        (row("No place.", references=[("a.py", 3, 9)]), 1.0),
        (row("No place.", hits=[("a.py", 3, 9)]), 1.0),
        (row(""), 0.0),
        ({"failed": "no answer in time"}, 0.0),
    ],
)
def test_what_is_shown_first(shop: Facts, came: dict[str, Any], first: float) -> None:
    assert score(came, ASKED, shop, "all")["first"] == first


def test_without_a_model_the_repeated_question_counts_for_nothing(shop: Facts) -> None:
    scored = score(row("`made_up_name` at `a.py:1`", hits=[("a.py", 4, 5)]), ASKED, shop, "retrieval")
    assert (scored["first"], scored["invented"], scored["claims"]) == (1.0, 0, 0)


def test_struck_sentences_are_judged_where_they_are_known(shop: Facts) -> None:
    raw = "`run_all` is defined in `a.py:4`. `run_all` is defined in `a.py:1`."
    came = row("`run_all` is defined in `a.py:4`.", struck=1, raw=raw)
    scored = score(came, ASKED, shop, "all")
    assert (scored["struck_judged"], scored["struck_rightly"]) == (1, 1)
    assert (scored["claims"], scored["claims_right"]) == (1, 1)


def test_the_summary_has_the_keys_that_others_read(shop: Facts) -> None:
    wrong = row("`run_all` is in `a.py:1`. It calls `frobnicate_all`.", first_word_ms=900.0)
    unasked = {**USAGE, "prompt_tokens": 0}
    right = row("`run_all` is defined in `a.py:4`.", origin="index", total_ms=20.0, usage=unasked)
    instead = row("These are the places that the index found:\n\n- `a.py:4`", origin="index", total_ms=9_000.0)
    answers = {"k": wrong, "l": right, "m": instead}
    scored = {key: score(one, ASKED, shop, "all") for key, one in answers.items()}
    summary: dict[str, float] = {}
    summarise(summary, "m", {"all": scored, "model": {"k": score(wrong, ASKED, shop, "model")}})
    assert summary["chat.m.all.definition_first"] == pytest.approx(2 / 3)
    assert summary["chat.m.all.statement_right_index"] == 1.0
    assert summary["chat.m.all.statement_right_model"] == 0.0
    assert summary["chat.m.all.invented_unmarked"] == pytest.approx(1 / 3)
    assert summary["chat.m.all.index_answer_p95_ms"] == 20.0
    assert summary["chat.m.all.first_word_warm_ms"] == 900.0
    assert summary["chat.m.all.prompt_tokens"] == 600
    assert summary["chat.m.all.en.first"] == pytest.approx(2 / 3)
    assert "chat.m.all-over-model.first_low" in summary
