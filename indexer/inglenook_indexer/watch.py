"""File system events -> sets of paths that may have changed. Hints only: what they mean is for the index to find out.

Folders that the rules exclude are not watched at all, so a busy `node_modules` costs nothing. Where the system has no
watches left, folders are polled instead, and that is said once.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.discover import check_root, folders, reason_excluded
from inglenook_indexer.ignore import IGNORE_FILES

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

_POLL_S = 5.0  # between two looks at the whole workspace where events are not to be had
_MAX_WAIT_S = 2.0  # a stream of events that never pauses is passed on this often
_IN_FILES = IGNORE_FILES

_log = logging.getLogger(__name__)


class Watcher:
    """Calls `on_paths` from a thread of its own, with absolute paths, once the workspace was quiet for `debounce_s`.

    `on_message` gets a sentence when watching degrades. Paths may be folders, may be gone, may be unchanged.
    """

    def __init__(
        self,
        root: Path,
        on_paths: Callable[[set[Path]], None],
        debounce_s: float = 0.2,
        on_message: Callable[[str], None] | None = None,
    ) -> None:
        self._root = check_root(root)
        self._on_paths = on_paths
        self._debounce_s = debounce_s
        self._on_message = on_message or _log.warning
        self._wake = threading.Condition()
        self._dirty: set[Path] = set()
        self._first = self._last = 0.0
        self._stopping = False
        self._watched: set[str] = set()
        self._observer: BaseObserver | None = None
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin. Returns when every folder is watched, so that no later change is missed."""
        from watchdog.observers import Observer

        self._observer = Observer()
        try:
            self._observer.start()
            for folder in folders(self._root):
                self._watch(folder)
        except OSError as error:
            self._poll_instead(error)
        self._run(self._deliver, "inglenook-watch")

    def stop(self) -> None:
        """End; events that were not passed on yet are dropped."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        observer, self._observer = self._observer, None
        if observer is not None:
            observer.stop()
            if observer.is_alive():
                observer.join(timeout=5)
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(timeout=5)

    def _run(self, target: Callable[[], None], name: str) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _watch(self, folder: str) -> None:
        """Watch one folder, not what is below it. Raises OSError when the system has no watches left."""
        from watchdog.events import (
            DirCreatedEvent,
            DirDeletedEvent,
            DirMovedEvent,
            FileClosedEvent,
            FileCreatedEvent,
            FileDeletedEvent,
            FileModifiedEvent,
            FileMovedEvent,
            FileSystemEventHandler,
        )

        kinds: list[type[FileSystemEvent]] = [
            FileCreatedEvent, FileDeletedEvent, FileMovedEvent, FileClosedEvent, DirCreatedEvent, DirDeletedEvent,
            DirMovedEvent,
        ]  # fmt: skip
        if os.name == "nt" or os.uname().sysname != "Linux":
            kinds.append(FileModifiedEvent)  # only inotify tells when a file was closed
        if folder in self._watched or self._observer is None:
            return
        handler = FileSystemEventHandler()
        handler.dispatch = self._seen  # type: ignore[method-assign]
        try:
            self._observer.schedule(handler, str(self._root / folder), event_filter=kinds)
        except FileNotFoundError:
            return  # gone again
        self._watched.add(folder)

    def _seen(self, event: FileSystemEvent) -> None:
        """One event, on the observer's thread: note its paths, and watch a folder that is new."""
        paths = {Path(os.fsdecode(path)) for path in (event.src_path, event.dest_path) if path}
        kept = {path for path in paths if self._matters(path, event.is_directory)}
        if event.is_directory:
            self._watch_new(kept)
        if kept:
            self._note(kept)

    def _matters(self, path: Path, is_folder: bool) -> bool:
        try:
            relative = path.relative_to(self._root).as_posix()
        except ValueError:
            return False
        if path.name in _IN_FILES or relative == ".":
            return True
        return reason_excluded(self._root, f"{relative}/x" if is_folder else relative) is None

    def _watch_new(self, paths: set[Path]) -> None:
        try:
            for path in paths:
                relative = path.relative_to(self._root).as_posix()
                gone = {folder for folder in self._watched if folder == relative or folder.startswith(f"{relative}/")}
                self._watched -= gone  # a folder of that name is another one now
                if path.is_dir() and not path.is_symlink():
                    for folder in folders(self._root, relative):
                        self._watch(folder)
        except OSError as error:
            self._poll_instead(error)

    def _note(self, paths: set[Path]) -> None:
        with self._wake:
            now = time.monotonic()
            if not self._dirty:
                self._first = now
            self._last = now
            self._dirty |= paths
            self._wake.notify_all()

    def _deliver(self) -> None:
        """Pass dirty paths on after a pause, or when they have waited long enough."""
        while (paths := self._settled()) is not None:
            try:
                self._on_paths(paths)
            except Exception:
                _log.exception("a listener of file events failed")

    def _settled(self) -> set[Path] | None:
        """Wait for a set worth passing on; None when it is time to end."""
        with self._wake:
            while not self._stopping:
                now = time.monotonic()
                due = min(self._last + self._debounce_s, self._first + _MAX_WAIT_S) - now
                if self._dirty and due <= 0:
                    paths, self._dirty = self._dirty, set()
                    return paths
                self._wake.wait(due if self._dirty else None)
        return None

    def _poll_instead(self, error: OSError) -> None:
        """No watches left, or none to be had: look at everything now and then."""
        if self._observer is None:
            return
        observer, self._observer = self._observer, None
        observer.stop()
        self._on_message(
            f"The system's limit of watched folders is reached ({error.strerror or error}); looking for changes every"
            f" {_POLL_S:.0f} s instead. On Linux, raise fs.inotify.max_user_watches with sysctl."
        )
        self._run(self._poll, "inglenook-poll")

    def _poll(self) -> None:
        """Compare names, sizes and times of the workspace's files with the last look's."""
        before = dict(self._look())
        while not self._pause(_POLL_S):
            after = dict(self._look())
            changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
            if changed:
                self._note({self._root / path for path in changed})
            before = after

    def _look(self) -> Iterator[tuple[str, tuple[int, int]]]:
        from inglenook_indexer.discover import Candidate, walk

        for one in walk(self._root):
            if isinstance(one, Candidate):
                yield one.path, (one.size, one.mtime_ns)

    def _pause(self, seconds: float) -> bool:
        """Sleep; True when it is time to end."""
        with self._wake:
            return self._wake.wait_for(lambda: self._stopping, seconds)
