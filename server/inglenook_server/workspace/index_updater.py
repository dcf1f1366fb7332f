"""Keeps one index up to date while a server runs: at start, on saves, on changes from outside, on unsaved edits.

Only the index worker writes; other threads name paths that may have changed. Knows nothing of LSP.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexBusy, IndexerError

from inglenook_server.runtime.status import FolderStatus
from inglenook_server.runtime.workers import Cancelled, Job, Worker
from inglenook_server.workspace.idle_encoding import IdleEncoding
from inglenook_server.workspace.workspace import Workspace

if TYPE_CHECKING:
    from inglenook_indexer.types import Progress, Report
    from inglenook_indexer.watch.watcher import Watcher

BUSY_RETRY_S = 3.0
"""Seconds before a writer that found another process writing tries again."""

OnProgress = Callable[["Progress"], None]
Show = Callable[[str, Callable[[], None]], AbstractContextManager[OnProgress | None]]
"""(name of the folder, what stops the work) -> a context that gives where progress is reported."""

_log = logging.getLogger(__name__)


class IndexUpdater:
    """Writes one index, and holds the paths and edits that it has yet to look at."""

    def __init__(
        self,
        workspace: Workspace,
        worker: Worker,
        status: FolderStatus,
        on_change: Callable[[], None],
        encoding: IdleEncoding | None = None,
    ) -> None:
        """`on_change` is called on the worker's thread after each change of the store.

        Unsaved edits do not count: a typist makes one at every pause, and what was retrieved for them stays right.
        `encoding` is the encoder's work, where it is wanted.
        """
        self._workspace = workspace
        self._worker = worker
        self._status = status
        self._on_change = on_change
        self._encoding = encoding
        self._lock = threading.Lock()
        self._dirty: set[Path] = set()
        self._edits: dict[str, str | None] = {}
        self._update_queued = self._edits_queued = False
        self._timer: threading.Timer | None = None
        self._watcher: Watcher | None = None
        self._stop = threading.Event()
        self.show: Show = lambda _name, _stop: nullcontext()
        """Shows the progress of updates that nobody asked for, such as after a change of branches."""

    def refresh(self, *, rebuild: bool = False, progress: OnProgress | None = None) -> Job[Report]:
        """Reconcile the whole workspace."""
        return self._worker.submit(lambda cancelled: self._refresh(cancelled, rebuild, progress))

    def look(self) -> None:
        """Tell the status what the index holds, without indexing."""
        self._worker.submit(self._look)

    def changed(self, paths: Iterable[Path]) -> None:
        """Look at these files or folders again, soon. Any thread; a path that is unchanged costs a stat."""
        with self._lock:
            self._dirty.update(paths)
            queued, self._update_queued = self._update_queued, bool(self._dirty)
            if queued or not self._dirty:
                return
        self._worker.submit(self._update)

    def edited(self, path: str, text: str | None) -> None:
        """Search an unsaved buffer instead of its file; None ends that. Any thread.

        A text that equals the file, and an excluded file, are passed over; that is found out on a thread of its own.
        """
        with self._lock:
            self._edits[path] = text
            running, self._edits_queued = self._edits_queued, True
        if not running:  # on a thread of its own: it writes nothing, and must not wait for a run that does
            threading.Thread(target=self._shadow, name="inglenook-shadow", daemon=True).start()

    def watch(self) -> None:
        """Begin to watch the folder, on the worker's thread: thousands of folders inside it take a moment."""
        self._worker.submit(self._watch)

    def close(self) -> None:
        """Stop watching, waiting and encoding. Queued jobs end as soon as they start."""
        self._stop.set()
        if self._encoding is not None:
            self._encoding.close()
        if self._timer is not None:
            self._timer.cancel()
        if self._watcher is not None:
            self._watcher.stop()

    def _refresh(self, cancelled: Cancelled, rebuild: bool, progress: OnProgress | None) -> Report:
        self._status.set(indexing="Indexing ...")
        try:
            report = self._workspace.index.refresh(
                rebuild=rebuild, progress=self._told(progress), cancelled=lambda: cancelled() or self._stop.is_set()
            )
        except IndexBusy:
            self._later(lambda: self.refresh(rebuild=rebuild))
            self._look(cancelled)
            raise
        except IndexerError as error:
            self._look(cancelled)  # what it holds is searched all the same
            self._status.set(index_problem=f"{error.message} {error.mend}".strip())
            raise
        finally:
            self._status.set(indexing="")
        self._settled(report)
        self._worker.submit(self._warm)
        return report

    def _told(self, progress: OnProgress | None) -> OnProgress:
        """Pass progress on, and tell the status at each hundredth of the files."""
        last = -1

        def on_progress(now: Progress) -> None:
            nonlocal last
            share = 100 * now.done // now.total if now.total else last
            if share != last:
                last = share
                self._status.set(indexing=f"Indexing {now.done:,} of {now.total:,} files")
            if progress is not None:
                progress(now)

        return on_progress

    def _warm(self, _: Cancelled) -> None:
        """Open the store before a request needs it: for an unchanged workspace only the manifest was read."""
        if self._stop.is_set():
            return
        try:
            self._workspace.index.warm()
        except IndexerError as error:
            _log.warning("The index could not be opened: %s", error.message)

    def _look(self, _: Cancelled) -> None:
        if self._stop.is_set():
            return
        try:
            status = self._workspace.index.status()
        except IndexerError as error:
            self._status.set(index_problem=f"{error.message} {error.mend}".strip())
        else:
            self._status.set(files=status.files, chunks=status.chunks, index_problem="")

    def _update(self, cancelled: Cancelled) -> None:
        with self._lock:
            paths, self._dirty, self._update_queued = self._dirty, set(), False
        if self._stop.is_set():
            return
        stopped = threading.Event()  # set by the user

        def stop() -> bool:
            return cancelled() or stopped.is_set() or self._stop.is_set()

        try:
            with self.show(self._workspace.root.name, stopped.set) as progress:
                report = self._workspace.index.update(paths, progress=progress, cancelled=stop)
        except IndexBusy:
            self._later(lambda: self.changed(paths))
        except IndexerError as error:
            self._status.set(index_problem=f"{error.message} {error.mend}".strip())
        else:
            self._settled(report)

    def _shadow(self) -> None:
        """Pass edits on to the index until there are none."""
        while True:
            with self._lock:
                edits, self._edits = self._edits, {}
                self._edits_queued = bool(edits)
            if not edits:
                return
            for path, text in edits.items():
                if self._stop.is_set():
                    return
                try:
                    if text is not None and self._workspace.reason_excluded(path) is not None:
                        continue
                    saved = text is not None and is_on_disk(self._workspace.root / path, text)
                    self._workspace.index.shadow(path, None if saved else text)
                except Exception as error:
                    _log.warning("an unsaved file is not searchable: %s", type(error).__name__)

    def _watch(self, _: Cancelled) -> None:
        from inglenook_indexer.watch.watcher import Watcher

        if self._stop.is_set() or self._watcher is not None:
            return
        watcher = Watcher(self._workspace.root, self.changed)
        try:
            watcher.start()
        except OSError as error:
            _log.warning("The folders can't be watched (%s); saving a file in the editor still indexes it.", error)
            return
        self._watcher = watcher
        if self._stop.is_set():  # closed meanwhile
            watcher.stop()

    def _settled(self, report: Report) -> None:
        self._workspace.forget_reasons()
        self._status.set(files=report.files, chunks=report.chunks, index_problem="")
        if report.changed or report.removed:  # an editor and the watcher tell the same change: the second says nothing
            self._on_change()
        if self._encoding is not None and not report.cancelled:
            self._encoding.soon()

    def _later(self, action: Callable[[], object]) -> None:
        if self._stop.is_set():
            return
        self._timer = threading.Timer(BUSY_RETRY_S, action)
        self._timer.daemon = True
        self._timer.start()


def is_on_disk(file: Path, text: str) -> bool:
    """Whether a file holds exactly this text."""
    try:
        return file.read_bytes() == text.encode("utf-8")
    except (OSError, UnicodeEncodeError):
        return False
