"""Ctrl-C stops what is being done, and not the program. Knows nothing of what is done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from concurrent.futures import wait
from types import FrameType
from typing import TypeVar

from inglenook_server.cli.console import err
from inglenook_server.runtime.workers import Cancelled, Worker

T = TypeVar("T")

WAKE_S = 0.2
"""Seconds between two looks at whether Ctrl-C was pressed, which not every system tells a thread that waits."""


def interruptible(worker: Worker, work: Callable[[Cancelled], T]) -> T:
    """The result of `work`, done on the worker's thread; Ctrl-C makes its `cancelled` true. Raises what it raises.

    On a thread of its own, because native code on the main one would keep the signal waiting until it is done.
    """
    job = worker.submit(work)

    def pressed(_signal: int, _frame: FrameType | None) -> None:
        if job.stop.is_set():
            raise KeyboardInterrupt  # what it waits for can't be stopped: a model that is loaded, a linter
        job.stop.set()
        err().print("\nStopping … (Ctrl-C again ends the program)", style="dim")

    if threading.current_thread() is not threading.main_thread():
        return job.future.result()
    before = signal.signal(signal.SIGINT, pressed)
    try:
        while not wait([job.future], WAKE_S).done:
            pass
    finally:
        signal.signal(signal.SIGINT, before)
    return job.future.result()
