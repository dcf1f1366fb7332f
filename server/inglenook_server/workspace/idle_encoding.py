"""The second tier of one index, in the background: recent files first, while nobody types, not on battery.

It runs on the index worker after all other jobs, and stops as soon as another one waits there. The encoder itself runs
in a process at idle priority. Knows nothing of LSP.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable

from inglenook_indexer.errors import IndexBusy, IndexerError

from inglenook_server.errors import ModelError
from inglenook_server.runtime.activity import Activity
from inglenook_server.runtime.workers import Cancelled, Worker
from inglenook_server.workspace.workspace import Workspace

URGENCY = 9
"""After everything else."""
RETRY_S = 60.0
"""Seconds before work that had to wait for power, or for another process, is tried again."""

_log = logging.getLogger(__name__)


class IdleEncoding:
    """Encodes the chunks without vectors of the encoder, each time `soon` is called. It may stop anywhere and go on."""

    def __init__(
        self,
        workspace: Workspace,
        worker: Worker,
        activity: Activity,
        hot: Callable[[], Iterable[str]],
        on_change: Callable[[], None],
    ) -> None:
        """`hot` gives the paths of documents that are open or were edited lately; `on_change` as in `IndexUpdater`."""
        self._workspace = workspace
        self._worker = worker
        self._activity = activity
        self._hot = hot
        self._on_change = on_change
        self._lock = threading.Lock()
        self._queued = False
        self._stop = threading.Event()
        self._timer: threading.Timer | None = None

    def soon(self) -> None:
        """Queue a run: some chunks may wait for it. Any thread."""
        with self._lock:
            if self._queued or self._stop.is_set():
                return
            self._queued = True
        self._worker.submit(self._run, URGENCY)

    def close(self) -> None:
        """Stop within a few texts."""
        self._stop.set()
        if self._timer is not None:
            self._timer.cancel()

    def _run(self, cancelled: Cancelled) -> None:
        with self._lock:
            self._queued = False

        def stop() -> bool:
            ended = cancelled() or self._stop.is_set()
            return ended or self._worker.awaited(URGENCY) or self._activity.saving_power()

        if self._stop.is_set():
            return
        if self._activity.saving_power():
            self._later()
            return
        try:
            self._encode(stop)
        except IndexBusy:
            self._later()
        except (ModelError, IndexerError) as error:
            _log.warning("Chunks are not embedded by the encoder: %s %s", error.message, error.mend)

    def _encode(self, stop: Cancelled) -> None:
        """Encode until no chunk waits, or it must stop. Raises IndexerError, ModelError."""
        from inglenook_server.models import ENCODER, ready

        index = self._workspace.index
        before = index.status()
        if before.tier2_chunks >= before.chunks:
            return
        report = index.embed(
            ready(ENCODER).folder, hot=self._hot, idle=True, paused=self._activity.busy, cancelled=stop
        )
        if index.status().tier2_chunks != before.tier2_chunks:
            self._on_change()
        if report.cancelled and self._activity.saving_power():
            self._later()
        elif report.cancelled and self._worker.awaited(URGENCY):
            self.soon()

    def _later(self) -> None:
        if not self._stop.is_set():
            self._timer = threading.Timer(RETRY_S, self.soon)
            self._timer.daemon = True
            self._timer.start()
