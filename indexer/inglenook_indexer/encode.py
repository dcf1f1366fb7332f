"""The second tier: gives stored texts their encoder vectors, hottest files first, a few hundred at a time.

Committed batch by batch, so it can be stopped and taken up again at any time; the writer's lock is free in between.
Vectors belong to a text, wherever it stands: the place that the encoder is told of is that of the text's first
sighting, and a function that moves keeps its vector.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa

from inglenook_indexer.embed.base import Embedder
from inglenook_indexer.manifest import write_atomically

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BATCH = 192  # texts in one commit: some seconds of work; of an interrupted one, what is done is committed
_ASK_EVERY = 16  # texts encoded between two looks at `cancelled` and `paused`: under half a second
_PAUSE_S = 0.1


class Embeds(Protocol):
    """All that is asked of an encoder here."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows of unit length."""
        ...


def batches(waiting: pa.Table, ordered: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
    """(hashes, paths of all chunks that have one of them) of each batch, in the order of `ordered` files.

    `waiting` has one row for each chunk, of path and hash. A text that several files have goes with the hottest.
    """
    if not waiting.num_rows:
        return
    paths = waiting["path"].combine_chunks().dictionary_encode()
    hashes = waiting["hash"].combine_chunks().dictionary_encode()
    rank = {path: number for number, path in enumerate(ordered)}
    ranks = np.array([rank[path] for path in paths.dictionary.to_pylist()], np.int64)[paths.indices.to_numpy()]
    codes = hashes.indices.to_numpy()
    best = np.full(len(hashes.dictionary), len(rank), np.int64)
    np.minimum.at(best, codes, ranks)
    rows = np.lexsort((codes, best[codes]))
    sorted_codes = codes[rows]
    starts = np.flatnonzero(np.diff(sorted_codes, prepend=-1))
    for first in range(0, len(starts), _BATCH):
        begin = starts[first]
        end = starts[first + _BATCH] if first + _BATCH < len(starts) else len(rows)
        some = hashes.dictionary.take(pa.array(sorted_codes[starts[first : first + _BATCH]])).to_pylist()
        yield some, waiting["path"].take(pa.array(rows[begin:end])).to_pylist()


def encode(
    rows: Sequence[dict[str, Any]], encoder: Embeds, cancelled: Callable[[], bool], paused: Callable[[], bool]
) -> NDArray[np.float32]:
    """Vectors of `rows`, in order; of the first of them only, when cancelled meanwhile. Waits while `paused`."""
    found: list[NDArray[np.float32]] = []
    for start in range(0, len(rows), _ASK_EVERY):
        while paused() and not cancelled():
            time.sleep(_PAUSE_S)
        if cancelled():
            break
        part = rows[start : start + _ASK_EVERY]
        found.append(encoder.embed([encoded_text(row["path"], row["symbol"], row["text"]) for row in part]))
    return np.concatenate(found) if found else np.zeros((0, 0), np.float32)


def encoded_text(path: str, symbol: str, text: str) -> str:
    """What the encoder sees of a chunk: its place in words, then the chunk."""
    return f"{PurePosixPath(path).with_suffix('')} {symbol}\n{text}"


class IdleEncoder:
    """The encoder in a process of its own at idle priority: threads that a model runs on can't be nice to another's."""

    def __init__(self, folder: Path, threads: int) -> None:
        from inglenook_indexer.helper import Helper

        self._helper = Helper("encode", str(folder), threads, idle=True)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows of unit length. Raises pipes.Gone."""
        found: NDArray[np.float32] = self._helper.ask(list(texts))
        return found

    def stop(self) -> None:
        """End the process."""
        self._helper.stop()


def identity(encoder: Embedder) -> str:
    """What vectors must have in common to be compared."""
    return f"{encoder.name}:{encoder.version}"


def remember(file: Path, encoder: Embedder, folder: Path) -> bool:
    """Note whose vectors the store holds from now on; True if they were another encoder's. Raises OSError."""
    wanted = {"encoder": identity(encoder), "folder": str(folder.resolve())}
    try:
        found = json.loads(file.read_text("utf-8"))
        before = str(found.get("encoder", ""))
    except (OSError, ValueError, AttributeError):
        found, before = {}, ""
    if found != wanted:
        write_atomically(file, json.dumps(wanted))
    return before != wanted["encoder"]


def remembered(file: Path) -> tuple[Path, str] | None:
    """The folder of the encoder whose vectors the store holds, if it is still there, and that encoder's identity."""
    try:
        found = json.loads(file.read_text("utf-8"))
        folder = Path(found["folder"])
        return (folder, str(found["encoder"])) if (folder / "config.json").is_file() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
