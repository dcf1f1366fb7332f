"""Which files of a workspace differ from the commit that is checked out. Reads names, times and bytes; makes no diff.

What git's index knows a file again by (its size and times) says of most that they are unchanged; the others are
compared by content. Filters of the repository (smudge, clean, textconv, fsmonitor) are never asked.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from inglenook_indexer.files.discover import Candidate, reason_excluded, walk
from inglenook_indexer.files.regular_file import read_regular

from inglenook_server.changes.repository import GITLINK, Blob, Index

MAX_HASHED = 64_000_000
"""Bytes of a file whose times have changed and that is compared by content; a larger one counts as changed."""
_BILLION = 1_000_000_000
_SIZE = 0xFFFFFFFF  # git's index keeps a size in 32 bits


@dataclass(frozen=True, slots=True)
class Differing:
    """A file that differs, or may: a difference of line ends alone is found later."""

    path: str
    old: Blob | None
    """None for a new one."""
    new: Blob | None = None
    """Of the index, where that is what is compared."""
    exists: bool = True
    untracked: bool = False


Note = Literal["submodule", "left out", "unnamed"]


def differing(
    root: Path, head: Mapping[bytes, Blob], index: Index, unsaved: Collection[str]
) -> Iterator[Differing | Note]:
    """The working tree's files that differ from `head`, and a note for each that is not to be told of."""
    walked = {one.path: one for one in walk(root) if isinstance(one, Candidate)}
    old = {os.fsdecode(path): blob for path, blob in head.items()}
    tracked = sorted(old.keys() | index.files.keys())
    modules = {path for path in tracked if GITLINK in (_mode(old.get(path)), _mode(index.files.get(path)))}
    conflicts = frozenset(index.conflicts)
    for path in tracked:
        if path in modules:
            yield "submodule"
        elif path not in conflicts:
            outcome = _tracked(root, path, old.get(path), index, walked.get(path), path in unsaved)
            if outcome is not None:
                yield outcome
    nested = _Nested(root, modules)
    known = old.keys() | index.files.keys() | conflicts
    for path in sorted(walked.keys() - known):
        if not nested.holds(path):
            yield Differing(path, None, untracked=True)


def staged(root: Path, head: Mapping[bytes, Blob], index: Index) -> Iterator[Differing | Note]:
    """The index's files that differ from `head`, and a note for each that is not to be told of."""
    old = {os.fsdecode(path): blob for path, blob in head.items()}
    conflicts = frozenset(index.conflicts)
    for path in sorted(old.keys() | index.files.keys()):
        before, after = old.get(path), index.files.get(path)
        if path in conflicts or (before and after and before.name == after.name):
            continue
        if GITLINK in (_mode(before), _mode(after)):
            yield "submodule"
            continue
        yield _told(root, path, Differing(path, before, after, after is not None), before, after)


def unstaged(root: Path, index: Index, unsaved: Collection[str]) -> Iterator[Differing | Note]:
    """The working tree's files that differ from the index: what a commit of what is staged would leave."""
    listed: dict[bytes, Blob] = {os.fsencode(path): entry for path, entry in index.files.items()}
    return differing(root, listed, index, unsaved)


def _tracked(
    root: Path, path: str, old: Blob | None, index: Index, walked: Candidate | None, unsaved: bool
) -> Differing | Note | None:
    """What becomes of a file that git knows; None for an unchanged one."""
    entry = index.files.get(path)
    if entry is not None and entry.trusted and not unsaved:
        return None
    try:
        status = None if walked is not None else os.lstat(root / path)
    except OSError:
        return None if old is None else _told(root, path, Differing(path, old, exists=False), old)
    found = Differing(path, old)
    if unsaved:
        return _told(root, path, found, old)
    if walked is not None:
        size, mtime, ctime = walked.size, walked.mtime_ns, walked.changed_ns
    else:
        assert status is not None
        size, mtime, ctime = status.st_size, status.st_mtime_ns, status.st_ctime_ns
        if stat.S_ISDIR(status.st_mode):  # a folder took its place
            return None if old is None else _told(root, path, Differing(path, old, exists=False), old)
        if not stat.S_ISREG(status.st_mode):
            return None if old is not None and _link(root / path) == old.name else "left out"
    if (
        entry is not None
        and entry.size == size & _SIZE
        and _same_time(entry.mtime, mtime)
        and (entry.ctime == (0, 0) or _same_time(entry.ctime, ctime))
        and mtime < index.written
    ):
        return None if old is not None and old.name == entry.name else _told(root, path, found, old)
    if old is not None and stat.S_ISREG(old.mode) and _holds(root / path, old.name):
        return None
    return _told(root, path, found, old)


def _told(root: Path, path: str, found: Differing, *blobs: Blob | None) -> Differing | Note:
    """`found`, or why it is not told of."""
    if path.encode("utf-8", "replace").decode() != path:
        return "unnamed"
    if any(blob is not None and not stat.S_ISREG(blob.mode) for blob in blobs):
        return "left out"
    return "left out" if reason_excluded(root, path) is not None else found


def _mode(blob: Blob | None) -> int:
    return blob.mode if blob is not None else 0


def _same_time(kept: tuple[int, int], nanoseconds: int) -> bool:
    """Whether times are the same: some programs keep whole seconds only, and git's seconds have 32 bits."""
    seconds, rest = divmod(nanoseconds, _BILLION)
    return kept[0] == seconds & _SIZE and kept[1] in (0, rest)


def object_name(data: bytes) -> bytes:
    """The name, in hex, of the object that a file with this content is kept in."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest().encode()


def _holds(file: Path, name: bytes) -> bool:
    """Whether a file holds what an object of this name does, as it is or with newlines at its lines' ends."""
    data = read_regular(file, MAX_HASHED)
    if data is None or len(data) > MAX_HASHED:
        return False
    if object_name(data) == name:
        return True
    return b"\r\n" in data and object_name(data.replace(b"\r\n", b"\n")) == name


def _link(file: Path) -> bytes:
    """The name of the object that a symbolic link is kept in; empty for what is none."""
    try:
        return object_name(os.fsencode(os.readlink(file)))
    except OSError:
        return b""


class _Nested:
    """Repositories within the workspace, whose files are not the workspace's repository's. Remembers folders."""

    def __init__(self, root: Path, modules: Collection[str]) -> None:
        self._root = root
        self._known = dict.fromkeys(modules, True) | {"": False}

    def holds(self, path: str) -> bool:
        """Whether a file lies in one."""
        folder = path.rpartition("/")[0]
        asked: list[str] = []
        while folder not in self._known:
            asked.append(folder)
            folder = folder.rpartition("/")[0]
        inside = self._known[folder]
        for one in reversed(asked):
            inside = self._known[one] = inside or os.path.lexists(self._root / one / ".git")
        return inside
