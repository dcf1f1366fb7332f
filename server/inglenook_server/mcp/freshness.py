"""Brings an index up to date before it is asked, for a moment at most; what is not up to date then is said.

As `inglenook search` does, but an agent asks many times: a folder that was just looked at is not looked at again. A
folder without an index is left alone: an agent may have been started anywhere.
"""

from __future__ import annotations

import time
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexBusy, IndexerError

if TYPE_CHECKING:
    from inglenook_indexer.types import Report

    from inglenook_server.runtime.workers import Job
    from inglenook_server.workspace.folders import OpenFolder

WAIT_S = 0.6
"""Seconds that an answer waits for files to be read: with what else a first answer takes, it comes within two."""
CHEAP_S = 0.15
"""A look at the folder that takes no longer is taken before every answer."""
SHARE = 5
"""One that takes longer counts for so many times as long: looking must not be what the machine does."""


class Freshness:
    """How up to date one folder's index is. One thread asks."""

    def __init__(self, folder: OpenFolder) -> None:
        self.folder = folder
        self._job: Job[Report] | None = None
        self._started = self._ended = 0.0
        """When the last look began, and when it ended."""
        self._looked = 0.0
        """When the last look began that found everything."""
        self._problem = ""

    @property
    def indexed(self) -> bool:
        """Whether anything is indexed. Raises StorageError."""
        return self.folder.workspace.index.status().files > 0

    def start(self) -> None:
        """Begin to look for changes, unless that is going on, or takes long and was done just now."""
        now, took = time.monotonic(), self._ended - self._started
        counts = SHARE * took if took > CHEAP_S else 0.0
        if self._job is None and (not self._ended or now >= self._ended + counts) and self.indexed:
            self._started = now
            self._job = self.folder.updater.refresh()
            self._job.future.add_done_callback(lambda _: self._end())

    def missing(self) -> str:
        """What is said of a folder without an index: who is making it, or what does."""
        from inglenook_indexer.store.known_indexes import busy

        root = self.folder.path
        if busy(self.folder.workspace.index.folder):
            return f"{root} is being indexed now, by another process: ask again in a moment."
        return f"{root} is not indexed: run `inglenook index {root}`, then ask again."

    def note(self, wait_s: float = WAIT_S) -> str:
        """Look for changes, wait so long, and tell what an answer may not know of; empty where it knows everything.

        Raises StorageError.
        """
        asked = time.monotonic()
        if not self.indexed:
            return self.missing()
        for _ in range(2):  # a look that is going on began before the question: it may have passed what changed since
            if self._looked < asked:
                self.start()
            if self._job is not None and not self._collect(self._job, max(0.0, asked + wait_s - time.monotonic())):
                return f"Changes of the last {self._age()} are still being read; what follows may not know of them."
        if self._problem:
            return self._problem
        return f"Changes of the last {self._age()} are not looked at yet." if self._looked < asked else ""

    def _end(self) -> None:
        self._ended = time.monotonic()

    def _collect(self, job: Job[Report], wait_s: float) -> bool:
        """Whether the look has ended; then what came of it is kept."""
        try:
            job.future.result(timeout=wait_s)
            self._problem = ""
        except NotYet:
            return False
        except IndexBusy:
            self._problem = "Another process is writing this index; what follows is from what it has committed."
        except IndexerError as error:
            self._problem = f"{error.message} The index is not brought up to date. {error.mend}".strip()
        self._job, self._looked = None, self._started
        return True

    def _age(self) -> str:
        if not self._looked:
            return "minutes"
        return f"{max(1, round(time.monotonic() - self._looked))} s"
