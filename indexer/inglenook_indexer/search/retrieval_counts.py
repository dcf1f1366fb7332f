"""How often a chunk of each file was among the hits, kept beside the index. Losing it costs nothing but an order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Container
from pathlib import Path

from inglenook_indexer.system.atomic_write import write_atomically

_KEPT = 2_000  # files whose counts are kept


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
