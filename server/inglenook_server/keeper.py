"""Keeps one index up to date while a server runs: at start, on saves, on changes from outside, on unsaved edits.

All writing happens on the one index worker; everybody else only says what may have changed. Knows nothing of LSP.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexBusy, IndexerError

from inglenook_server.errors import ModelError
from inglenook_server.status import Board
from inglenook_server.workers import Cancelled, Job, Worker
from inglenook_server.workspace import Workspace

if TYPE_CHECKING:
    from inglenook_indexer.types import Progress, Report
    from inglenook_indexer.watch import Watcher

BUSY_RETRY_S = 3.0
"""Seconds before a writer that found another process writing tries again."""
IGNORE_FILES = frozenset({".gitignore", ".inglenookignore"})
"""A change of one of these can change what belongs in the index anywhere below it."""
ENCODER_TIER = 2
EMBED_URGENCY = 9
"""After everything else."""

OnProgress = Callable[["Progress"], None]

_log = logging.getLogger(__name__)


class Keeper:
    """The index's writer and its list of things to look at."""

    def __init__(
        self, workspace: Workspace, worker: Worker, board: Board, on_change: Callable[[], None], tier: int = 1
    ) -> None:
        """`on_change` is called on the worker's thread after each change of the store.

        Unsaved edits do not count: a typist makes one at every pause, and what was retrieved for them stays right.
        """
        self._workspace = workspace
        self._worker = worker
        self._board = board
        self._on_change = on_change
        self._tier = tier
        self._lock = threading.Lock()
        self._dirty: set[Path] = set()
        self._edits: dict[str, str | None] = {}
        self._update_queued = self._edits_queued = False
        self._embedding: Job[None] | None = None
        self._timer: threading.Timer | None = None
        self._watcher: Watcher | None = None
        self._closed = False

    def refresh(self, *, rebuild: bool = False, progress: OnProgress | None = None) -> Job[Report]:
        """Reconcile the whole workspace."""
        return self._submit(lambda cancelled: self._refresh(cancelled, rebuild, progress))

    def look(self) -> None:
        """Say what the index holds already, without indexing."""
        self._submit(self._look)

    def changed(self, paths: Iterable[Path]) -> None:
        """Look at these files or folders again, soon. Any thread; a path that is unchanged costs a stat."""
        with self._lock:
            self._dirty.update(paths)
            queued, self._update_queued = self._update_queued, bool(self._dirty)
            if queued or not self._dirty:
                return
        self._submit(self._update)

    def edited(self, path: str, text: str | None) -> None:
        """Let an unsaved buffer stand for its file; None lets the file stand for itself again. Any thread."""
        with self._lock:
            self._edits[path] = text
            under_way, self._edits_queued = self._edits_queued, True
        if not under_way:  # on a thread of its own: it writes nothing, and must not wait for a run that does
            threading.Thread(target=self._shadow, name="inglenook-shadow", daemon=True).start()

    def watch(self) -> None:
        """Begin to watch the folders, on the worker's thread: thousands of them take a moment."""
        self._submit(self._watch)

    def close(self) -> None:
        """Stop watching and waiting. What is queued is the worker's to drop."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._watcher is not None:
            self._watcher.stop()

    def _submit(self, work: Callable[[Cancelled], object], urgency: int = 1) -> Job[Report]:
        embedding = self._embedding
        if embedding is not None and urgency < EMBED_URGENCY:
            embedding.stop.set()  # it begins where it stopped, once nothing else waits
        return self._worker.submit(work, urgency)  # type: ignore[arg-type]

    def _refresh(self, cancelled: Cancelled, rebuild: bool, progress: OnProgress | None) -> Report:
        self._board.set(indexing="Indexing ...")
        try:
            report = self._workspace.index.refresh(rebuild=rebuild, progress=progress, cancelled=cancelled)
        except IndexBusy:
            self._later(lambda: self.refresh(rebuild=rebuild))
            self._look(cancelled)
            raise
        except IndexerError as error:
            self._board.set(index_problem=f"{error.message} {error.mend}".strip())
            raise
        finally:
            self._board.set(indexing="")
        self._settled(report)
        self._worker.submit(self._warm)
        return report

    def _warm(self, _: Cancelled) -> None:
        """An unchanged workspace was told from its manifest alone; the store is opened before somebody waits for it."""
        try:
            self._workspace.index.warm()
        except IndexerError as error:
            _log.warning("The index could not be opened: %s", error.message)

    def _look(self, _: Cancelled) -> None:
        try:
            status = self._workspace.index.status()
        except IndexerError as error:
            self._board.set(index_problem=f"{error.message} {error.mend}".strip())
        else:
            self._board.set(files=status.files, chunks=status.chunks, index_problem="")

    def _update(self, cancelled: Cancelled) -> None:
        with self._lock:
            paths, self._dirty, self._update_queued = self._dirty, set(), False
        try:
            if any(path.name in IGNORE_FILES for path in paths):
                report = self._workspace.index.refresh(cancelled=cancelled)
            else:
                report = self._workspace.index.update(paths)
        except IndexBusy:
            self._later(lambda: self.changed(paths))
        except IndexerError as error:
            self._board.set(index_problem=f"{error.message} {error.mend}".strip())
        else:
            self._settled(report)

    def _shadow(self) -> None:
        """Pass edits on until there are none."""
        while True:
            with self._lock:
                edits, self._edits = self._edits, {}
                self._edits_queued = bool(edits)
            if not edits:
                return
            for path, text in edits.items():
                try:
                    self._workspace.index.shadow(path, text)
                except Exception as error:
                    _log.warning("an unsaved file is not searchable: %s", type(error).__name__)

    def _watch(self, _: Cancelled) -> None:
        from inglenook_indexer.watch import Watcher

        if self._closed or self._watcher is not None:
            return
        watcher = Watcher(self._workspace.root, self.changed)
        try:
            watcher.start()
        except OSError as error:
            _log.warning("The folders can't be watched (%s); saving a file in the editor still indexes it.", error)
            return
        self._watcher = watcher

    def _settled(self, report: Report) -> None:
        self._workspace.forget_reasons()
        self._board.set(files=report.files, chunks=report.chunks, index_problem="")
        self._on_change()
        if self._tier == ENCODER_TIER and not report.cancelled:
            self._embedding = self._worker.submit(self._embed, EMBED_URGENCY)

    def _embed(self, cancelled: Cancelled) -> None:
        from inglenook_server.models import ENCODER, installed

        try:
            report = self._workspace.index.embed(installed(ENCODER).folder, cancelled=cancelled)
        except (ModelError, IndexerError) as error:
            _log.warning("Chunks are not embedded by the encoder: %s %s", error.message, error.mend)
            return
        self._on_change()
        if report.cancelled and not self._closed:
            self._embedding = self._worker.submit(self._embed, EMBED_URGENCY)

    def _later(self, action: Callable[[], object]) -> None:
        if self._closed:
            return
        self._timer = threading.Timer(BUSY_RETRY_S, action)
        self._timer.daemon = True
        self._timer.start()
