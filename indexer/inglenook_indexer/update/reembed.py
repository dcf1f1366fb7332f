"""A store's rows written anew, into another one: with vectors of another static table, or just as they are.

What an old version of a table or one of its indices held stays behind. Some thousand rows in one commit, so that it
can be stopped, and taken up again, at any of them. Knows nothing of folders, locks, or of which table is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from inglenook_indexer.chunks.rows import embedded_text
from inglenook_indexer.chunks.schema import with_vectors
from inglenook_indexer.embed.base import Embedder
from inglenook_indexer.types import Progress

if TYPE_CHECKING:
    from inglenook_indexer.store.tables import Tables

_COMMIT_ROWS = 6_000  # as `write` has it: under two seconds of work that a kill loses at most


def rewrite(
    old: Tables,
    new: Tables,
    embedder: Embedder | None,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> bool:
    """Fill `new` with the rows of `old`; False when it was stopped. Raises StorageError.

    Vectors are made by `embedder`; without one they are kept.

    Files that `new` has are passed over: another run wrote them.
    """
    written = {path for path, *_ in new.encoded.files()}
    counts = {path: chunks for path, _, _, _, chunks, _ in old.encoded.files()}
    total, done = sum(counts.values()), sum(counts[path] for path in written & counts.keys())
    stage = "reembed" if embedder else "purge"
    progress(Progress(stage, done, total))
    for paths in _batches({path: counts[path] for path in counts if path not in written}):
        if cancelled():
            return False
        rows = old.table.rows(paths, vectors=embedder is None)
        if embedder is not None:
            texts = map(embedded_text, rows["path"].to_pylist(), rows["text"].to_pylist())
            rows = with_vectors(rows, embedder.embed(list(texts)), new.schema_)
        new.writer.replace(rows, paths, fresh=True)
        done += rows.num_rows
        progress(Progress(stage, done, total))
    new.writer.tidy(first=True)
    return True


def _batches(counts: dict[str, int]) -> Iterator[Sequence[str]]:
    """Whole files, about `_COMMIT_ROWS` chunks at a time."""
    batch: list[str] = []
    size = 0
    for path, chunks in sorted(counts.items()):
        batch.append(path)
        size += chunks
        if size >= _COMMIT_ROWS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
