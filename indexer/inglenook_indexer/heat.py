"""Which files the encoder should see first: open, recently edited, often retrieved, then code before tests.

Counts of retrieved files are kept beside the index; losing them costs nothing but an order. Pure but for that file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Container, Mapping, Sequence
from pathlib import Path
from statistics import median

from inglenook_indexer.manifest import Entry, write_atomically
from inglenook_indexer.query import parse
from inglenook_indexer.rank import place_demotion

_EDITED_NS = 3_600 * 10**9  # an hour newer than most files: not from the checkout that wrote them all
_KEPT = 2_000  # files whose counts are kept


def order(
    paths: Sequence[str], files: Mapping[str, Entry], hot: Collection[str], retrieved: Mapping[str, int]
) -> list[str]:
    """`paths`, hottest first. Deterministic."""
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


def load(file: Path) -> Counter[str]:
    """How often each file was retrieved; nothing where that is not known."""
    try:
        data = json.loads(file.read_text("utf-8"))
        return Counter({str(path): int(count) for path, count in data.items()})
    except (OSError, ValueError, AttributeError, TypeError):
        return Counter()


def save(file: Path, retrieved: Counter[str], files: Container[str]) -> None:
    """Keep the most retrieved ones of `files`; a folder that can't be written is passed over."""
    kept = {path: count for path, count in retrieved.most_common(_KEPT) if path in files}
    try:
        write_atomically(file, json.dumps(kept, ensure_ascii=False))
    except OSError:
        return
