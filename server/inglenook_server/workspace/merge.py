"""Hits of several indexes in one list. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

WORDS = ("words", "more_words")
"""Parts of a score that are shares of the best BM25 in the same index; the others are measured alike in all."""


def merge(lists: Sequence[Sequence[tuple[Path, Hit]]], limit: int) -> list[Hit]:
    """Hits of several indexes, each (file, hit), in one list, best first.

    This relies on one ranker and one embedder for all indexes: a score is a sum of features with fixed weights, and
    most features (cosines, what names say, definitions) is measured alike everywhere. BM25 counts as a share of the
    best in its own index, so that the best of a folder which has nothing to say would have as much as any: these
    points are scaled to the best of all. While one folder waits for the encoder and another has it, scores compare
    roughly. A chunk that two nested folders index counts once.
    """
    tops = [max((hit.parts.get("bm25", 0.0) for _, hit in hits), default=0.0) for hits in lists]
    best = max(tops, default=0.0)
    found: dict[tuple[Path, int], Hit] = {}
    for hits, top in zip(lists, tops, strict=True):
        scale = top / best if best > 0 else 1.0
        for file, hit in hits:
            points = {name: hit.parts[name] * scale for name in WORDS if name in hit.parts}
            score = hit.score + sum(points[name] - hit.parts[name] for name in points)
            key = (file, hit.chunk.start_line)
            if key not in found or score > found[key].score:
                found[key] = replace(hit, score=score, parts={**hit.parts, **points})
    return sorted(found.values(), key=lambda hit: (-hit.score, hit.chunk.path, hit.chunk.start_line))[:limit]
