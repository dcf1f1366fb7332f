"""A report's candidates -> ranked hits. Pure: the sum of the features' points, file by file, then chunk by chunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from inglenook_indexer.search.report import features
from inglenook_indexer.search.report.features import Candidate
from inglenook_indexer.search.report.origins import resolved
from inglenook_indexer.search.report.report import Report
from inglenook_indexer.search.report.weights import WEIGHTS, ReportWeights
from inglenook_indexer.search.stack_trace import Frame
from inglenook_indexer.types import Hit

_AT_SYMBOL = 0.8  # of a place's worth where the function is, and the line is another: of another version
_DEFINED = 0.3  # for a chunk that defines a name of the report
NAMES = tuple(one.name for one in fields(ReportWeights) if one.name not in ("inner", "repeat"))
"""The features that are weighed. Who calls a likely file, and whom it calls, was tried and told nothing more."""


def rank(report: Report, candidates: Sequence[Candidate], limit: int, weights: ReportWeights = WEIGHTS) -> list[Hit]:
    """The best `limit` chunks, best first. Deterministic: ties are broken by path and line."""
    pool = sorted(candidates, key=lambda one: one.chunk.id)
    found = features.of_files(report, pool)
    points = {
        path: {name: getattr(weights, name) * value for name, value in mine.items() if value}
        for path, mine in found.items()
    }
    files: dict[str, list[Candidate]] = {}
    for one in pool:
        files.setdefault(one.chunk.path, []).append(one)
    best = max((one.bm25 for one in pool), default=0.0) or 1.0
    traced = resolved(report.frames, files)
    placed = []
    for path, members in files.items():
        total = sum(points[path].values())
        own = {one.chunk.id: _own(one, best, report, traced.get(path)) for one in members}
        top = max(own.values())
        ordered = sorted(members, key=lambda one: (-own[one.chunk.id], one.chunk.start_line))
        for number, one in enumerate(ordered):
            mine = {"inner": weights.inner * (own[one.chunk.id] - top), "repeat": -weights.repeat * number}
            placed.append((total + sum(mine.values()), one, points[path] | mine))
    placed.sort(key=lambda each: (-each[0], each[1].chunk.path, each[1].chunk.start_line))
    return [Hit(one.chunk, score, _shown(one, mine)) for score, one, mine in placed[:limit]]


def _own(one: Candidate, best: float, report: Report, traced: tuple[float, Frame] | None) -> float:
    """How much of the report a chunk says by itself: its words, its meaning, a trace's place, a name it defines."""
    said = one.bm25 / best + (float(one.alike.mean()) if len(one.alike) else 0.0)
    if traced is not None:
        worth, frame = traced
        if one.chunk.start_line <= frame.line <= one.chunk.end_line:
            said += worth
        elif frame.symbol and frame.symbol in one.chunk.defines:
            said += worth * _AT_SYMBOL
    return said + _DEFINED * any(name in report.names for name in one.chunk.defines)


def _shown(one: Candidate, points: dict[str, float]) -> dict[str, float]:
    near = float(one.alike.mean()) if len(one.alike) else 0.0
    measures = {"bm25": one.bm25, "vector": near}
    shown = {name: value for name, value in (measures | points).items() if value}
    return shown | {"tier": 1}
