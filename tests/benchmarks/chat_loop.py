"""`loop`: whether a model can choose the next step of a bounded search: answer from what it sees, or look for more.

A loop that searches, opens and answers is for a model that passes. The pass mark was set before anything was measured:
the balanced accuracy of the step (answer, or look further) is at least `ACCURACY` in any way of reading it, and the
names that it searches for find the missing definition among the index's first `HITS` at least `GAIN` more often than
the question's own words do.

The ways: `greedy` reads what it writes, and a line that is no step is wrong; `constrained` takes the likeliest of the
three words; `calibrated` does so beyond a threshold that is chosen on the other repositories; `judged` is calibrated,
too, and asks for yes or no instead. The names are those that it writes after a SEARCH that is given to it, so that each
model is judged on every item. The prompts were chosen on this repository; the items are of the development
repositories, and their chunks have the first tier's vectors.
"""

from __future__ import annotations

import functools
import itertools
import math
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random
from typing import Any

from inglenook_indexer import Index
from inglenook_server.generation.base import Options
from inglenook_server.generation.prompts.prompter import Prompter
from inglenook_server.generation.prompts.token_budget import TokenCounter

from tests.benchmarks.chat import sets
from tests.benchmarks.chat_corpora import indexed, workspace
from tests.benchmarks.chat_facts import Facts
from tests.benchmarks.chat_loop_items import FORMS, Item, pairs
from tests.benchmarks.chat_loop_step import KINDS, NO, YES, Begun, Stepper, judgement, parse, prompt
from tests.benchmarks.chat_questions import SEED
from tests.benchmarks.generators import here
from tests.benchmarks.result import Result, percentile
from tests.benchmarks.scores import Target

ACCURACY = 0.80
GAIN = 0.10
HITS = 3
TOKENS = 24
"""Of a step: three long names."""
ROUNDS = 2_000
"""Of the bootstrap, over questions: the two items of one are drawn together."""
Row = dict[str, Any]
Margin = Callable[[Row], float]


def measure(result: Result, *, n: int, corpus: Path | None, models: Sequence[str] = ()) -> None:
    """Fill `result`: `n` items in all, half of which hold the definition. `corpus` is not used."""
    del corpus
    known = list(here())
    counter = TokenCounter(Prompter(known[-1].openvino, known[-1].name).count)
    with ExitStack() as stack:
        asked = [
            (facts, stack.enter_context(closing(indexed(workspace(repository)))))
            for repository, facts, _ in sets("fit")
        ]
        each = max(1, n // (2 * len(FORMS) * len(asked)))
        items = list(_items(asked, counter, each))
        for model in (one for one in known if not models or one.name in models):
            prompter = Begun(model.openvino, model.name)
            with closing(Stepper(model.name, model.openvino, prompter=prompter)) as engine:
                for make in (prompt, judgement):  # reads the examples, as a session's first step does
                    engine.generate(make("How?", ()), Options(1))
                for key, item, facts, index in items:
                    ask = functools.partial(_row, engine, prompter, item, facts, index)
                    row = result.row(f"{model.name}.{key}", ask)
                    sys.stderr.write(f"{model.name}.{key} {row['step']!r} {row['names']!r} {row['step_ms']:.0f} ms\n")
            summarise(result.summary, f"loop.{model.name}", [result.rows[f"{model.name}.{one[0]}"] for one in items])


def _items(
    asked: Sequence[tuple[Facts, Index]], counter: TokenCounter, each: int
) -> Iterator[tuple[str, Item, Facts, Index]]:
    for facts, index in asked:
        for number, pair in enumerate(pairs(facts, index, counter, each)):
            for item in pair:
                yield f"{facts.name}.{number}.{'holds' if item.holds else 'missing'}", item, facts, index


def _row(engine: Stepper, prompter: Begun, item: Item, facts: Facts, index: Index) -> Row:
    """What the model chose and named, and where that leads."""
    subject = item.subject
    target, name = subject.target, subject.one.name
    chat = prompt(subject.text, item.excerpts)
    options = Options(TOKENS, stop=("\n",))
    written = engine.generate(chat, options)
    likely = engine.likely(chat, KINDS) | engine.likely(judgement(subject.text, item.excerpts), (YES, NO))
    prompter.begin = "SEARCH "
    begin = time.perf_counter()
    names = engine.generate(chat, options).text
    names_ms = (time.perf_counter() - begin) * 1000
    prompter.begin = ""
    step = parse(written.text)
    led = False
    if step is not None and step.about:
        opened = step.kind == "OPEN" and target.path in facts.files(step.about)
        led = opened or (step.kind == "SEARCH" and finds(index, step.about, target))
    return {
        "repository": facts.name,
        "form": subject.form,
        "question": subject.text,
        "holds": item.holds,
        "name": subject.one.qualname,
        "visible": any(name in one.text for one in item.excerpts),
        "step": written.text,
        "kind": step.kind if step else "",
        "likely": likely,
        "led": led,
        "names": names,
        "found": finds(index, names, target),
        "found_by_words": finds(index, subject.text, target),
        "found_by_name": finds(index, name, target),
        "prompt_tokens": written.usage.prompt_tokens,
        "step_ms": written.usage.total_ms,
        "names_ms": names_ms,
    }


def finds(index: Index, query: str, target: Target) -> bool:
    """Whether a search has the definition among its first `HITS`."""
    chunks = [hit.chunk for hit in index.search(query, limit=HITS)]
    return any(target.meets((one.path, one.start_line, one.end_line)) for one in chunks)


def summarise(summary: dict[str, float], at: str, rows: Sequence[Row]) -> None:
    """Put one model's figures under `at`. Shares are 0-1."""
    lost = [row for row in rows if not row["holds"]]
    summary[f"{at}.items"] = len(rows)
    summary[f"{at}.parses"] = statistics.mean(bool(row["kind"]) for row in rows)
    for kind in KINDS:
        summary[f"{at}.says_{kind.lower()}"] = statistics.mean(row["kind"] == kind for row in rows)
    ways: dict[str, Callable[[Row], bool | None]] = {
        "always_answer": lambda row: True,
        "always_search": lambda row: False,
        "greedy": lambda row: row["kind"] == "ANSWER" if row["kind"] else None,
        "constrained": lambda row: margin(row) > 0,
        "calibrated": calibrated(rows, margin),
        "judged": calibrated(rows, judged),
    }
    for way, answers in ways.items():
        right = balanced(rows, answers)
        summary[f"{at}.{way}.accuracy"] = statistics.mean(right)
        summary[f"{at}.{way}.accuracy_low"], summary[f"{at}.{way}.accuracy_high"] = interval(right)
    summary[f"{at}.calibrated.auc"], summary[f"{at}.judged.auc"] = auc(rows, margin), auc(rows, judged)
    for form in ("", *FORMS):
        here_ = [row for row in lost if form in ("", row["form"])]
        whose = f"{at}.{form}" if form else at
        for key in ("visible", "found", "found_by_words", "found_by_name", "led"):
            summary[f"{whose}.{key}"] = statistics.mean(bool(row[key]) for row in here_)
    gains = [row["found"] - row["found_by_words"] for row in lost]
    summary[f"{at}.gain"] = statistics.mean(gains)
    summary[f"{at}.gain_low"], summary[f"{at}.gain_high"] = interval(gains)
    for key in ("step_ms", "names_ms", "prompt_tokens"):
        summary[f"{at}.{key}"] = statistics.median(row[key] for row in rows)
    best = max(summary[f"{at}.{way}.accuracy"] for way in ways)
    summary[f"{at}.passes"] = best >= ACCURACY and summary[f"{at}.gain"] >= GAIN


def margin(row: Row) -> float:
    """By how much ANSWER is likelier than the likelier of the two others, in natural logs."""
    likely: dict[str, float] = row["likely"]
    return likely["ANSWER"] - max(likely["SEARCH"], likely["OPEN"])


def judged(row: Row) -> float:
    """By how much yes is likelier than no, in natural logs."""
    likely: dict[str, float] = row["likely"]
    return likely[YES] - likely[NO]


def balanced(rows: Sequence[Row], answers: Callable[[Row], bool | None]) -> list[float]:
    """Share of the two items of each question whose step is right; their mean is the balanced accuracy."""
    by: dict[tuple[str, str], list[bool]] = {}
    for row in rows:
        by.setdefault((row["repository"], row["question"]), []).append(answers(row) is row["holds"])
    return [statistics.mean(right) for right in by.values()]


def calibrated(rows: Sequence[Row], of: Margin) -> Callable[[Row], bool]:
    """Whether to answer, by the threshold of a margin that is best for the other repositories."""
    best: dict[str, float] = {}
    for name in {row["repository"] for row in rows}:
        others = [row for row in rows if row["repository"] != name] or rows
        best[name] = _threshold(others, of)
    return lambda row: of(row) > best[row["repository"]]


def _threshold(rows: Sequence[Row], of: Margin) -> float:
    """Beyond it the balanced accuracy is the highest. The rows have as many items of one half as of the other."""
    right = best = sum(row["holds"] for row in rows)
    at = -math.inf
    for value, group in itertools.groupby(sorted(rows, key=of), key=of):
        right += sum(-1 if row["holds"] else 1 for row in group)
        if right > best:
            best, at = right, value
    return at


def auc(rows: Sequence[Row], of: Margin) -> float:
    """How often an item that holds the definition has the greater margin than one that does not; ties are halves."""
    held = [of(row) for row in rows if row["holds"]]
    lost = [of(row) for row in rows if not row["holds"]]
    return statistics.mean((one > other) + (one == other) / 2 for one in held for other in lost)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the mean, by the bootstrap."""
    chance = Random(SEED)
    means = [statistics.fmean(chance.choices(values, k=len(values))) for _ in range(ROUNDS)]
    return percentile(means, 2.5), percentile(means, 97.5)
