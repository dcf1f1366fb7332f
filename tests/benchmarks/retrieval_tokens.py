"""Recall by retrieved tokens, the curve that agents care for, as semble's benchmark defines it; and of `mcp`'s answers.

A question's first `REACH` chunks are read in their order. At a budget count those targets (relevant and secondary) that
chunks cover whose tokens (cl100k_base, of the chunk's text alone) add up to no more; a chunk that crosses the budget
counts for nothing. The mean is over questions. Beside it stands what a whole answer of `inglenook mcp`'s `search` names
within that budget of its own. Part of `retrieval`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from inglenook_indexer import Index
from inglenook_server.mcp.calls import call
from inglenook_server.mcp.served import Served

from tests.benchmarks.labels import Corpus, Question, repositories
from tests.benchmarks.result import Result
from tests.benchmarks.scores import Place

BUDGETS = (500, 1_000, 2_000, 4_000, 8_000)
TITLE = "## Recall by retrieved tokens"
REACH = 50
"""Chunks that are read, as there."""
SEMBLE = {500: 0.685, 1_000: 0.849, 2_000: 0.938, 4_000: 0.976, 8_000: 0.991}
"""What semble publishes: the mean over its whole benchmark, of which the development set here is a part."""
_PLACE = re.compile(r"^(?!\d+\|)(.+?):(\d+)(?:-(\d+))?(?=  |$)")

Count = Callable[[str], int]


def counter() -> Count:
    """Tokens of a text by cl100k_base, whose table comes with llama-index: nothing is fetched."""
    spec = importlib.util.find_spec("llama_index.core")
    assert spec is not None
    assert spec.submodule_search_locations
    os.environ["TIKTOKEN_CACHE_DIR"] = str(Path(spec.submodule_search_locations[0]) / "_static" / "tiktoken_cache")
    import tiktoken

    encoding = tiktoken.get_encoding("cl100k_base")
    return lambda text: len(encoding.encode(text, disallowed_special=()))


def measure_tokens(
    result: Result, corpora: Sequence[Corpus], tier: int, encoder: Path | None, home: Path
) -> dict[str, dict[str, Any]]:
    """A row for each repository, by its name. In tier 2 the index is the one that has the encoder's vectors."""
    count = counter()
    rows: dict[str, dict[str, Any]] = {}
    for one in corpora:
        key = f"semble-dev.{one.name}.tokens{tier}"
        rows[one.name] = result.row(key, lambda one=one: _row(one, tier, encoder, home, count))
        sys.stderr.write(f"{key} {rows[one.name]['recall']}\n")
    return rows


def tokens_again(result: Result, tiers: Sequence[int], encoder: Path | None, home: Path) -> None:
    """The last result with its recall by tokens measured anew; it stays the result of its own revision and machine."""
    now = result.revision
    result.revision = result.take_over(lambda key: ".tokens" not in key)
    last = json.loads((result.folder / f"{result.name}.json").read_text(encoding="utf-8"))
    result.summary, result.started = last["summary"], time.monotonic() - last["seconds"]
    result.machine, result.versions = last["machine"], last["versions"]
    result.appendix = (result.folder / f"{result.name}.md").read_text(encoding="utf-8").partition("\n## ")[2]
    result.appendix = f"## {result.appendix}".partition(TITLE)[0].rstrip("\n")
    for tier in tiers:
        summarise_tokens(result.summary, measure_tokens(result, repositories(), tier, encoder, home), tier)
    result.appendix += f"\n\n{token_table(result.summary)}\nThis recall was measured at {now}.\n"


def _row(one: Corpus, tier: int, encoder: Path | None, home: Path, count: Count) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as scratch:
        if tier == 2 and encoder is not None:
            index = Index(one.folder, home / one.name)
            index.refresh()
            index.embed(encoder)
            curves = _curves(one, index, count)
            index.close()
            return {"pinned": one.pinned, "recall": curves}
        with patch.dict(os.environ, INGLENOOK_CACHE=scratch):
            index = Index(one.folder)
            index.refresh()
            curves = _curves(one, index, count)
            index.close()
            return {"pinned": one.pinned, "recall": curves, **_answers(one, count)}


def _curves(one: Corpus, index: Index, count: Count) -> dict[str, list[float]]:
    """Each question's recall at each budget."""
    found: dict[str, list[float]] = {str(budget): [] for budget in BUDGETS}
    for question in one.questions:
        hits = index.search(question.text, limit=REACH)
        units = [((hit.chunk.path, hit.chunk.start_line, hit.chunk.end_line), count(hit.chunk.text)) for hit in hits]
        for budget in BUDGETS:
            found[str(budget)].append(recall(units, question, budget))
    return found


def recall(units: Sequence[tuple[Place, int]], question: Question, budget: int) -> float:
    """Share of a question's targets that the first units cover, as many as have at most `budget` tokens together."""
    places: list[Place] = []
    for place, tokens in units:
        budget -= tokens
        if budget < 0:
            break
        places.append(place)
    return covered(places, question)


def covered(places: Sequence[Place], question: Question) -> float:
    """Share of a question's targets, those that the corpus lacks among them, that one of the places meets."""
    wanted = len(question.targets) + len(question.missing)
    return sum(any(target.meets(place) for place in places) for target in question.targets) / wanted if wanted else 0.0


def _answers(one: Corpus, count: Count) -> dict[str, object]:
    """What answers of `search` name at each budget, and how many tokens they really have."""
    named: dict[str, list[float]] = {str(budget): [] for budget in BUDGETS}
    had: dict[str, list[int]] = {str(budget): [] for budget in BUDGETS}
    served = Served([one.folder])
    for question in one.questions:
        for budget in BUDGETS:
            said = call(served, "search", {"query": question.text, "budget": budget})
            assert not said.failed, said.text
            named[str(budget)].append(covered(places_of(said.text), question))
            had[str(budget)].append(count(said.text))
    served.close()
    return {"named": named, "tokens": had}


def places_of(answer: str) -> list[Place]:
    """The places that an answer names, in its order; text of files stands behind numbers and is none."""
    found = (_PLACE.match(line) for line in answer.split("\n"))
    return [(one[1], int(one[2]), int(one[3] or one[2])) for one in found if one]


def summarise_tokens(summary: dict[str, float], rows: Mapping[str, Mapping[str, Any]], tier: int) -> None:
    """Means over the questions of the repositories at the pinned revision, as peers are compared."""
    pinned = [row for row in rows.values() if row["pinned"]]
    head = "semble-dev." if tier == 1 else f"semble-dev.tier{tier}."
    for budget in BUDGETS:
        summary[f"{head}recall_{budget}"] = statistics.fmean(x for row in pinned for x in row["recall"][str(budget)])
        if tier == 1:
            summary[f"semble-dev.peer.semble.recall_{budget}"] = SEMBLE[budget]
            named = [x for row in pinned for x in row["named"][str(budget)]]
            had = [x for row in pinned for x in row["tokens"][str(budget)]]
            summary[f"semble-dev.mcp.named_{budget}"] = statistics.fmean(named)
            summary[f"semble-dev.mcp.tokens_{budget}"] = statistics.fmean(had)
            summary[f"semble-dev.mcp.above_budget_{budget}"] = statistics.fmean(x > budget for x in had)
    if tier == 1:
        summary["semble-dev.recall_questions"] = sum(len(row["recall"]["500"]) for row in pinned)
        summary["semble-dev.recall_repositories"] = len(pinned)


def token_table(summary: Mapping[str, float]) -> str:
    """Markdown: the curves side by side."""
    lines = [
        TITLE,
        "",
        f"{summary['semble-dev.recall_repositories']:.0f} repositories at the pinned revision, "
        f"{summary['semble-dev.recall_questions']:.0f} questions. semble's is as published, over its whole benchmark.",
        "",
        "| | " + " | ".join(f"{budget:,}" for budget in BUDGETS) + " |",
        "|---|" + "---:|" * len(BUDGETS),
    ]
    for label, key in (
        ("chunks, tier 1", "semble-dev.recall_{}"),
        ("chunks, tier 2", "semble-dev.tier2.recall_{}"),
        ("semble, published", "semble-dev.peer.semble.recall_{}"),
        ("named by an answer of `mcp`", "semble-dev.mcp.named_{}"),
        ("tokens of that answer, mean", "semble-dev.mcp.tokens_{}"),
    ):
        if key.format(500) in summary:
            shape = ",.0f" if "tokens_" in key else ".3f"
            lines.append(f"| {label} | " + " | ".join(f"{summary[key.format(b)]:{shape}}" for b in BUDGETS) + " |")
    return "\n".join([*lines, ""])
