"""A workspace's repository: where it is, the commit that is checked out, its files, its index, its latest subjects.

Reads git's own files and runs no git. Knows nothing of the working tree.
"""

from __future__ import annotations

import hashlib
import heapq
import os
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import count
from pathlib import Path
from stat import S_ISDIR

from inglenook_indexer.files import git_head
from inglenook_indexer.files.git_config import Repository, own_settings, repository
from inglenook_indexer.files.regular_file import read_regular

from inglenook_server.changes.objects import Objects
from inglenook_server.changes.types import Unreadable

MAX_FILES = 200_000
"""Of one commit: more take seconds."""
MAX_INDEX = 200_000_000
"""Bytes of the index: a million files."""
MAX_DEPTH = 100  # folders within one another
GITLINK = 0o160000
"""The mode of a submodule."""
_SEAL = 20  # bytes of the hash at the end of an index
_COMMITTER = re.compile(rb"^committer .*> (\d{1,12}) ", re.MULTILINE)
_AUTHOR = re.compile(rb"^author (.*?) ?<[^<>\n]*> (\d{1,11}) ([+-]\d{4})$", re.MULTILINE)
_SKIP_WORKTREE = 0x4000  # of an index entry's extended flags: sparse checkouts
_ASSUME_UNCHANGED = 0x8000  # of its flags


@dataclass(frozen=True, slots=True)
class Checkout:
    """One working tree. `prefix` is the workspace's place in it: empty, or with a `/` at its end."""

    git: Repository
    prefix: str
    head: str
    """The commit's name; empty before the first commit."""

    @property
    def objects(self) -> Objects:
        """Its objects, to be closed."""
        return Objects(self.git.common / "objects")


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, and what it changed."""

    name: str
    """In hex."""
    subject: str
    author: str
    date: str
    """When it was written, by its author's clock."""
    paths: tuple[str, ...]
    """The files below the workspace that differ from the first parent, sorted; of a first commit all."""


@dataclass(frozen=True, slots=True)
class Blob:
    """A file of a commit or of the index."""

    mode: int
    name: bytes
    """Of the object, in hex."""


@dataclass(frozen=True, slots=True)
class Staged(Blob):
    """A file of the index, and what git knows the working tree's file again by. Times are (seconds, nanoseconds)."""

    size: int
    mtime: tuple[int, int]
    ctime: tuple[int, int]
    trusted: bool
    """Whether git was told to take the working tree's file for unchanged, or not to have one."""


@dataclass(frozen=True, slots=True)
class Index:
    """The index: what would be committed."""

    files: dict[str, Staged]
    conflicts: tuple[str, ...]
    """Files with a merge that is not finished."""
    written: int
    """Nanoseconds since the epoch at which it was written: a file changed later may have the same times."""


def find(root: Path) -> Checkout:
    """The repository that the workspace `root` (resolved) is in. Raises Unreadable."""
    for top in (root, *root.parents):
        found = repository(top, strict=True)
        if found is None:
            continue
        own = own_settings(found)
        if own.get("extensions.objectformat", "sha1").lower() != "sha1":
            raise Unreadable("sha256")
        if own.get("extensions.refstorage", "files").lower() != "files":
            raise Unreadable("reftable")
        head = git_head.commit(top)
        if len(head) > 40:
            raise Unreadable("sha256")
        below = root.relative_to(top).as_posix()
        return Checkout(found, "" if below == "." else f"{below}/", head)
    raise Unreadable("none")


def committed(checkout: Checkout, objects: Objects) -> dict[bytes, Blob]:
    """Every file below the workspace in the commit that is checked out; none before the first one. Raises Unreadable.

    Paths are bytes and relative to the workspace.
    """
    if not checkout.head:
        return {}
    root = _of(objects, checkout.head.encode(), b"commit")
    tree = _header(root, b"tree")
    for part in filter(None, os.fsencode(checkout.prefix).split(b"/")):
        inside = {name: (mode, one) for name, mode, one in _entries(objects, tree)}
        mode, tree = inside.get(part, (0, b""))
        if not S_ISDIR(mode):
            return {}
    files: dict[bytes, Blob] = {}
    pending = [(b"", tree, 0)]
    while pending:
        folder, tree, depth = pending.pop()
        for name, mode, one in _entries(objects, tree):
            path = folder + name
            if not S_ISDIR(mode):
                files[path] = Blob(mode, one)
            elif depth < MAX_DEPTH:
                pending.append((path + b"/", one, depth + 1))
        if len(files) > MAX_FILES:
            raise Unreadable("large")
    return files


def _entries(objects: Objects, tree: bytes) -> list[tuple[bytes, int, bytes]]:
    """(name, mode, object) of a tree's entries; those with names that no folder can have are passed over."""
    from dulwich.objects import parse_tree

    data = _of(objects, tree, b"tree")
    try:
        found = [(name, mode, bytes(one)) for name, mode, one in parse_tree(data, 20)]
    except Exception as error:
        raise Unreadable("damaged", tree.decode("ascii", "replace")) from error
    return [one for one in found if one[0] not in (b"", b".", b"..") and b"/" not in one[0] and b"\0" not in one[0]]


def index_of(checkout: Checkout) -> Index:
    """The index below the workspace; empty where there is none. Raises Unreadable."""
    file = checkout.git.folder / "index"
    data = read_regular(file, MAX_INDEX)
    if data is None:
        if os.path.lexists(file):
            raise Unreadable("damaged", "index")
        return Index({}, (), 0)
    written = 0
    with suppress(OSError):
        written = file.lstat().st_mtime_ns
    if len(data) > MAX_INDEX:
        raise Unreadable("large")
    sealed = data[-_SEAL:]
    if sealed != bytes(_SEAL) and hashlib.sha1(data[:-_SEAL], usedforsecurity=False).digest() != sealed:
        raise Unreadable("damaged", "index")
    return _index(data, os.fsencode(checkout.prefix), written)


def _index(data: bytes, prefix: bytes, written: int) -> Index:
    from dulwich.index import ConflictedIndexEntry, read_index_dict_with_version

    stream = BytesIO(data)
    try:
        entries, _, _ = read_index_dict_with_version(stream)
    except Exception as error:  # an index that git has not written
        raise Unreadable("damaged", "index") from error
    # It stops before an extension whose name is in small letters, by which git means that one has to know it.
    rest = stream.read()
    if len(rest) > _SEAL:
        raise Unreadable("split" if rest.startswith(b"link") else "sparse")
    files: dict[str, Staged] = {}
    conflicts: list[str] = []
    for name, entry in entries.items():
        if not name.startswith(prefix):
            continue
        path = os.fsdecode(name[len(prefix) :])
        if isinstance(entry, ConflictedIndexEntry):
            conflicts.append(path)
            continue
        trusted = bool(entry.extended_flags & _SKIP_WORKTREE or entry.flags & _ASSUME_UNCHANGED)
        mtime, ctime = _time(entry.mtime), _time(entry.ctime)
        files[path] = Staged(entry.mode, bytes(entry.sha), entry.size, mtime, ctime, trusted)
    return Index(files, tuple(sorted(conflicts)), written)


def _time(value: int | float | tuple[int, int]) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (int(value), 0)


def last_commit(checkout: Checkout, objects: Objects) -> Commit | None:
    """The commit that is checked out; None before the first one. Raises Unreadable."""
    if not checkout.head:
        return None
    data = _of(objects, checkout.head.encode(), b"commit")
    head, _, message = data.partition(b"\n\n")
    author = _AUTHOR.search(head + b"\n")
    parents = re.findall(rb"^parent ([0-9a-f]{40})$", head, re.MULTILINE)
    new = committed(checkout, objects)
    old = committed(replace(checkout, head=parents[0].decode() if parents else ""), objects)
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    return Commit(
        checkout.head,
        message.strip().partition(b"\n")[0].decode("utf-8", "replace").strip(),
        author[1].decode("utf-8", "replace").strip() if author else "",
        _date(int(author[2]), author[3].decode()) if author else "",
        tuple(map(os.fsdecode, paths)),
    )


def _date(seconds: int, zone: str) -> str:
    """A time as it was where the commit was made, as in "2025-03-01 14:05 +0100"."""
    minutes = int(f"{zone[0]}1") * (60 * int(zone[1:3]) + int(zone[3:]))
    return f"{datetime.fromtimestamp(seconds + 60 * minutes, UTC):%Y-%m-%d %H:%M} {zone}"


def subjects(checkout: Checkout, objects: Objects, most: int) -> list[str]:
    """The first lines of the latest commits' messages, the latest first; merges are passed over.

    Where the history is cut off, as in a shallow clone, it ends there. Never raises.
    """
    found: list[str] = []
    order = count()
    pending = [(0, next(order), checkout.head.encode())] if checkout.head else []
    seen = {checkout.head.encode()}
    while pending and len(found) < most and len(seen) < 10 * most:
        _, _, name = heapq.heappop(pending)
        try:
            data = _of(objects, name, b"commit")
        except Unreadable:
            continue
        head, _, message = data.partition(b"\n\n")
        parents = re.findall(rb"^parent ([0-9a-f]{40})$", head, re.MULTILINE)
        line = message.strip().partition(b"\n")[0].decode("utf-8", "replace").strip()
        if len(parents) < 2 and line:
            found.append(line)
        for parent in parents:
            if parent not in seen:
                seen.add(parent)
                heapq.heappush(pending, (-_when(objects, parent), next(order), parent))
    return found


def _when(objects: Objects, name: bytes) -> int:
    """Seconds since the epoch at which a commit was made; 0 where it can't be read."""
    try:
        found = _COMMITTER.search(_of(objects, name, b"commit").partition(b"\n\n")[0] + b"\n")
    except Unreadable:
        return 0
    return int(found[1]) if found else 0


def _of(objects: Objects, name: bytes, kind: bytes) -> bytes:
    found, data = objects.read(name)
    if found != kind:
        raise Unreadable("damaged", name.decode("ascii", "replace"))
    return data


def _header(commit: bytes, key: bytes) -> bytes:
    """The name of an object in a commit's head."""
    for line in commit.partition(b"\n\n")[0].split(b"\n"):
        found, _, value = line.partition(b" ")
        if found == key:
            return value
    return b""
