"""One run of the second tier over an open index: what waits, in which order, until nothing waits or somebody stops it.

Knows nothing of how the encoder works or where vectors are kept.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer import heat
from inglenook_indexer.encode import Embeds, IdleEncoder, batches, encode
from inglenook_indexer.errors import IndexMissing, StorageError
from inglenook_indexer.manifest import Manifest
from inglenook_indexer.pipes import Gone
from inglenook_indexer.types import Progress

if TYPE_CHECKING:
    from inglenook_indexer.embed.encoder import Encoder
    from inglenook_indexer.session import Session

_SAVE_EVERY_S = 30.0  # between two times that progress is written down; the vectors themselves always are
_TIDY_EVERY = 32  # commits
_FEW = 16  # texts that are encoded here: starting a process would take as long


class Tier:
    """`held` is the writer's lock, `manifest` and `save` the manifest under it."""

    def __init__(
        self,
        session: Session,
        held: Callable[[], AbstractContextManager[None]],
        manifest: Callable[[], Manifest],
        save: Callable[[Manifest], None],
    ) -> None:
        self._session = session
        self._held = held
        self._manifest = manifest
        self._save = save

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
        store = self._session.store
        encodings = store.encodings
        assert encodings is not None
        with self._held():
            manifest = self._counted()
            waiting = store.waiting()
        total, done = manifest.chunks, manifest.encoded
        progress(Progress("encode", done, total))
        paths = sorted(set(waiting["path"].to_pylist()))
        hottest = {*self._session.overlay.paths, *hot()}
        ordered = heat.order(paths, manifest.files, hottest, self._session.retrieved)
        saved = time.monotonic()
        with _at_work(encoder, folder, idle and waiting.num_rows > _FEW) as worker:
            for number, (hashes, places) in enumerate(batches(waiting, ordered), 1):
                rows = store.texts(hashes)
                try:
                    vectors = encode(rows, worker, cancelled, paused)
                except Gone as error:
                    raise StorageError(f"The encoder in {folder} ended early ({error}).") from None
                if not len(vectors):
                    break
                whole = len(vectors) == len(rows)
                with self._held():
                    manifest = self._manifest()
                    encodings.add([row["hash"] for row in rows[: len(vectors)]], vectors)
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
            if manifest.encoded == manifest.chunks:
                encodings.prune(store.living())
            encodings.tidy(unverified=unverified)
            self._save(manifest)
        return manifest.encoded == manifest.chunks

    def _counted(self) -> Manifest:
        """The manifest with its counts of encoded chunks taken from the store anew."""
        manifest = self._manifest()
        if not manifest.files:
            raise IndexMissing("Nothing was indexed here yet.", "Run `inglenook index`.")
        waits = Counter(self._session.store.waiting()["path"].to_pylist())
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
