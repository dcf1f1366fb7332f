"""Versions of open files -> the edits that a person made, the last few. In memory only; the clock is passed in.

Keystrokes are one edit while they are within eight lines and less than a second apart, or on the very lines of the one
before (Zed's grouping). What comes at once and large (a paste, a checkout, a formatter, a rename by the editor) is no
edit, and what leads back to an earlier version is taken back (undo).
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field, replace

from inglenook_server.documents import bare_lines
from inglenook_server.next_edit.edit import AROUND, Edit, edit_at

KEPT = 10
"""Edits; older ones say nothing of what comes next."""
PAUSE_S = 1.0
NEAR = 8
"""Lines between two changes up to which they may be one edit."""
LARGE_LINES, LARGE_CHARACTERS = 8, 200
"""A single change that brings more was not typed (vscode-nes)."""
_VERSIONS = 40
"""Earlier versions of a file that an undo is told by."""
LONGEST = 300_000
"""Characters of a file that is followed; a longer one is data."""
_FILES = 40
"""Files whose last version is kept."""


@dataclass(slots=True)
class _File:
    lines: list[str]
    known: deque[int] = field(default_factory=lambda: deque(maxlen=_VERSIONS))
    """Hashes of earlier versions."""
    start: list[str] | None = None
    """The lines before the edit under way, which is the last of the log."""


class EditLog:
    """The last edits of a session, over all files. Not thread-safe."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, _File] = OrderedDict()
        self._edits: list[Edit] = []
        self.undone: tuple[str, ...] | None = None
        """The lines that an undo has just taken away; None after anything else."""

    @property
    def edits(self) -> list[Edit]:
        """The latest last."""
        return list(self._edits)

    def opened(self, path: str, text: str) -> None:
        """A file as it is first seen, or as it is without anybody having edited it."""
        if len(text) > LONGEST:
            return
        self._files[path] = _File(bare_lines(text))
        self._files.move_to_end(path)
        while len(self._files) > _FILES:
            self._files.popitem(last=False)

    def closed(self, path: str) -> None:
        """A file is closed: its edits go with it."""
        self._files.pop(path, None)
        self._edits = [one for one in self._edits if one.path != path]

    def forget(self) -> None:
        """Everything: another commit is checked out, or the user leaves."""
        self._edits.clear()
        for file in self._files.values():
            file.start = None

    def changed(self, path: str, text: str, now: float) -> bool:
        """Take a new version of a file. Whether it was an edit of a person."""
        file = self._files.get(path)
        if len(text) > LONGEST:
            self.closed(path)
            return False
        if file is None:
            self.opened(path, text)
            return False
        before, after = file.lines, bare_lines(text)
        change = edit_at(path, before, after, now)
        self.undone = None
        if change is None:
            return False
        file.lines = after
        version = hash(text)
        known = version in file.known
        file.known.append(version)
        delta = len(change.new) - len(change.old)
        if known:
            self._take_back(path, change, delta)
            return False
        if _large(change) or _blank(change):
            self._move(path, change, delta)
            file.start = None
            return False
        self._add(file, before, change, delta, now)
        return True

    def _add(self, file: _File, before: list[str], change: Edit, delta: int, now: float) -> None:
        last = self._edits[-1] if self._edits else None
        if last is not None and last.path == change.path and file.start is not None:
            near = last.line - NEAR <= change.line <= last.end + NEAR and now - last.at <= PAUSE_S
            within = last.line <= change.line and change.line + len(change.old) <= last.end and last.new
            if near or within:
                whole = edit_at(change.path, file.start, file.lines, now)
                self._edits.pop()
                self._move(change.path, change, delta)
                if whole is None or len(whole.old) > 2 * NEAR + LARGE_LINES:
                    file.start = None
                else:
                    self._edits.append(whole)
                return
        self._move(change.path, change, delta)
        file.start = before
        self._edits = [*self._edits, change][-KEPT:]

    def _take_back(self, path: str, change: Edit, delta: int) -> None:
        """An undo: the edits that it touches are none, and what it took away is not offered again."""
        self.undone = change.old
        kept = [one for one in self._edits if one.path != path or not _touches(one, change)]
        self._edits = kept
        self._move(path, change, delta)
        if (file := self._files.get(path)) is not None:
            file.start = None

    def _move(self, path: str, change: Edit, delta: int) -> None:
        """Let earlier edits of the file follow a change above them; those it overwrites are gone."""
        moved = []
        for one in self._edits:
            if one.path != path or one.end <= change.line:
                moved.append(one)
            elif one.line >= change.line + len(change.old):
                moved.append(replace(one, line=one.line + delta))
        self._edits = moved


def _large(change: Edit) -> bool:
    """Whether a single change brings more than a person types at once."""
    if max(len(change.old), len(change.new)) > NEAR + LARGE_LINES + AROUND:
        return True
    brought = sum(map(len, change.new)) - sum(map(len, change.old))
    return len(change.new) > LARGE_LINES and brought > LARGE_CHARACTERS


def _blank(change: Edit) -> bool:
    """Whether only blanks differ: a formatter's work, or an empty line."""
    return "".join("".join(change.old).split()) == "".join("".join(change.new).split())


def _touches(one: Edit, change: Edit) -> bool:
    return one.line <= change.line + len(change.old) and change.line <= one.end
