"""The figures of the benchmark `reports`: its rows -> a flat summary and tables. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.benchmarks.result import percentile

Rows = Mapping[str, Mapping[str, Any]]
DEPTHS = (1, 3, 5, 10)
WAYS = ("now", "left out", "as a question", "plain BM25", "plain static")
"""In the order of the tables; what is switched off follows them."""
COMPARED = ("left out", "as a question", "plain BM25")


def accuracy(rows: Rows, way: str, k: int, keep: Callable[[Mapping[str, Any]], bool] = lambda _: True) -> float:
    """The share of reports of which a mended file is among the first k: a mean over repositories; 0 without any."""
    means = []
    for row in rows.values():
        found = [0 < one["places"][way] <= k for one in row["reports"] if keep(one)]
        if found:
            means.append(statistics.fmean(found))
    return statistics.fmean(means) if means else 0.0


def summarise(summary: dict[str, float], rows: Rows) -> None:
    """Fill the summary. "plain" are reports that name no file that was mended."""
    every = [one for row in rows.values() for one in row["reports"]]
    summary["reports.repositories"] = len(rows)
    summary["reports.languages"] = len({row["language"] for row in rows.values()})
    summary["reports.texts"] = len(every)
    for kind in ("plain", "named"):
        summary[f"reports.{kind}.texts"] = sum(one["kind"] == kind for one in every)
        _put(summary, f"reports.{kind}", rows, WAYS, DEPTHS, lambda one, kind=kind: one["kind"] == kind)  # type: ignore[misc]
    for k in (1, 5):
        now, before = (summary[f"reports.plain.{way}.at{k}"] for way in ("left-out", "as-a-question"))
        summary[f"reports.plain.gain.at{k}"] = now / before if before else 0.0
    for language in sorted({row["language"] for row in rows.values()}):
        mine = {name: row for name, row in rows.items() if row["language"] == language}
        _put(summary, f"reports.language.{language}", mine, COMPARED, (1, 5), _plain)
    for shape in ("prose", "code", "trace"):
        _put(summary, f"reports.shape.{shape}", rows, COMPARED, (1, 5), lambda one, shape=shape: one["shape"] == shape)  # type: ignore[misc]
    _put(summary, "reports", rows, _switched(rows), (1, 5), _plain)
    _put(summary, "reports.named", rows, ("without trace", "without named files"), (1,), lambda one: not _plain(one))
    summary["reports.candidates"] = statistics.fmean(one["candidate"] for one in every)
    summary["reports.as_report"] = statistics.fmean(one["as_report"] for one in every)
    for key in ("ms", "before_ms", "bm25_ms"):
        taken = [one[key] for one in every]
        summary[f"reports.{key}.p50"] = statistics.median(taken)
        summary[f"reports.{key}.p95"] = percentile(taken, 95)


def _put(
    summary: dict[str, float],
    head: str,
    rows: Rows,
    ways: Iterable[str],
    depths: Iterable[int],
    keep: Callable[[Mapping[str, Any]], bool],
) -> None:
    for way in ways:
        for k in depths:
            summary[f"{head}.{_key(way)}.at{k}"] = accuracy(rows, way, k, keep)


def tables(rows: Rows, summary: Mapping[str, float]) -> str:
    """Markdown: each repository, then what each part of the ranking is worth."""
    lines = ["## Repositories: accuracy at 1 and at 5, reports that name no file that was mended", ""]
    lines += _header(
        ["repository", "language", "chunks", "reports", *(f"{way}, {k}" for way in COMPARED for k in (1, 5))]
    )
    for name, row in rows.items():
        mine = {name: row}
        cells = [f"{accuracy(mine, way, k, _plain):.2f}" for way in COMPARED for k in (1, 5)]
        count = sum(map(_plain, row["reports"]))
        lines.append("| " + " | ".join([name, row["language"], str(row["chunks"]), str(count), *cells]) + " |")
    lines += ["", "## What each part is worth", "", "Accuracy lost when it is switched off, nothing refitted.", ""]
    lines += _header(["switched off", "at 1", "at 5"])
    for way in _switched(rows):
        cells = [f"{summary[f'reports.{_key(way)}.at{k}'] - summary[f'reports.plain.now.at{k}']:+.3f}" for k in (1, 5)]
        lines.append("| " + " | ".join([way.removeprefix("without "), *cells]) + " |")
    return "\n".join([*lines, ""])


def _switched(rows: Rows) -> list[str]:
    first = next(iter(rows.values()))["reports"][0]["places"]
    return [way for way in first if way.startswith("without ")]


def _plain(one: Mapping[str, Any]) -> bool:
    return bool(one["kind"] == "plain")


def _key(way: str) -> str:
    return way.replace(" ", "-").lower()


def _header(names: list[str]) -> list[str]:
    return ["| " + " | ".join(names) + " |", "|" + "|".join("---" for _ in names) + "|"]
