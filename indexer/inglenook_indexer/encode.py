"""The second tier: gives stored chunks their encoder vectors, a few hundred at a time, in the background.

Committed batch by batch, so it can be stopped and taken up again at any time; the writer's lock is free in between.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from inglenook_indexer.embed.base import Embedder
from inglenook_indexer.manifest import write_atomically
from inglenook_indexer.rank import parse, path_penalty

if TYPE_CHECKING:
    from inglenook_indexer.store import ChunkStore

_BATCH = 192  # chunks in one commit: some seconds of work that an interruption loses at most


def next_batch(store: ChunkStore) -> list[dict[str, Any]]:
    """Chunks that wait for the encoder: code that queries usually mean first, tests and examples last."""
    waiting = store.unencoded()
    nothing = parse("")
    waiting.sort(key=lambda row: (-path_penalty(row["path"], nothing), row["path"], row["id"]))
    return store.texts([row["id"] for row in waiting[:_BATCH]])


def encode(rows: Sequence[dict[str, Any]], encoder: Embedder, cancelled: Callable[[], bool]) -> dict[str, Any] | None:
    """Vectors of `rows` by their ids; None when cancelled meanwhile."""
    found: dict[str, Any] = {}
    for start in range(0, len(rows), 32):
        if cancelled():
            return None
        part = rows[start : start + 32]
        vectors = encoder.embed([encoded_text(row["path"], row["symbol"], row["text"]) for row in part])
        found |= {row["id"]: vector for row, vector in zip(part, vectors, strict=True)}
    return found


def encoded_text(path: str, symbol: str, text: str) -> str:
    """What the encoder sees of a chunk: its place in words, then the chunk."""
    return f"{PurePosixPath(path).with_suffix('')} {symbol}\n{text}"


def remember(file: Path, encoder: Embedder, folder: Path) -> bool:
    """Note whose vectors the store holds from now on; True if they were another encoder's. Raises OSError."""
    wanted = {"encoder": f"{encoder.name}:{encoder.version}", "folder": str(folder.resolve())}
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        found = {}
    if found != wanted:
        write_atomically(file, json.dumps(wanted))
    return bool(found.get("encoder", "") != wanted["encoder"])


def remembered(file: Path) -> Path | None:
    """The folder of the encoder whose vectors the store holds, if it is still there."""
    try:
        folder = Path(json.loads(file.read_text("utf-8"))["folder"])
        return folder if (folder / "config.json").is_file() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
