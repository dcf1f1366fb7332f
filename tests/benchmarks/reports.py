"""From a report to the file: whether one of the files that a commit mended is among the first, for what it says.

`report_texts` says where reports come from. Accuracy at k is the share of reports of which one of the first k files is
one that was mended, a mean over repositories. Beside the search as it is stand the same text searched as a short
question is, plain BM25 over all its words, and the static vectors alone.
What `left out` reaches has weights that were fitted on the other repositories.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from inglenook_indexer import Index
from inglenook_indexer.search.query import parse
from inglenook_indexer.search.rank import rank as rank_query
from inglenook_indexer.search.report import features
from inglenook_indexer.search.report.rank import NAMES
from inglenook_indexer.search.report.report import is_report
from inglenook_indexer.search.report.weights import WEIGHTS
from inglenook_indexer.system.location import cache_root
from inglenook_indexer.text.words import STOP_WORDS, identifiers

from tests.benchmarks import ranker_fit
from tests.benchmarks.ranker_fit import Example
from tests.benchmarks.report_repositories import REPOSITORIES, Repository, history, snapshot
from tests.benchmarks.report_tables import summarise, tables
from tests.benchmarks.report_texts import Commit, reports
from tests.benchmarks.result import Result

if TYPE_CHECKING:
    from inglenook_indexer.search.retrieve import IndexRetriever
    from inglenook_indexer.types import Hit
    from numpy.typing import NDArray

LONG = "long"
LARGE = "sqlalchemy"
"""Some 18,000 chunks."""
LENGTHS = (2_500, 5_000, 10_000, 20_000)
"""Characters; more of a query are not looked at."""
REPEATS = 9
_FIRST = 10  # files that are looked at
_HITS = 40  # chunks: enough for ten files
_REACH = 200  # chunks of a plain list
_HANDMADE = ("named", "traced")
"""Weights without a fit: the reports that are fitted on name no file that was mended."""
_GROUPS: dict[str, tuple[str, ...]] = {
    "words": ("words", "more_words", "title_words"), "more words": ("more_words",),
    "meaning": ("meaning", "title_meaning"), "title": ("title_words", "title_meaning", "name"),
    "names": ("defines", "uses", "alone"), "strings": ("quoted",), "paths": ("name_said", "name", "folder"),
    "tests of a file": ("tested",), "trace": ("traced",), "named files": ("named",),
    "places": ("tests", "examples", "types", "prose", "data", "automation"),
}  # fmt: skip
"""What is switched off, and the weights that are 0 then; not refitted."""


def measure(result: Result, *, n: int, corpus: Path | None, fit: bool = False, again: bool = False) -> None:
    """Fill `result`. `n` and `corpus` are not used: the set is what it is. `again` times the long reports alone."""
    del n, corpus
    if again:
        result.revision = result.take_over(lambda key: key != LONG)
        result.started -= json.loads((result.folder / "reports.json").read_text("utf-8"))["seconds"]
    else:
        _all(result, fit=fit)
    long = result.row(LONG, _long)
    rows = {key: row for key, row in result.rows.items() if key != LONG}
    summarise(result.summary, rows)
    result.summary |= {f"reports.{LONG}.{key}": float(str(value)) for key, value in long.items()}
    result.appendix = tables(rows, result.summary)


def _all(result: Result, *, fit: bool) -> None:
    """Every repository's row."""
    examples: list[Example] = []
    for one in REPOSITORIES:
        bare = history(one)
        if bare is None:
            continue
        kept = result.folder / f".reports.{one.name}.part.npz"
        if not kept.exists():
            result.rows.pop(one.name, None)
        row = result.row(one.name, lambda one=one, bare=bare, kept=kept: _row(one, bare, kept))  # type: ignore[misc]
        examples += _load(one.name, kept)
        sys.stderr.write(f"{one.name} {_accuracy(row, 'now', 5):.3f} {_accuracy(row, 'as a question', 5):.3f}\n")
    used = [name for name in NAMES if name not in _HANDMADE]
    if fit:
        weights = ranker_fit.fit([one for one in examples if one.targets], used, NAMES)
        shown = ", ".join(f"{name}={value:.2f}" for name, value in zip(NAMES, weights, strict=True) if value)
        sys.stdout.write(f"ReportWeights({shown})\n")
    _left_out({key: row for key, row in result.rows.items() if key != LONG}, examples, used)
    for kept in result.folder.glob(".reports.*.part.npz"):
        kept.unlink()


def _row(one: Repository, bare: Path, kept: Path) -> dict[str, object]:
    revision, found = reports(one, bare)
    root = snapshot(one, bare, revision)
    index = Index(root, cache_root() / "benchmarks" / "reports" / root.name)
    report = index.refresh()
    index.search("warm", limit=1)
    retriever = index._access.open().retriever
    rows, examples = [], []
    for commit in found:
        row, example = _asked(one, commit, index, retriever)
        rows.append(row)
        examples.append(example)
    index.close()
    np.savez(kept, **{f"{number}.{name}": value for number, example in enumerate(examples)
                      for name, value in (("e", example.features), ("a", example.answers),
                                          ("t", np.array(example.targets)))})  # fmt: skip
    return {
        "language": one.language, "revision": revision, "files": report.files, "chunks": report.chunks, "reports": rows
    }  # fmt: skip


def _long() -> dict[str, object]:
    """Milliseconds that long reports take, and of processors' time: texts of one repository, so many characters."""
    one = next(one for one in REPOSITORIES if one.name == LARGE)
    bare = history(one)
    if bare is None:
        raise SystemExit(f"The history of {LARGE} can't be had.")
    revision, found = reports(one, bare)
    root = snapshot(one, bare, revision)
    index = Index(root, cache_root() / "benchmarks" / "reports" / root.name)
    row: dict[str, object] = {"chunks": index.refresh().chunks}
    index.search("warm", limit=1)
    for size in LENGTHS:
        taken, worked = [], []
        for start in range(REPEATS):
            # Never the same text twice: what is remembered costs nothing.
            texts = [commit.text for commit in found[start:] + found[:start]]
            text = "\n\n".join(texts)[:size]
            started, begun = time.perf_counter(), time.process_time()
            index.search(text)
            taken.append((time.perf_counter() - started) * 1000)
            worked.append((time.process_time() - begun) * 1000)
        row |= {f"ms.{size}": statistics.median(taken), f"cpu_ms.{size}": statistics.median(worked)}
    index.close()
    return row


def _asked(one: Repository, commit: Commit, index: Index, retriever: IndexRetriever) -> tuple[dict[str, Any], Example]:
    """One report: where the first mended file is in each way's list, and its features for the fit."""
    places: dict[str, int] = {}
    query = parse(commit.text)

    def look(name: str, ask: Callable[[], Sequence[str]]) -> float:
        started = time.perf_counter()
        paths = list(dict.fromkeys(ask()))[:_FIRST]
        took = (time.perf_counter() - started) * 1000
        places[name] = next((number for number, path in enumerate(paths, 1) if path in commit.files), 0)
        return took

    took = look("now", lambda: _paths(index.search(commit.text, limit=_FIRST)))
    before = look("as a question", lambda: _question(commit.text, retriever))
    plain = look("plain BM25", lambda: _bm25(commit.text, retriever))
    vector = retriever._embedder.embed([commit.text])[0]
    look("plain static", lambda: [row["path"] for row in retriever.store.lookups.nearest(vector, _REACH)])
    report, pool = retriever.reported(query)
    row = {
        "sha": commit.sha, "kind": commit.kind, "shape": commit.shape, "words": len(commit.text.split()),
        "as_report": is_report(query), "places": places, "ms": took, "before_ms": before, "bm25_ms": plain,
    }  # fmt: skip
    measures = features.of_files(report, sorted(pool, key=lambda one: one.chunk.id))
    row["candidate"] = any(path in measures for path in commit.files)
    table = np.array([[mine.get(name, 0.0) for name in NAMES] for mine in measures.values()], np.float32)
    answers = np.array([float(path in commit.files) for path in measures], np.float32)
    for name, off in _GROUPS.items():
        weights = np.array([0.0 if one in off else getattr(WEIGHTS, one) for one in NAMES], np.float32)
        places[f"without {name}"] = _first(table @ weights, answers)
    # Those that name a file are no part of the fit: 0 targets.
    return row, Example(one.name, table, answers, len(commit.files) if commit.kind == "plain" else 0)


def _paths(hits: Iterable[Hit]) -> list[str]:
    return [hit.chunk.path for hit in hits]


def _question(text: str, retriever: IndexRetriever) -> list[str]:
    """As a short question is searched, and as every text was before."""
    query, pool = retriever.candidates(parse(text), limit=_FIRST)
    return _paths(rank_query(query, pool, _HITS))


def _bm25(text: str, retriever: IndexRetriever) -> list[str]:
    """Every word of the text as often as it is said, over chunks; a file stands where its first chunk does."""
    names = [name for name in identifiers(text) if name.lower() not in STOP_WORDS]
    words = " ".join(retriever._splitter[name] for name in names)
    return [row["path"] for row in retriever.store.lookups.matching(words, _REACH)]


def _accuracy(row: Mapping[str, Any], way: str, k: int) -> float:
    found = [0 < one["places"][way] <= k for one in row["reports"] if one["kind"] == "plain"]
    return statistics.fmean(found) if found else 0.0


def _left_out(rows: Mapping[str, Any], examples: Sequence[Example], used: Sequence[str]) -> None:
    """Put into each report where the mended file is under weights of the other repositories."""
    hand = np.array([getattr(WEIGHTS, name) if name in _HANDMADE else 0.0 for name in NAMES], np.float32)
    for name, row in rows.items():
        others = [one for one in examples if one.repository != name and one.targets]
        weights = ranker_fit.fit(others, used, NAMES) + hand
        mine = [one for one in examples if one.repository == name]
        for one, example in zip(row["reports"], mine, strict=True):
            one["places"]["left out"] = _first(example.features @ weights, example.answers)


def _first(points: NDArray[np.float32], answers: NDArray[np.float32]) -> int:
    """The place of the first file that answers, from 1; 0 where none is among the first."""
    order = np.argsort(-points, kind="stable")[:_FIRST]
    return next((number for number, place in enumerate(order, 1) if answers[place]), 0)


def _load(name: str, kept: Path) -> list[Example]:
    with np.load(kept) as data:
        count = len(data.files) // 3
        return [
            Example(name, data[f"{number}.e"], data[f"{number}.a"], int(data[f"{number}.t"])) for number in range(count)
        ]
