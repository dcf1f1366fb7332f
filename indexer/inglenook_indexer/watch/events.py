"""Where file events come from: one inotify reader on Linux, one recursive watchdog observer elsewhere.

A source says that something happened at a path, and nothing of what it means. On Linux each folder is watched by
itself, so that folders which nobody asked for cost nothing; watchdog's `Observer` would start a thread for every one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.inotify_c import InotifyEvent


@dataclass(frozen=True, slots=True)
class Event:
    """Something happened at `path`, relative to the root in POSIX form; "" is the root itself."""

    path: str
    is_folder: bool = False
    vanished: bool = False
    """It was deleted or moved away. Otherwise it appeared or was written."""


OnEvent = Callable[[Event], None]
OnLost = Callable[[], None]
"""The system dropped events: what is known of the folders' contents may be wrong."""


class Source(Protocol):
    """Events of folders, told on a thread of the source's own."""

    def watch(self, folder: str) -> bool:
        """Watch one folder, not what is below it; False if it is gone. Raises OSError where no watch is to be had."""

    def forget(self, folder: str) -> None:
        """Stop watching a folder and everything below it."""

    def stop(self) -> None:
        """End, and wait for the thread."""


def open_source(root: Path, on_event: OnEvent, on_lost: OnLost) -> Source:
    """The best source this system has. Raises OSError where it has none left."""
    if sys.platform == "linux":
        return Inotify(root, on_event, on_lost)
    return Recursive(root, on_event)


class Inotify:
    """One inotify instance and one thread for all folders, through watchdog's reader. Notices lost events."""

    def __init__(self, root: Path, on_event: OnEvent, on_lost: OnLost) -> None:
        """Raises OSError when the system has no inotify instance left."""
        from watchdog.observers.inotify_c import InotifyConstants, InotifyFD

        self._root = root
        self._on_event = on_event
        self._on_lost = on_lost
        flags = InotifyConstants
        self._mask: Any = (
            flags.IN_CLOSE_WRITE | flags.IN_CREATE | flags.IN_DELETE | flags.IN_MOVED_FROM | flags.IN_MOVED_TO
            | flags.IN_DELETE_SELF | flags.IN_MOVE_SELF | flags.IN_ONLYDIR | flags.IN_DONT_FOLLOW | flags.IN_EXCL_UNLINK
        )  # fmt: skip
        self._id: Any = id(self)
        self._folders: dict[int, str] = {}
        self._descriptors: dict[str, int] = {}
        self._reader = InotifyFD()
        self._reader.start()

    def watch(self, folder: str) -> bool:
        """Watch one folder. Raises OSError when the limit of watches is reached."""
        if folder in self._descriptors:
            return True
        path = os.fsencode(self._root / folder if folder else self._root)
        try:
            descriptor = self._reader.add_callback(path, self._mask, self, self._id)
        except (FileNotFoundError, NotADirectoryError):
            return False
        if descriptor < 0:
            return False  # not ours to read
        # The same folder under its old name, if a move of it was not heard of yet.
        old = self._folders.get(descriptor)
        if old is not None:
            self._descriptors.pop(old, None)
        self._folders[descriptor] = folder
        self._descriptors[folder] = descriptor
        return True

    def forget(self, folder: str) -> None:
        """Stop watching a folder and everything below it, whether or not it is still there."""
        below = f"{folder}/"
        gone = [name for name in self._descriptors if name == folder or name.startswith(below)]
        callbacks: list[Any] = []
        for name in gone:
            descriptor = self._descriptors.pop(name)
            self._folders.pop(descriptor, None)
            callbacks.append((descriptor, self._id))
        self._reader.remove_callbacks(callbacks)

    def stop(self) -> None:
        """Give the inotify instance back."""
        self._reader.stop()
        if self._reader.is_alive():
            self._reader.join(timeout=5)

    # What watchdog's reader calls, on its thread

    def on_event(self, event: InotifyEvent) -> None:
        """One raw event."""
        folder = self._folders.get(event.wd)
        if folder is None:
            return  # of a folder that was let go of meanwhile
        if not event.name:  # about the watched folder itself; its parent tells the same, unless it is the root
            if not folder:
                self._on_event(Event("", True, vanished=True))
            return
        name = os.fsdecode(event.name)
        path = f"{folder}/{name}" if folder else name
        self._on_event(Event(path, event.is_directory, event.is_delete or event.is_moved_from))

    def on_watch_deleted(self, wd: int) -> None:
        """The kernel dropped a watch, for its folder is gone."""
        folder = self._folders.pop(wd, None)
        if folder is not None and self._descriptors.get(folder) == wd:
            del self._descriptors[folder]

    def on_queue_overflow(self) -> None:
        """The kernel's queue was full: events are lost, and nobody knows which."""
        self._on_lost()


class Recursive:
    """watchdog's own observer over the whole tree, where the system watches trees by itself (macOS, Windows)."""

    def __init__(self, root: Path, on_event: OnEvent) -> None:
        from watchdog.events import (
            DirCreatedEvent,
            DirDeletedEvent,
            DirMovedEvent,
            FileCreatedEvent,
            FileDeletedEvent,
            FileModifiedEvent,
            FileMovedEvent,
            FileSystemEventHandler,
        )
        from watchdog.observers import Observer

        self._root = root
        self._on_event = on_event
        self._observer = Observer()
        handler = FileSystemEventHandler()
        handler.dispatch = self._seen  # type: ignore[method-assign]
        kinds: list[type[FileSystemEvent]] = [
            FileCreatedEvent, FileDeletedEvent, FileModifiedEvent, FileMovedEvent, DirCreatedEvent, DirDeletedEvent,
            DirMovedEvent,
        ]  # fmt: skip
        self._observer.schedule(handler, str(root), recursive=True, event_filter=kinds)
        self._observer.start()

    def watch(self, folder: str) -> bool:
        """Every folder is watched already."""
        return (self._root / folder).is_dir()

    def forget(self, folder: str) -> None:
        """Nothing to do: the system watches the tree as a whole."""

    def stop(self) -> None:
        """End, and wait for the threads."""
        self._observer.stop()
        if self._observer.is_alive():
            self._observer.join(timeout=5)

    def _seen(self, event: FileSystemEvent) -> None:
        for raw, vanished in ((event.src_path, event.event_type in ("deleted", "moved")), (event.dest_path, False)):
            if not raw:
                continue
            try:
                path = Path(os.fsdecode(raw)).relative_to(self._root).as_posix()
            except ValueError:
                continue
            self._on_event(Event("" if path == "." else path, event.is_directory, vanished))
