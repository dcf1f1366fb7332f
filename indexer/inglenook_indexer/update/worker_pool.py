"""Shares a large run's files among this process and a few worker processes. Knows neither store nor manifest."""

from __future__ import annotations

import logging
import os
import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from inglenook_indexer.files.discover import Candidate
from inglenook_indexer.system.ipc import Gone
from inglenook_indexer.update.batch import Batch, Group
from inglenook_indexer.update.worker_process import WorkerProcess

_GROUP_BYTES = 300_000  # of files cut in one go: a quarter of a second, and how long a cancelled run still runs
_GROUP_FILES = 128
_PAYS_BYTES = 4_000_000  # of files to cut: some four seconds of work; a worker takes one and a half to start
_MOST = 3  # workers: each holds some 200 MB
_WAITING = 6  # answers that may wait to be taken

_log = logging.getLogger(__name__)


def groups(changed: Sequence[Candidate], digest_of: Callable[[str], str]) -> Iterator[Group]:
    """The files in order, cut into groups of about equal work."""
    group: Group = []
    size = 0
    for one in changed:
        group.append((one, digest_of(one.path)))
        size += one.size
        if size >= _GROUP_BYTES or len(group) >= _GROUP_FILES:
            yield group
            group, size = [], 0
    if group:
        yield group


def workers_for(changed: Sequence[Candidate]) -> int:
    """How many workers pay for these files on this machine."""
    if sum(one.size for one in changed) < _PAYS_BYTES:
        return 0
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    return min(cores - 1, _MOST)


class WorkerPool:
    """Worker processes at work from the start on, so that they get going while this process still imports.

    Iterate to take part: groups are cut here with `here`, and there; batches come in no order.
    """

    def __init__(self, root: Path, work: Sequence[Group], embedder: str, count: int) -> None:
        self._todo = deque(work)
        self._lock = threading.Lock()
        self._done: queue.Queue[Batch] = queue.Queue(_WAITING)
        self._out = 0  # groups taken that were not yielded yet
        self._closed = False
        self._workers: list[WorkerProcess] = []
        for number in range(count):
            try:
                worker = WorkerProcess("cut", str(root), embedder)
            except OSError as error:
                _log.warning("indexing without a worker process: %s", error)
                break
            self._workers.append(worker)
            threading.Thread(target=self._feed, args=(worker,), name=f"inglenook-worker-{number}", daemon=True).start()

    def batches(self, here: Callable[[Group], Batch]) -> Iterator[Batch]:
        """Every batch, from whoever cut it. Rows of workers are bytes yet."""
        while True:
            while not self._done.empty():
                yield self._given(self._done.get())
            group = self._take()
            if group is not None:
                yield self._given(here(group))
            elif self._busy():
                try:
                    yield self._given(self._done.get(timeout=0.05))
                except queue.Empty:
                    continue
            else:
                return

    def close(self) -> None:
        """End the workers, done or not."""
        self._closed = True
        for worker in self._workers:
            worker.stop()

    def _take(self) -> Group | None:
        with self._lock:
            if not self._todo:
                return None
            self._out += 1
            return self._todo.popleft()

    def _given(self, batch: Batch) -> Batch:
        with self._lock:
            self._out -= 1
        return batch

    def _busy(self) -> bool:
        with self._lock:
            return self._out > 0

    def _feed(self, worker: WorkerProcess) -> None:
        """One worker's thread. A group whose worker fails goes back, to be cut here."""
        while not self._closed and (group := self._take()) is not None:
            try:
                batch = worker.ask(group)
            except Gone as error:
                with self._lock:
                    self._out -= 1
                    self._todo.append(group)
                if not self._closed:
                    _log.warning("a worker process ended early (%s); its files are cut here", error)
                return
            while not self._closed:
                try:
                    self._done.put(batch, timeout=0.5)
                    break
                except queue.Full:
                    continue
