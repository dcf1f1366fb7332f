"""Retrieval quality on labelled questions: semble's development repositories and CoSQA, beside published scores.

`labels` says where questions and texts come from. Only the folder that counts is indexed. A corpus that can't be had
counts nowhere; peers are compared on repositories at the pinned revision only. Indexes with the encoder's vectors are
kept in the cache, because making them takes minutes; rows and the fit's features are resumable. `--fit` prints the
ranker's weights as fitted anew.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
from inglenook_indexer import Index
from inglenook_indexer.search.query import Query, parse
from inglenook_indexer.search.rank import Pool, rank
from inglenook_indexer.search.weights import ENCODED, WEIGHTS, Weights
from inglenook_indexer.system.location import cache_root
from inglenook_indexer.types import Hit
from inglenook_server.models.store import installed

from tests.benchmarks import ranker_fit
from tests.benchmarks.labels import Corpus, Question, functions, read, repositories, unindexed
from tests.benchmarks.ranker_fit import REASONS, Example
from tests.benchmarks.result import Result, percentile
from tests.benchmarks.retrieval_tables import draw, summarise, tables
from tests.benchmarks.retrieval_tokens import measure_tokens, summarise_tokens, token_table, tokens_again
from tests.benchmarks.scores import Place, ndcg, reciprocal

if TYPE_CHECKING:
    from inglenook_indexer.search.features import Candidate
    from inglenook_indexer.search.retrieve import IndexRetriever

_LIMIT = 10
_REPEATS = 3  # of each query: the median counts
_REACH = 300  # chunks that a plain baseline's list has: enough for ten files
_LATE = (0, 10, 20, 40)  # chunks that are read late; with none it is tier 1
_READ = "read late "
_RRF = 60  # reciprocal rank fusion's constant (Cormack et al., 2009)
_ABLATIONS: dict[str, dict[str, float]] = {
    "words": {"words": 0, "more_words": 0}, "more words": {"more_words": 0},
    "static vectors": {"meaning": 0, "meaning_unnamed": 0},
    "encoder": {"encoder": 0, "encoder_unnamed": 0}, "coverage": {"coverage": 0},
    "file name": {"name": 0, "name_said": 0},
    "folders": {"folder": 0}, "definitions": {"defines": 0}, "symbols": {"symbol": 0, "symbol_prose": 0},
    "namesake": {"namesake": 0}, "callers": {"caller": 0}, "callees": {"callee": 0},
    "symbol graph": {"caller": 0, "callee": 0}, "depth": {"depth": 0},
    "places": {"tests": 0, "compat": 0, "examples": 0, "legal": 0, "types": 0, "prose": 0, "private": 0},
    "distance of a file's chunks": {"repeat": 0}, "order within a file": {"inner": 0},
}  # fmt: skip
"""What is switched off, and the weights that are 0 then; not refitted."""


def measure(
    result: Result,
    *,
    n: int,
    corpus: Path | None,
    tiers: tuple[int, ...] = (1, 2),
    fit: bool = False,
    again: bool = False,
) -> None:
    """Fill `result`. `n` and `corpus` are not used: the sets are what they are. Tier 2 needs the encoder pulled.

    `again` takes the last result over and measures the recall by retrieved tokens alone anew.
    """
    del n, corpus
    encoder = installed("all-minilm-l6-v2").folder if 2 in tiers else None
    home = cache_root() / "benchmarks" / "retrieval"
    if again:
        tokens_again(result, tiers, encoder, home)
        return
    corpora = [*repositories(), functions(home)]
    peers = read("semble-dev", "peers.json")
    for tier in tiers:
        rows: dict[str, dict[str, Any]] = {}
        examples: list[Example] = []
        for one in corpora:
            group = "cosqa-dev" if one.name == "cosqa" else f"semble-dev.{one.name}"
            key = f"{group}.tier{tier}"
            kept = result.folder / f".retrieval.{key}.part.npz"
            if not kept.exists():
                result.rows.pop(key, None)
            found = result.row(key, lambda one=one, tier=tier, kept=kept: _row(one, tier, encoder, home, kept))
            rows[one.name] = found
            examples += _load(one.name, kept)
            sys.stderr.write(f"{key} {found['ndcg10']:.3f}\n")
        used = [reason for reason in REASONS if reason not in ranker_fit.IDLE[tier]]
        weights = ranker_fit.fit(examples, used)
        left_out = ranker_fit.left_out(examples, used)
        if fit:
            shown = ", ".join(f"{name}={value:.2f}" for name, value in zip(REASONS, weights, strict=True))
            sys.stdout.write(f"tier {tier}: Weights({shown})\n")
        summarise(result.summary, rows, peers, tier, left_out)
        found = measure_tokens(result, [one for one in corpora if one.name != "cosqa"], tier, encoder, home)
        summarise_tokens(result.summary, found, tier)
    result.appendix = tables(result.rows, result.summary, peers)
    if 1 in tiers:
        result.appendix += f"\n{token_table(result.summary)}"
    draw(result.summary, result.folder / "retrieval.svg")
    for kept in result.folder.glob(".retrieval.*.part.npz"):
        kept.unlink()


def _row(one: Corpus, tier: int, encoder: Path | None, home: Path, kept: Path) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = home / one.name if tier == 2 else Path(scratch) / "index"
        index = Index(one.folder, folder)
        started = time.perf_counter()
        report = index.refresh()
        seconds = time.perf_counter() - started
        row: dict[str, object] = {"language": one.language, "pinned": one.pinned, "files": report.files}
        if tier == 2 and encoder is not None:
            before = index.status().tier2_chunks
            started = time.perf_counter()
            index.embed(encoder)
            seconds += time.perf_counter() - started
            if before:
                seconds = 0.0  # most of it was made by an earlier run: no measure of anything
        row |= {"chunks": report.chunks, "index_s": seconds, "chunks_s": report.chunks / seconds if seconds else 0.0}
        row |= {"bytes": index.status().bytes, **_asked(one, index, tier, kept)}
        row["rss_mb"] = psutil.Process().memory_info().rss / 2**20
        index.close()
        return row


def _asked(one: Corpus, index: Index, tier: int, kept: Path) -> dict[str, object]:
    """Scores and times of one corpus' questions over an index that is complete."""
    index.search("warm", limit=1)
    retriever = index._access.open().retriever
    base = ENCODED if tier == 2 else WEIGHTS
    scores: dict[str, list[float]] = {}
    ranks: list[float] = []
    waits: list[float] = []
    categories: dict[str, list[float]] = {}
    examples: list[Example] = []
    asked = [question for question in one.questions if question.targets]
    for question in asked:
        taken = []
        for _ in range(_REPEATS):
            started = time.perf_counter()
            hits = index.search(question.text, limit=_LIMIT)
            taken.append((time.perf_counter() - started) * 1000)
        waits.append(statistics.median(taken))
        gained = _score(hits, question)
        scores.setdefault("ours", []).append(gained)
        categories.setdefault(question.category, []).append(gained)
        ranks.append(reciprocal(_places(hits), question.targets[0]))
        parsed, candidates = retriever.candidates(parse(question.text), limit=_LIMIT)
        examples.append(_example(one.name, question, parsed, candidates, base))
        for name, found in _variants(question, parsed, candidates, retriever, base, tier):
            scores.setdefault(name, []).append(found)
    np.savez(kept, **{f"{number}.{name}": value for number, example in enumerate(examples)
                      for name, value in (("e", example.features), ("a", example.answers),
                                          ("t", np.array(example.targets)))})  # fmt: skip
    means = {name: statistics.fmean(found) for name, found in scores.items()}
    lost = [path for question in one.questions for path in question.missing] + unindexed(one, set(index.files()))
    return {
        "ndcg10": means.pop("ours"), "mrr10": statistics.fmean(ranks), "questions": len(asked), "missing": lost,
        "query_p50_ms": statistics.median(waits), "query_p95_ms": percentile(waits, 95),
        "categories": {name: [statistics.fmean(found), len(found)] for name, found in sorted(categories.items())},
        "baselines": {name: means.pop(name) for name in list(means) if name.startswith("plain ")},
        "late": {name.removeprefix(_READ): means.pop(name) for name in list(means) if name.startswith(_READ)},
        "without": means, "scores": [round(score, 4) for score in scores["ours"]],
    }  # fmt: skip


def _variants(
    question: Question,
    query: Query,
    candidates: Sequence[Candidate],
    retriever: IndexRetriever,
    base: Weights,
    tier: int,
) -> Iterator[tuple[str, float]]:
    """(name, NDCG@10) of the plain baselines, and of the ranker with one component switched off."""
    yield from _baselines(question, retriever, tier)
    for name, off in _ABLATIONS.items():
        yield name, _score(rank(query, candidates, _LIMIT, replace(base, **off)), question)
    plain = parse(question.text)
    altered = {"joined words": replace(plain, joined=())}
    if plain.languages:
        kept = parse(question.text.lower().replace("python", "pythonic"))
        altered["language names left out"] = replace(kept, meaning=question.text)
    for name, other in altered.items():
        if other == plain:
            yield name, _score(rank(query, candidates, _LIMIT, base), question)
        else:
            again, found = retriever.candidates(other, limit=_LIMIT)
            yield name, _score(rank(again, found, _LIMIT, base), question)
    if "language names left out" not in altered:
        yield "language names left out", _score(rank(query, candidates, _LIMIT, base), question)
    if tier == 2:
        yield from _late(question, query, candidates, retriever)


def _late(
    question: Question, query: Query, candidates: Sequence[Candidate], retriever: IndexRetriever
) -> Iterator[tuple[str, float]]:
    """Tier 1 of which the encoder has read the first few chunks (`rerank`), with the cosines that the store gives."""
    known = {one.chunk.id: one.encoded for one in candidates}
    encoder, retriever.encoder = retriever.encoder, None
    _, plain = retriever.candidates(query, limit=_LIMIT)
    retriever.encoder = encoder
    order = [hit.chunk.id for hit in rank(query, plain, max(_LATE))]
    for count in _LATE:
        read = set(order[:count])
        some = [replace(one, encoded=known.get(one.chunk.id) if one.chunk.id in read else None) for one in plain]
        yield f"{_READ}{count}", _score(rank(query, some, _LIMIT), question)


def _baselines(question: Question, retriever: IndexRetriever, tier: int) -> Iterator[tuple[str, float]]:
    """Each list alone, and all of them by reciprocal ranks; files in the order of their first chunk."""
    raw = replace(parse(question.text), meaning=question.text, joined=())
    lists = {"bm25": retriever.store.lookups.matching(" ".join(retriever._terms(raw)), _REACH)}
    vector = retriever._embedder.embed([question.text])[0]
    lists["static"] = retriever.store.lookups.nearest(vector, _REACH) if vector.any() else []
    if tier == 2 and retriever.encoder is not None:
        lists["encoder"] = retriever.store.encoded.nearest(retriever.encoder.embed([question.text])[0], _REACH)[0]
    fused: dict[Place, float] = {}
    for name, rows in lists.items():
        places = [(row["path"], row["start_line"], row["end_line"]) for row in rows]
        for number, place in enumerate(places):
            fused[place] = fused.get(place, 0.0) + 1 / (_RRF + number)
        yield f"plain {name}", ndcg(_files(places), question.targets, _LIMIT)
    ordered = sorted(fused, key=lambda place: -fused[place])
    yield "plain rrf", ndcg(_files(ordered), question.targets, _LIMIT)


def _files(places: Sequence[Place]) -> list[Place]:
    """The first place of each file."""
    first: dict[str, Place] = {}
    for place in places:
        first.setdefault(place[0], place)
    return list(first.values())


def _places(hits: Sequence[Hit]) -> list[Place]:
    return [(hit.chunk.path, hit.chunk.start_line, hit.chunk.end_line) for hit in hits]


def _score(hits: Sequence[Hit], question: Question) -> float:
    return ndcg(_places(hits), question.targets, _LIMIT)


def _example(name: str, question: Question, query: Query, candidates: Sequence[Candidate], base: Weights) -> Example:
    """A question's features for the fit; which answers are likely, and so followed by links, is said by `base`."""
    if not candidates:
        return Example(name, np.zeros((0, len(REASONS)), np.float32), np.zeros(0, np.float32), len(question.targets))
    ordered = sorted(candidates, key=lambda one: one.chunk.id)
    pool, links = Pool(query, ordered, ranker_fit.unit()), Pool(query, ordered, base).links
    wanted = {target.path for target in question.targets}
    known = [pool.of_file(path) | dict(zip(("caller", "callee"), links[path], strict=True)) for path in pool.files]
    rows = [[parts.get(reason, 0.0) for reason in REASONS] for parts in known]
    answers = [float(path in wanted) for path in pool.files]
    return Example(name, np.array(rows, np.float32), np.array(answers, np.float32), len(wanted))


def _load(name: str, kept: Path) -> list[Example]:
    with np.load(kept) as data:
        count = len(data.files) // 3
        return [
            Example(name, data[f"{number}.e"], data[f"{number}.a"], int(data[f"{number}.t"])) for number in range(count)
        ]
