"""Which files the encoder should see first: open, recently edited, often retrieved, then code before tests.

Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from statistics import median

from inglenook_indexer.search.query import parse
from inglenook_indexer.search.rank import place_demotion
from inglenook_indexer.store.manifest import Entry

_EDITED_NS = 3_600 * 10**9  # an hour newer than most files: not from the checkout that wrote them all


def order(
    paths: Sequence[str], files: Mapping[str, Entry], hot: Collection[str], retrieved: Mapping[str, int]
) -> list[str]:
    """`paths`, those first that are most likely needed. Deterministic."""
    nothing = parse("")
    typical = median(entry.stamp.mtime_ns for entry in files.values()) if files else 0
    open_now = frozenset(hot)

    def key(path: str) -> tuple[bool, int, int, float, str]:
        entry = files.get(path)
        edited = entry.stamp.mtime_ns if entry is not None and entry.stamp.mtime_ns > typical + _EDITED_NS else 0
        return (
            path not in open_now,
            -edited,
            -retrieved.get(path, 0),
            -sum(place_demotion(path, nothing).values()),
            path,
        )

    return sorted(paths, key=key)
