"""One writer at a time, among threads and among processes. Knows nothing of what is written."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inglenook_indexer.errors import IndexBusy
from inglenook_indexer.system import permissions
from inglenook_indexer.system.os_errors import unwritable


class WriterLock:
    """Threads of this process wait for each other; another process's lock raises IndexBusy at once. Reentrant."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._threads = threading.RLock()
        self._depth = 0

    @contextmanager
    def held(self, *, wait: bool = True) -> Iterator[None]:
        """Hold the lock. The system drops it when the process dies, however it dies.

        Without `wait`, another thread's lock raises IndexBusy at once, too.
        """
        from filelock import FileLock, Timeout

        if not self._threads.acquire(blocking=wait):
            raise IndexBusy("This index is being written.", "Wait until it is done; searching goes on meanwhile.")
        try:
            if self._depth:
                yield
                return
            try:
                permissions.make(self._file.parent)
                lock = FileLock(self._file, timeout=0, mode=0o600, thread_local=False)
                lock.acquire()
            except Timeout:
                raise IndexBusy(
                    "Another process is writing this index.", "Wait until it is done; searching goes on meanwhile."
                ) from None
            except OSError as error:
                raise unwritable(self._file.parent, error) from None
            self._depth = 1
            try:
                yield
            finally:
                self._depth = 0
                lock.release()
        finally:
            self._threads.release()
