"""Retrieval quality on labelled questions: semble's development repositories and CoSQA, beside published scores.

Labels are found by `INGLENOOK_EVAL_DATA` (a folder with retrieval/semble-dev and retrieval/cosqa-dev; CONTRIBUTING.md
says where each is published). A repository's text is a folder NAME under `INGLENOOK_CORPORA`/semble-dev (with its
revision in a file `.revision`), else a clone at the pinned revision. Only the folder that counts is indexed. A corpus
that can't be had is said to be missing and counts nowhere; peers are compared on repositories at the pinned revision
only.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inglenook_indexer import Index
from inglenook_server.models.store import installed

from tests.benchmarks.corpus import corpora_root
from tests.benchmarks.result import Result, percentile
from tests.benchmarks.scores import Target, ndcg, reciprocal

_LIMIT = 10
_REPEATS = 3  # of each query: the median counts


@dataclass(frozen=True)
class Repository:
    """One repository of the set, where its text lies, and whether that is the pinned revision."""

    name: str
    language: str
    root: str
    folder: Path
    pinned: bool


def data_root() -> Path:
    """The labels' folder. Raises SystemExit with what to set."""
    found = os.environ.get("INGLENOOK_EVAL_DATA")
    if not found or not (Path(found) / "retrieval").is_dir():
        raise SystemExit("Set INGLENOOK_EVAL_DATA to the folder that holds retrieval/semble-dev; see CONTRIBUTING.md.")
    return Path(found) / "retrieval"


def repository(entry: dict[str, str]) -> Repository | None:
    """A repository of repos.json on this disk; None (and a line on stderr) where it can't be had."""
    folder = corpora_root() / "semble-dev" / entry["name"]
    if not folder.exists():
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        clone = ["git", "clone", "--quiet", "--filter=blob:none", entry["url"], str(part)]
        checkout = ["git", "-C", str(part), "checkout", "--quiet", entry["revision"]]
        if any(subprocess.run(command, check=False, capture_output=True).returncode for command in (clone, checkout)):
            sys.stderr.write(f"missing: {entry['name']} (put its text into {folder})\n")
            return None
        (part / ".revision").write_text(entry["revision"] + "\n", encoding="utf-8")
        part.rename(folder)
    revision = (folder / ".revision").read_text(encoding="utf-8").strip() if (folder / ".revision").exists() else ""
    root = entry.get("benchmark_root", "")
    return Repository(entry["name"], entry["language"], root, folder, revision == entry["revision"])


def _targets(task: dict[str, Any], root: str, files: set[str]) -> list[Target]:
    """The task's targets that the corpus holds, relative to the indexed folder."""
    found = []
    for raw in [*task["relevant"], *task["secondary"]]:
        place = {"path": raw} if isinstance(raw, str) else raw
        path = place["path"].removeprefix(f"{root}/" if root else "")
        if path in files:
            found.append(Target(path, place.get("start_line"), place.get("end_line")))
    return found


def _questions(one: Repository, index: Index) -> dict[str, object]:
    """Scores of one repository's questions over an index that is complete, by category as well."""
    tasks = json.loads((data_root() / "semble-dev" / "annotations" / f"{one.name}.json").read_text(encoding="utf-8"))
    files = set(index.files())
    scores: dict[str, list[float]] = {}
    waits: list[float] = []
    missing = 0
    index.search("warm", limit=1)
    for task in tasks:
        targets = _targets(task, one.root, files)
        missing += len(task["relevant"]) + len(task["secondary"]) - len(targets)
        if not targets:
            continue
        taken = []
        for _ in range(_REPEATS):
            started = time.perf_counter()
            hits = index.search(task["query"], limit=_LIMIT)
            taken.append((time.perf_counter() - started) * 1000)
        waits.append(statistics.median(taken))
        places = [(hit.chunk.path, hit.chunk.start_line, hit.chunk.end_line) for hit in hits]
        scores.setdefault(task["category"], []).append(ndcg(places, targets, _LIMIT))
    every = [score for found in scores.values() for score in found]
    return {
        "ndcg10": statistics.fmean(every),
        "questions": len(every),
        "missing_targets": missing,
        "query_p50_ms": statistics.median(waits),
        "query_p95_ms": percentile(waits, 95),
        "categories": {name: [statistics.fmean(found), len(found)] for name, found in sorted(scores.items())},
    }


def _measure_repository(one: Repository, tier: int, encoder: Path | None) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as home:
        index = Index(one.folder / one.root, Path(home) / "index")
        started = time.perf_counter()
        report = index.refresh()
        seconds = time.perf_counter() - started
        if tier == 2 and encoder is not None:
            started = time.perf_counter()
            index.embed(encoder)
            seconds += time.perf_counter() - started
        row = {
            "language": one.language, "pinned": one.pinned, "files": report.files, "chunks": report.chunks,
            "index_s": seconds, "bytes": index.status().bytes, **_questions(one, index),
        }  # fmt: skip
        index.close()
    return row


def _measure_functions(tier: int, encoder: Path | None) -> dict[str, object]:
    """CoSQA: 500 web queries over functions, each function a file of its own."""
    folder = data_root() / "cosqa-dev"
    tasks = json.loads((folder / "cosqa-retrieval-dev-500.json").read_text(encoding="utf-8"))
    places = json.loads((folder / "code_idx_map.txt").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as home:
        root = Path(home) / "functions"
        root.mkdir()
        for code, number in places.items():
            (root / f"f{number}.py").write_text(code + "\n", encoding="utf-8")
        index = Index(root, Path(home) / "index")
        index.refresh()
        if tier == 2 and encoder is not None:
            index.embed(encoder)
        gains, ranks = [], []
        for task in tasks:
            hits = index.search(task["doc"], limit=_LIMIT)
            found = [(hit.chunk.path, 1, 1) for hit in hits]
            target = [Target(f"f{task['retrieval_idx']}.py")]
            gains.append(ndcg(found, target, _LIMIT))
            ranks.append(reciprocal(found, target[0]))
        row: dict[str, object] = {
            "ndcg10": statistics.fmean(gains), "mrr10": statistics.fmean(ranks), "questions": len(gains),
            "functions": len(index.files()),
        }  # fmt: skip
        index.close()
    return row


def measure(result: Result, *, n: int, corpus: Path | None, tiers: tuple[int, ...] = (1,)) -> None:
    """Fill `result`. `n` and `corpus` are not used: the sets are what they are. Tier 2 needs the encoder pulled."""
    del n, corpus
    entries = json.loads((data_root() / "semble-dev" / "repos.json").read_text(encoding="utf-8"))
    peers = json.loads((data_root() / "semble-dev" / "peers.json").read_text(encoding="utf-8"))
    found = [one for entry in entries if (one := repository(entry)) is not None]
    encoder = installed("all-minilm-l6-v2").folder if 2 in tiers else None
    for tier in tiers:
        rows = {}
        for one in found:
            key = f"semble-dev.{one.name}.tier{tier}"
            rows[one.name] = result.row(key, lambda one=one, tier=tier: _measure_repository(one, tier, encoder))
            sys.stderr.write(f"{key} {rows[one.name]['ndcg10']:.3f}\n")
        _summarise(result, rows, peers, tier)
        functions = result.row(f"cosqa-dev.tier{tier}", lambda tier=tier: _measure_functions(tier, encoder))
        result.summary[f"cosqa-dev.tier{tier}.ndcg10"] = float(str(functions["ndcg10"]))
        result.summary[f"cosqa-dev.tier{tier}.mrr"] = float(str(functions["mrr10"]))


def _summarise(result: Result, rows: dict[str, dict[str, Any]], peers: dict[str, dict[str, float]], tier: int) -> None:
    """Means over repositories; the peers' on the same pinned ones; by language and by category."""
    head = f"semble-dev.tier{tier}"
    result.summary[f"{head}.ndcg10"] = statistics.fmean(row["ndcg10"] for row in rows.values())
    pinned = [name for name, row in rows.items() if row["pinned"]]
    if pinned:
        result.summary[f"{head}.pinned_repositories"] = len(pinned)
        result.summary[f"{head}.pinned_ndcg10"] = statistics.fmean(rows[name]["ndcg10"] for name in pinned)
        for peer, scores in peers.items():
            if all(name in scores for name in pinned):
                label = peer.replace(" ", "-").lower()
                result.summary[f"semble-dev.peer.{label}.ndcg10"] = statistics.fmean(scores[name] for name in pinned)
    result.summary[f"{head}.index_s"] = statistics.fmean(row["index_s"] for row in rows.values())
    result.summary[f"{head}.query_p50_ms"] = statistics.median(row["query_p50_ms"] for row in rows.values())
    for language in sorted({row["language"] for row in rows.values()}):
        mine = [row["ndcg10"] for row in rows.values() if row["language"] == language]
        result.summary[f"{head}.language.{language}.ndcg10"] = statistics.fmean(mine)
    for category in ("semantic", "architecture", "symbol"):
        pairs = [row["categories"][category] for row in rows.values() if category in row["categories"]]
        total = sum(count for _, count in pairs)
        result.summary[f"{head}.category.{category}.ndcg10"] = sum(mean * count for mean, count in pairs) / total
