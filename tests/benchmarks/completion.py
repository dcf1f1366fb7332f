"""`completion`: lines of real repositories completed by us and as others would, one model and one machine.

Each position is taken through every condition before the next; rows are resumable. `--set fit` measures the packages
that thresholds are chosen on, which are never reported.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from inglenook_server.generation.base import Generator
from inglenook_server.generation.load import load_generator
from inglenook_server.settings import CompletionSettings, GenerationSettings

from tests.benchmarks.completion_conditions import NAMES, Bench, Written, opened, write
from tests.benchmarks.completion_packages import SETS, Package, fetched
from tests.benchmarks.completion_plot import draw
from tests.benchmarks.completion_scores import (
    edit_similarity,
    exact,
    identifier_f1,
    paired_bootstrap,
    parses,
    unbalanced,
)
from tests.benchmarks.humaneval import Task, passes, tasks
from tests.benchmarks.repo_lines import Position, positions
from tests.benchmarks.result import Result, percentile

ALONE = ("prefix", "fim", "ours")
"""Conditions that differ where there are no other files."""
HUMANEVAL = 3
"""Tasks of HumanEval-Infilling for each position of a package."""
SCORES = ("em", "es", "idf1", "unbalanced")
Row = dict[str, Any]


def measure(
    result: Result,
    *,
    n: int,
    corpus: Path | None,
    which: str = "report",
    models: Sequence[str] = ("smollm2-135m",),
    conditions: Sequence[str] = NAMES,
    again: bool = False,
) -> None:
    """Fill `result`; `n` positions of each package. `corpus` is not used: the packages are what they are.

    `again` writes only what is ours anew: what others' prompts gave is taken from the last result.
    """
    del corpus
    theirs = result.take_over(lambda key: not key.endswith(".ours")) if again else result.revision
    for model in models:
        generator: Generator | None = None
        rows: list[Row] = []
        for package in SETS[which]:
            places = positions(fetched(package), n)
            wanted = [f"{which}.{model}.{package.name}.{number}" for number in range(len(places))]
            if any(f"{key}.{condition}" not in result.rows for key in wanted for condition in conditions):
                generator = generator or load_generator(GenerationSettings(profile="custom", model=model))
                _measure_package(result, package, places, generator, wanted, conditions)
            rows += [result.rows[f"{key}.{condition}"] for key in wanted for condition in conditions]
        if which == "report":
            generator = _humaneval(result, model, generator, [one for one in ALONE if one in conditions], HUMANEVAL * n)
        if generator is not None:
            generator.close()
        summarise(result.summary, model, rows)
    result.appendix = f"What others' prompts gave was written at {theirs}.\n"
    result.appendix += table(result.summary, models, conditions)
    draw(result.summary, models, conditions, result.folder / f"{result.name}.svg")


def _measure_package(
    result: Result,
    package: Package,
    places: Sequence[Position],
    generator: Generator,
    wanted: Sequence[str],
    conditions: Sequence[str],
) -> None:
    """Every position of one package under every condition, interleaved."""
    with opened(package, generator) as bench:
        for place, key in zip(places, wanted, strict=True):
            said = []
            for condition in conditions:
                row = result.row(f"{key}.{condition}", partial(_row, bench, place, condition))
                said.append(f"{condition} {row['em']:.0f}")
            sys.stderr.write(f"{key} {place.kind:10} {'  '.join(said)}\n")


def _humaneval(
    result: Result, model: str, generator: Generator | None, conditions: Sequence[str], n: int
) -> Generator | None:
    """`n` single lines of HumanEval-Infilling: by the letter and by their tests. The generator, once it was needed."""
    found: dict[str, list[Row]] = {condition: [] for condition in conditions}
    with tempfile.TemporaryDirectory(prefix="inglenook-bench-") as empty:
        for task in tasks(n):
            for condition in conditions:
                key = f"humaneval-single.{model}.{task.name}.{condition}"
                if key not in result.rows:
                    generator = generator or load_generator(GenerationSettings(profile="custom", model=model))

                    def one(generator: Generator = generator, task: Task = task, condition: str = condition) -> Row:
                        text = write(Bench(Path(empty), generator, CompletionSettings()), task.position, condition).text
                        return {"text": text, "em": exact(text, task.position.target), "pass1": passes(task, text)}

                    result.row(key, one)
                found[condition].append(dict(result.rows[key]))
    for condition, rows in found.items():
        for score in ("em", "pass1"):
            at = f"humaneval-single.{model}.{condition}.{score}"
            result.summary[at] = statistics.fmean(row[score] for row in rows)
    return generator


def _row(bench: Bench, place: Position, condition: str) -> Row:
    written = write(bench, place, condition)
    return {"condition": condition, "kind": place.kind, **scored(place, written)}


def scored(place: Position, written: Written) -> Row:
    """One row's scores and what they are made from."""
    before, after = place.text[: place.offset], place.text[place.offset + len(place.target) :]
    row: Row = {
        "path": place.path,
        "line": before.count("\n") + 1,
        "target": place.target,
        "text": written.text,
        "em": exact(written.text, place.target),
        "es": edit_similarity(written.text, place.target),
        "idf1": identifier_f1(written.text, place.target),
        "unbalanced": unbalanced(before, written.text, after),
        "context_ms": round(written.context_ms, 2),
        "total_ms": round(written.total_ms, 1),
        "prompt_tokens": written.prompt_tokens,
        "sources": list(written.sources),
    }
    if place.kind == "block":
        row["parses"] = parses(before + written.text + after)
    return row


def summarise(summary: dict[str, float], model: str, rows: Sequence[Row]) -> None:
    """Means by condition, of all rows and of the cross-file ones, and what ours gains, with paired intervals."""
    conditions = list(dict.fromkeys(row["condition"] for row in rows))
    for group, chosen in (
        ("repo-lines", list(rows)),
        ("repo-lines-crossfile", [row for row in rows if row["kind"] == "crossfile"]),
    ):
        by = {name: [row for row in chosen if row["condition"] == name] for name in conditions}
        for name, found in by.items():
            if not found:
                continue
            for score in SCORES:
                summary[f"{group}.{model}.{name}.{score}"] = statistics.fmean(row[score] for row in found)
            blocks = [row["parses"] for row in found if "parses" in row]
            if blocks:
                summary[f"{group}.{model}.{name}.blocks_parse"] = statistics.fmean(blocks)
            summary[f"{group}.{model}.{name}.n"] = len(found)
        if not by.get("ours"):
            continue
        for name, found in by.items():
            if name == "ours":
                continue
            gain = paired_bootstrap([row["em"] for row in by["ours"]], [row["em"] for row in found])
            at = f"{group}.{model}.ours_over_{name}"
            summary[f"{at}.em_difference"] = gain.difference
            summary[f"{at}.em_low"] = gain.low
            summary[f"{at}.em_high"] = gain.high
            summary[f"{at}.em_ratio"] = gain.ratio
    times = [row["context_ms"] for row in rows if row["condition"] == "ours"]
    if times:
        summary[f"repo-lines.{model}.ours.context_p50_ms"] = percentile(times, 50)
        summary[f"repo-lines.{model}.ours.context_p95_ms"] = percentile(times, 95)


def table(summary: dict[str, float], models: Sequence[str], conditions: Sequence[str]) -> str:
    """Conditions beside one another."""
    text = ""
    for model in models:
        for group in ("repo-lines", "repo-lines-crossfile"):
            count = summary.get(f"{group}.{model}.{conditions[0]}.n", 0)
            text += f"\n## {group}, {model}, {count:.0f} positions\n\n"
            text += "| condition | exact | edit | identifiers | unbalanced | ours more, with 95 % interval |\n"
            text += "|---|---:|---:|---:|---:|---:|\n"
            for name in conditions:
                at = f"{group}.{model}.{name}"
                over = f"{group}.{model}.ours_over_{name}"
                gain = (
                    f"{summary[f'{over}.em_difference']:+.3f} ({summary[f'{over}.em_low']:+.3f} to "
                    f"{summary[f'{over}.em_high']:+.3f})"
                    if f"{over}.em_low" in summary
                    else ""
                )
                values = " | ".join(f"{summary.get(f'{at}.{score}', 0.0):.3f}" for score in SCORES)
                text += f"| {name} | {values} | {gain} |\n"
    return text
