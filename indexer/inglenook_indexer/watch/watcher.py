"""File system events -> sets of paths that may have changed. Hints only: what they mean is for the index to find out.

Folders that the rules exclude are not watched at all, so a busy `node_modules` costs nothing. Where the system has no
watches left, or loses events again and again, folders are polled instead, and that is said once.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from inglenook_indexer.files.discover import check_root, folders
from inglenook_indexer.files.git_config import repository
from inglenook_indexer.files.ignore import IGNORE_FILES
from inglenook_indexer.files.scope import Scope
from inglenook_indexer.watch.events import Event, Source, open_source
from inglenook_indexer.watch.polling import Poll

_MAX_WAIT_S = 2.0  # a stream of events that never pauses is passed on this often
_GIT_WAIT_S = 30.0  # while git holds its lock, more is to come; a lock that old was left behind by a crash
_LOOK_AGAIN_S = 600.0  # a whole look now and then: events are hints, and network drives send none
_LOSSES = 3  # times that events may be lost within _LOOK_AGAIN_S before they are given up for polling

_log = logging.getLogger(__name__)


class Watcher:
    """Calls `on_paths` from a thread of its own, with absolute paths, once the workspace was quiet for `debounce_s`.

    Paths may be folders (look at all that is in them; the root means everything), may be gone, may be unchanged.
    `on_message` gets a sentence when watching degrades.
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
        self._scope = Scope(self._root)
        found = next((one for folder in (self._root, *self._root.parents) if (one := repository(folder))), None)
        self._git_lock = found.folder / "index.lock" if found is not None else None
        """The file that git holds while it changes the work tree."""
        self._excludes = _from(self._root, found.common / "info" / "exclude") if found is not None else None
        """`.git/info/exclude`, which holds ignore rules outside of what is indexed; relative to the root."""
        self._wake = threading.Condition()
        self._events: list[Event] = []
        self._heard = 0.0
        self._overflowed = self._idle = self._stopping = False
        self._dirty: set[str] = set()
        self._first = self._last = self._again = 0.0
        self._losses: list[float] = []
        self._source: Source | None = None
        self._poll: Poll | None = None
        self._thread: threading.Thread | None = None
        self.wakes = 0
        """Events that the system has told so far: what a busy folder costs."""
        self.watched: set[str] = set()
        """Folders that are watched, relative to the root; empty while they are polled."""

    @property
    def polling(self) -> bool:
        """Whether folders are looked at now and then for want of events."""
        return self._poll is not None

    def start(self) -> None:
        """Begin. Returns when every folder is watched, so that no later change is missed."""
        try:
            self._source = open_source(self._root, self._seen, self._overflow)
            self._watch_below("")
            self._watch_excludes()
        except (OSError, RuntimeError) as error:  # RuntimeError: no thread to be had
            self._poll_instead(_limit(error))
        self._look_later()
        self._thread = threading.Thread(target=self._deliver, name="inglenook-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; events that were not passed on yet are dropped."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout=5)
        source, self._source = self._source, None
        if source is not None:
            source.stop()

    # On the source's thread: as little as can be, for its queue is bounded

    def _seen(self, event: Event) -> None:
        with self._wake:
            self.wakes += 1
            self._heard = time.monotonic()
            self._events.append(event)
            if self._idle or (event.is_folder and not event.vanished):
                self._wake.notify_all()  # a new folder is watched at once; the rest can wait for the pause

    def _overflow(self) -> None:
        with self._wake:
            self._overflowed = True
            self._wake.notify_all()

    # On the thread of our own

    def _deliver(self) -> None:
        """Pass dirty paths on after a pause, or when they have waited long enough."""
        while (paths := self._settled()) is not None:
            try:
                self._on_paths({self._root / path if path else self._root for path in paths})
            except Exception:
                _log.exception("a listener of file events failed")

    def _settled(self) -> set[str] | None:
        """Wait for a set worth passing on; None when it is time to end."""
        while True:
            with self._wake:
                if self._stopping:
                    return None
                events, self._events = self._events, []
                overflowed, self._overflowed = self._overflowed, False
                heard = self._heard
            if events:
                self._take(events, heard)
            if overflowed:
                self._recover()
            if time.monotonic() >= self._again:
                if self._poll is None:  # the user's own excludes, which nobody watches, may have changed
                    self._scope.forget()
                    self._rewatch()
                self._note(self._poll.changed() if self._poll else {""}, time.monotonic())
                self._look_later()
            now = time.monotonic()
            due = min(self._last + self._debounce_s, self._first + _MAX_WAIT_S)
            if self._dirty and now >= due:
                if not self._git_works(now):
                    paths, self._dirty = self._dirty, set()
                    return _outermost(paths)
                due = now + self._debounce_s
            until = min(due, self._again) if self._dirty else self._again
            with self._wake:
                if not (self._events or self._overflowed or self._stopping):
                    self._idle = not self._dirty
                    self._wake.wait(max(0.0, until - now))
                    self._idle = False

    def _look_later(self) -> None:
        self._again = time.monotonic() + (self._poll.interval_s if self._poll else _LOOK_AGAIN_S)

    def _note(self, paths: set[str], heard: float) -> None:
        if paths:
            if not self._dirty:
                self._first = heard
            self._last = heard
            self._dirty |= paths

    def _take(self, events: list[Event], heard: float) -> None:
        """Sort events into dirty paths, in order; watch folders that are new and let go of those that went."""
        dirty: set[str] = set()
        for event in events:
            if event.path == self._excludes:
                self._scope.forget()
                self._rewatch()
                dirty.add("")
                continue
            if not self._scope.holds(event.path, is_folder=event.is_folder):
                continue
            dirty.add(event.path)
            if not event.path and event.vanished:
                self._poll_instead("The workspace's folder was moved or deleted")
            elif event.path.rpartition("/")[2] in IGNORE_FILES:
                self._scope.forget()
                self._rewatch()
            elif event.is_folder and event.path:
                self._forget(event.path)  # a folder of that name is another one now
                if not event.vanished:
                    self._try_watch(event.path)
        self._note(dirty, heard)

    def _try_watch(self, folder: str) -> None:
        try:
            self._watch_below(folder)
            self._watch_excludes()
        except OSError as error:
            self._poll_instead(_limit(error))

    def _watch_excludes(self) -> None:
        """Watch the folder of `.git/info/exclude`, where there is one. Raises as `_watch_below` does."""
        if self._source is not None and self._excludes is not None:
            self._source.watch(self._excludes.rpartition("/")[0])

    def _watch_below(self, top: str) -> None:
        """Watch a folder and those below it. Raises OSError when the system has no watches left.

        Looks again until nothing is new: a folder made after its parent was listed and before it was watched made no
        event.
        """
        source, new = self._source, True
        if source is None or (top and (self._root / top).is_symlink()):
            return
        while new:
            new = False
            for folder in folders(self._root, top):
                if folder not in self.watched and source.watch(folder):
                    self.watched.add(folder)
                    new = True

    def _forget(self, top: str) -> None:
        if self._source is not None and top in self.watched:
            self._source.forget(top)
            self.watched -= {folder for folder in self.watched if folder == top or folder.startswith(f"{top}/")}

    def _rewatch(self) -> None:
        """The rules or the folders have changed under us: watch exactly what is to be watched now."""
        if self._source is None:
            return
        wanted = set(folders(self._root))
        for folder in sorted(self.watched - wanted):
            self._forget(folder)
        self._try_watch("")

    def _recover(self) -> None:
        """Events were lost: look at everything, and stop relying on events that are lost all the time."""
        now = time.monotonic()
        self._losses = [*(at for at in self._losses if at > now - _LOOK_AGAIN_S), now]
        if len(self._losses) >= _LOSSES:
            self._poll_instead("File changes come faster than the system can tell them")
        else:
            self._scope.forget()
            self._rewatch()
        self._note({""}, now)

    def _poll_instead(self, reason: str) -> None:
        """No watches left, or none to be relied on: look at everything now and then."""
        source, self._source = self._source, None
        if source is not None:
            source.stop()
        self.watched = set()
        self._poll = Poll(self._root)
        self._look_later()
        self._note({""}, time.monotonic())
        self._on_message(f"{reason}; looking for changes every {self._poll.interval_s:.0f} s instead.")

    def _git_works(self, now: float) -> bool:
        """Whether git is in the middle of a checkout, say, so that waiting saves a reconcile."""
        if self._git_lock is None or now > self._first + _GIT_WAIT_S:
            return False
        try:
            return time.time() - os.lstat(self._git_lock).st_mtime < _GIT_WAIT_S
        except OSError:
            return False


def _outermost(paths: set[str]) -> set[str]:
    """`paths` without those inside another one, which is a folder that will be looked at whole."""
    if "" in paths:
        return {""}
    return {path for path in paths if not any(above in paths for above in _above(path))}


def _above(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def _from(root: Path, file: Path) -> str | None:
    """The path of a file from the root, up and down, in POSIX form; None on another drive."""
    try:
        return Path(os.path.relpath(file, root)).as_posix()
    except ValueError:
        return None


def _limit(error: Exception) -> str:
    """Why there are no events, and what helps."""
    reason = getattr(error, "strerror", None) or str(error)
    return (
        f"Folders can't be watched, for a limit of the system is reached ({reason}; on Linux, raise"
        " fs.inotify.max_user_watches or max_user_instances with sysctl)"
    )
