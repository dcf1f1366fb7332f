"""The second tier: encoder vectors of stored texts, a few hundred at a time, the likeliest needed first.

Committed batch by batch, so it can be stopped and taken up again at any time; the writer's lock is free in between.
Vectors belong to a text, wherever it stands: the place that the encoder is told of is that of the text's first
sighting, and a function that moves keeps its vector.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pyarrow as pa

from inglenook_indexer.embed.chunk_text import chunk_text

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

    `waiting` has one row for each chunk, of path and hash. A text that several files have goes with the file that comes
    first.
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
        found.append(encoder.embed([chunk_text(row["path"], row["symbol"], row["text"]) for row in part]))
    return np.concatenate(found) if found else np.zeros((0, 0), np.float32)


class IdleEncoder:
    """The encoder in a process of its own at idle priority: threads that a model runs on can't be nice to another's."""

    def __init__(self, folder: Path, threads: int) -> None:
        from inglenook_indexer.update.worker_process import WorkerProcess

        self._process = WorkerProcess("encode", str(folder), threads, idle=True)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows of unit length. Raises ipc.Gone."""
        found: NDArray[np.float32] = self._process.ask(list(texts))
        return found

    def stop(self) -> None:
        """End the process."""
        self._process.stop()
