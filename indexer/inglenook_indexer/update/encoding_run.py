"""One run of the second tier over an open index: what waits, in which order, until nothing waits or somebody stops it.

Knows nothing of how the encoder works or where vectors are kept.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from inglenook_indexer.errors import IndexMissing, StorageError
from inglenook_indexer.store.manifest import Manifest
from inglenook_indexer.system.ipc import Gone
from inglenook_indexer.types import Progress
from inglenook_indexer.update import encoding_order
from inglenook_indexer.update.encode import Embeds, IdleEncoder, batches, encode

if TYPE_CHECKING:
    from inglenook_indexer.embed.encoder import Encoder
    from inglenook_indexer.search.session import Session
    from inglenook_indexer.store.encodings import Encodings
    from inglenook_indexer.store.tables import Tables

T = TypeVar("T")
_SAVE_EVERY_S = 30.0  # between two times that progress is written down; the vectors themselves always are
_TIDY_EVERY = 32  # commits
_FEW = 16  # texts that are encoded here: starting a process would take as long


class EncodingRun:
    """`held` is the writer's lock, `manifest` and `save` the manifest under it; `twice` asks as `Access.twice` does."""

    def __init__(
        self,
        session: Session,
        held: Callable[[], AbstractContextManager[None]],
        manifest: Callable[[], Manifest],
        save: Callable[[Manifest], None],
        twice: Callable[[Callable[[], Any]], Any],
    ) -> None:
        self._session = session
        self._held = held
        self._manifest = manifest
        self._save = save
        self._twice = twice

    def run(
        self,
        encoder: Encoder,
        folder: Path,
        hot: Callable[[], Iterable[str]],
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
        paused: Callable[[], bool],
        idle: bool,
        *,
        unverified: bool = False,
    ) -> bool:
        """Encode what waits; False when it was stopped. Raises IndexBusy, StorageError.

        `unverified`: a run before was killed; what it left is cleaned up.
        """
        with self._held():
            manifest = self._counted()
            waiting = self._asked(lambda store: store.encoded.waiting())
        total, done = manifest.chunks, manifest.encoded
        progress(Progress("encode", done, total))
        paths = sorted(set(waiting["path"].to_pylist()))
        hottest = {*self._session.overlay.paths, *hot()}
        ordered = encoding_order.order(paths, manifest.files, hottest, self._session.retrieved)
        saved = time.monotonic()
        with _at_work(encoder, folder, idle and waiting.num_rows > _FEW) as worker:
            for number, (hashes, places) in enumerate(batches(waiting, ordered), 1):
                with self._held():
                    rows = self._texts(hashes)
                if not rows:
                    continue
                try:
                    vectors = encode(rows, worker, cancelled, paused)
                except Gone as error:
                    raise StorageError(f"The encoder in {folder} ended early ({error}).") from None
                if not len(vectors):
                    break
                whole = len(vectors) == len(rows)
                with self._held():
                    manifest = self._manifest()
                    # A text that was taken out meanwhile, to be forgotten, gets no vector.
                    known = [row["hash"] for row in rows[: len(vectors)]]
                    there = {row["hash"] for row in self._texts(known)}
                    kept = [place for place, one in enumerate(known) if one in there]
                    encodings = self._encodings()
                    if kept:
                        encodings.add([known[place] for place in kept], vectors[kept])
                    for path, count in Counter(places).items() if whole else ():  # of a part, they are counted below
                        entry = manifest.files.get(path)
                        if entry is not None:
                            entry.encoded = min(entry.chunks, entry.encoded + count)
                    if time.monotonic() - saved > _SAVE_EVERY_S:
                        self._save(manifest)
                        saved = time.monotonic()
                    if number % _TIDY_EVERY == 0:
                        encodings.tidy()
                if not whole:
                    break
                done += len(places)
                progress(Progress("encode", done, total))
        with self._held():
            manifest = self._counted()
            store, encodings = self._store(), self._encodings()
            if manifest.encoded == manifest.chunks:
                encodings.prune(store.table.chunk_hashes())
            encodings.tidy(unverified=unverified)
            self._save(manifest)
        return manifest.encoded == manifest.chunks

    def _store(self) -> Tables:
        """The store as it is now, under the lock: another may have taken its place since the last batch."""
        if self._session.store.client is None:
            self._session.open()
        return self._session.store

    def _encodings(self) -> Encodings:
        encodings = self._store().encodings
        assert encodings is not None
        return encodings

    def _texts(self, hashes: Sequence[str]) -> list[dict[str, Any]]:
        return self._asked(lambda store: store.table.texts(hashes))

    def _asked(self, ask: Callable[[Tables], T]) -> T:
        """What the store answers; asked again where another process has put a new one in its place."""
        answer: T = self._twice(lambda: ask(self._store()))
        return answer

    def _counted(self) -> Manifest:
        """The manifest with its counts of encoded chunks taken from the store anew."""
        manifest = self._manifest()
        if not manifest.files:
            raise IndexMissing("Nothing was indexed here yet.", "Run `inglenook index`.")
        waits = Counter(self._asked(lambda store: store.encoded.waiting())["path"].to_pylist())
        for path, entry in manifest.files.items():
            entry.encoded = entry.chunks - min(entry.chunks, waits[path])
        return manifest


@contextmanager
def _at_work(encoder: Encoder, folder: Path, idle: bool) -> Iterator[Embeds]:
    """The encoder of this process, or one at idle priority on half of the processors."""
    if not idle:
        yield encoder
        return
    try:
        other = IdleEncoder(folder, max(1, (os.cpu_count() or 2) // 2))
    except OSError:
        yield encoder
        return
    try:
        yield other
    finally:
        other.stop()
