"""The encoder's arithmetic: chunks a second, closeness to 32 bits, and what it does to retrieval, path by path.

On the `--n` smallest development repositories, 60 chunks for each of them timed, the paths taking turns, so that a busy
machine is as unkind to each. `cpu` counts a processor's own seconds, which a neighbour can't take. Searches are by
vector alone. Needs the encoder pulled, and the retrieval labels and corpora (see `retrieval`).
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from inglenook_indexer import Index
from inglenook_indexer.embed.chunk_text import chunk_text
from inglenook_indexer.embed.encoder import PATHS, Encoder
from inglenook_server.models.store import installed

from tests.benchmarks.labels import Corpus, repositories
from tests.benchmarks.result import Result
from tests.benchmarks.scores import ndcg

_ROUNDS = 3
_CHUNKS = 60  # timed, for each of --n repositories
_COLUMNS = ["path", "start_line", "end_line", "symbol", "text"]


def _chunks(one: Corpus, home: Path) -> list[dict[str, Any]]:
    """What tier 2 would encode of a repository."""
    index = Index(one.folder, home / one.name)
    index.refresh()
    rows: list[dict[str, Any]] = index._access.open().store.table.columns(_COLUMNS).to_pylist()
    index.close()
    return rows


def _score(one: Corpus, rows: list[dict[str, Any]], encoder: Encoder) -> dict[str, object]:
    """Mean NDCG@10 of a repository's questions, files by their best chunk."""
    tasks = [(question.text, question.targets) for question in one.questions if question.targets]
    vectors = encoder.embed([chunk_text(row["path"], row["symbol"], row["text"]) for row in rows])
    scores = []
    for asked, (_, targets) in zip(encoder.embed([query for query, _ in tasks]), tasks, strict=True):
        best: dict[str, tuple[str, int, int]] = {}
        for place in np.argsort(-(vectors @ asked)):
            row = rows[place]
            best.setdefault(row["path"], (row["path"], row["start_line"], row["end_line"]))
            if len(best) == 10:
                break
        scores.append(ndcg(list(best.values()), targets, 10))
    return {"ndcg10": statistics.fmean(scores), "questions": len(scores), "chunks": len(rows)}


def _speeds(encoders: dict[str, Encoder], texts: list[str]) -> dict[str, object]:
    """Each path's chunks a second, by the wall and by the processor, and its vectors' cosine to those in 32 bits."""
    wall: dict[str, list[float]] = {path: [] for path in encoders}
    work: dict[str, list[float]] = {path: [] for path in encoders}
    vectors = {}
    for _ in range(_ROUNDS):
        for path, encoder in encoders.items():
            started, spent = time.perf_counter(), time.process_time()
            vectors[path] = encoder.embed(texts)
            work[path].append(len(texts) / (time.process_time() - spent))
            wall[path].append(len(texts) / (time.perf_counter() - started))
    cosines = {path: (found * vectors["f32"]).sum(1) for path, found in vectors.items()}
    return {
        path: {
            "chunks_per_s": statistics.median(wall[path]),
            "chunks_per_cpu_s": statistics.median(work[path]),
            "cosine_mean": float(cosines[path].mean()),
            "cosine_min": float(cosines[path].min()),
        }
        for path in encoders
    }


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`. `corpus` is not used."""
    del corpus
    found = repositories()
    folder = installed("all-minilm-l6-v2").folder
    encoders = {path: Encoder(folder, path=path) for path in PATHS}
    with tempfile.TemporaryDirectory() as home:
        chunks = {one.name: _chunks(one, Path(home)) for one in found}
    few = sorted(found, key=lambda one: len(chunks[one.name]))[:n]
    every = [chunk_text(row["path"], row["symbol"], row["text"]) for one in few for row in chunks[one.name]]
    speeds = result.row("speed", lambda: _speeds(encoders, every[:: max(1, len(every) // (n * _CHUNKS))]))
    for path, encoder in encoders.items():
        for key, value in dict(speeds[path]).items():  # type: ignore[call-overload]
            result.summary[f"encoder.{path}.{key}"] = value
        scores = []
        for one in few:
            key = f"semble-dev.{one.name}.{path}"
            row = result.row(key, lambda one=one, encoder=encoder: _score(one, chunks[one.name], encoder))
            scores.append(float(str(row["ndcg10"])))
        result.summary[f"encoder.{path}.vectors_alone_ndcg10"] = statistics.fmean(scores)
    result.summary["encoder.repositories"] = len(few)
