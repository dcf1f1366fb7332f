"""Worker threads with a queue each: one writes the index, one runs the model. Knows nothing of either, nor of LSP.

A job is a function that is given `cancelled` and calls it now and then. Jobs run one after another, the more urgent
first. pygls' thread pool is not used: it also reads stdin.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Cancelled = Callable[[], bool]

LAST = -1
"""Urgency of a closing worker's last job: before all jobs that still wait, which are then dropped."""
CLOSE_S = 5.0
"""Seconds that `close` waits for the thread."""

_log = logging.getLogger(__name__)


@dataclass(order=True)
class Job(Generic[T]):
    """One piece of work in a worker's queue, and its result."""

    urgency: int
    """Lower runs earlier."""
    number: int
    work: Callable[[Cancelled], T] | None = field(compare=False)
    future: Future[T] = field(compare=False, default_factory=Future)
    stop: threading.Event = field(compare=False, default_factory=threading.Event)

    def cancel(self) -> None:
        """Tell the work to stop; if it has not begun, it never will."""
        self.stop.set()
        self.future.cancel()


class Worker:
    """A daemon thread with a queue."""

    def __init__(self, name: str, idle_s: float = 0, on_idle: Callable[[], None] | None = None) -> None:
        self._name = name
        self._idle_s = idle_s
        self._on_idle = on_idle
        self._queue: queue.PriorityQueue[Job[Any]] = queue.PriorityQueue()
        self._numbers = itertools.count()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._current: Job[Any] | None = None
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._current is not None or not self._queue.empty()

    def awaited(self, urgency: int) -> bool:
        """Whether a job waits that is more urgent than this."""
        with self._queue.mutex:
            return bool(self._queue.queue) and self._queue.queue[0].urgency < urgency

    def submit(self, work: Callable[[Cancelled], T], urgency: int = 1) -> Job[T]:
        """Queue `work`. The thread starts with the first job."""
        job: Job[T] = Job(urgency, next(self._numbers), work)
        if self._closed:
            job.cancel()
            return job
        self._queue.put(job)
        with self._starting:
            if self._thread is None:
                thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                thread.start()
                self._thread = thread  # only now: `close`, on another thread, joins what it finds here
        return job

    async def call(self, work: Callable[[Cancelled], T], urgency: int = 1) -> T:
        """Run `work` and wait for its result. When the caller is cancelled, so is the work."""
        return await self.result(self.submit(work, urgency))

    async def result(self, job: Job[T]) -> T:
        """Wait for a job's result. When the caller is cancelled, so is the job."""
        try:
            return await asyncio.wrap_future(job.future)
        except asyncio.CancelledError:
            job.cancel()
            raise

    def idle_after(self, seconds: float) -> None:
        """Change how long without a job counts as idle; 0 is never. Takes effect with the next job."""
        self._idle_s = seconds

    def close(self, last: Callable[[], None] | None = None) -> None:
        """Cancel what runs and what waits, run `last` on the thread, and wait for it a few seconds."""
        if self._closed:
            return
        self._closed = True
        if self._thread is None:
            return
        current = self._current
        if current is not None:
            current.cancel()
        done: Job[None] = Job(LAST, next(self._numbers), (lambda _: last()) if last else None)
        self._queue.put(done)
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        while not self._closed or not self._queue.empty():
            try:
                job = self._queue.get(timeout=self._idle_s or None)
            except queue.Empty:
                if self._on_idle is not None:
                    self._on_idle()
                continue
            if self._closed and job.urgency > LAST:
                job.cancel()
                continue
            self._current = job
            self._do(job)
            self._current = None

    def _do(self, job: Job[Any]) -> None:
        if not job.future.set_running_or_notify_cancel():
            return
        try:
            result = job.work(job.stop.is_set) if job.work is not None else None
        except BaseException as error:
            job.future.set_exception(error)
        else:
            job.future.set_result(result)
