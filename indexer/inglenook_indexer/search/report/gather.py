"""A report's candidates: chunks by its words, by its title, by meaning, by its trace. Reads the store, ranks nothing.

Words are asked for by as many repetitions as they weigh, for BM25 adds up; their rarity is then the index's own. Of a
long report every word is asked for once first, and those that the answer shows to be rare and heavy once more.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from inglenook_indexer.search.filters import ending
from inglenook_indexer.search.report.origins import own_path
from inglenook_indexer.search.report.report import Report

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from inglenook_indexer.store.lookups import Lookups

BY_WORDS = 240
"""Chunks by all of the report's words: a file's best few add up."""
BY_TITLE = 80
BY_MEANING = 120
_TERMS = 110  # words that are asked for by weight: 15 ms at 30,000 chunks
_LOOKED_AT = 250  # words of a report that are asked for once: 15 ms
_SAMPLE = 100  # chunks by which their rarity is told
_STEPS = 2  # repetitions of a word of weight 1
_MOST = 7
_TRACED = 60  # chunks at a trace's places, and of files that are named
_MAX_PATHS = 6  # that are looked up


@dataclass
class Found:
    """One chunk's row, and what brought it."""

    row: Mapping[str, Any]
    bm25: float = 0.0
    title: float = 0.0
    """BM25 of the title's words alone."""
    alike: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    """Cosine to each of the report's sentences."""


def gather(
    report: Report, vectors: NDArray[np.float32], lookups: Lookups, where: str, pool: Executor
) -> dict[str, Found]:
    """Chunks by "path:line". `vectors` has a row for each sentence; `where` is the store's filter."""
    middle = vectors.mean(0) if len(vectors) else np.zeros(vectors.shape[1], np.float32)
    title = pool.submit(lookups.matching, " ".join(report.title_words), BY_TITLE, where, vectors)
    near = pool.submit(lookups.nearest, middle, BY_MEANING, where, vectors) if middle.any() else None
    traced = pool.submit(_traced, report, lookups, where, vectors)
    matched = lookups.matching(_weighed(report.words, lookups, where), BY_WORDS, where, vectors)
    found: dict[str, Found] = {}

    def add(rows: Sequence[Mapping[str, Any]], put: Callable[[Found, float], None]) -> None:
        for row in rows:
            one = found.setdefault(f"{row['path']}:{row['start_line']}", Found(row))
            if not len(one.alike) and "_similarity" in row:
                one.alike = np.asarray(row["_similarity"], np.float32)
            put(one, row["_score"])

    add(matched, lambda one, score: setattr(one, "bm25", score))
    add(title.result(), lambda one, score: setattr(one, "title", score))
    add(near.result() if near else (), lambda one, score: None)
    add(traced.result(), lambda one, score: None)
    return found


def _weighed(words: Mapping[str, float], lookups: Lookups, where: str) -> str:
    """The words to match, each as often as it weighs."""
    chosen = list(words)
    if len(words) > _TERMS:
        looked_at = sorted(words, key=lambda word: -words[word])[:_LOOKED_AT]
        rows = lookups.matching(" ".join(looked_at), _SAMPLE, where)
        held = Counter(word for row in rows for word in frozenset(row["words"].split()) & words.keys())
        total = len(rows)
        worth = {
            word: words[word] * math.log(1 + (total - count + 0.5) / (count + 0.5)) for word, count in held.items()
        }
        chosen = sorted(worth, key=lambda word: (-worth[word], word))[:_TERMS]
    times = {word: min(_MOST, max(1, round(_STEPS * words[word]))) for word in chosen}
    return " ".join(word for word, count in times.items() for _ in range(count))


def _traced(report: Report, lookups: Lookups, where: str, vectors: NDArray[np.float32]) -> list[dict[str, Any]]:
    """The chunks at the places of a trace that the workspace may have, and of the files that are named."""
    clauses = []
    for frame in report.frames:
        path, _ = own_path(frame.path)
        clauses.append(f"({ending(path)} AND start_line <= {frame.line} AND end_line >= {frame.line})")
    clauses += [ending(path) for path in report.paths[:_MAX_PATHS] if not path.endswith("/")]
    if not clauses:
        return []
    clause = f"({' OR '.join(clauses)})" + (f" AND {where}" if where else "")
    return lookups.holding(clause, _TRACED, vectors)
