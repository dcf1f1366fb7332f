"""What the store's files were at the last commit, so that damage is seen before anything is opened.

The store never changes a file that it has written (but for one, a hint), and keeps no checksums. Names, sizes and
times are compared at every run; a file whose time differs is hashed. Knows nothing of what the files hold.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

Checksums = dict[str, tuple[int, int, str]]
"""Path below the store's folder -> (size, mtime_ns, blake2b-128 of the content, hex)."""

_BLOCK = 1 << 20  # bytes hashed at once
_REWRITTEN = frozenset({"latest_version_hint.json"})
"""Written again by every commit. Only a hint where to look first: a wrong one is passed over."""

_REFUSED = frozenset({errno.EMFILE, errno.ENFILE, errno.EACCES, errno.EPERM, errno.ENOMEM})
"""What the machine answers where it says nothing about the file."""


class Verdict(Enum):
    """What became of the files that were noted."""

    SOUND = "every file is as it was"
    SHORT = "files are missing: dropped by a writer that was killed before it could say so, or lost"
    DAMAGED = "a file has another content"


def take(store: Path, known: Mapping[str, tuple[int, int, str]]) -> Checksums:
    """The checksums of `store` as it is; only files that `known` does not have are read. Raises OSError."""
    checksums: Checksums = {}
    for name, path in _files(store):
        status = os.stat(path)
        entry = known.get(name)
        if entry is None or entry[:2] != (status.st_size, status.st_mtime_ns):
            entry = (status.st_size, status.st_mtime_ns, _digest(path))
        checksums[name] = entry
    return checksums


def judge(store: Path, checksums: Mapping[str, tuple[int, int, str]], *, thorough: bool = False) -> Verdict:
    """Compare `store` with its checksums; files that came later do not count. `thorough` hashes every file.

    Raises OSError where the machine refuses to read them.
    """
    short = False
    for name, (size, mtime_ns, digest) in checksums.items():
        path = os.path.join(store, name)
        try:
            status = os.stat(path)
            if not thorough and (status.st_size, status.st_mtime_ns) == (size, mtime_ns):
                continue
            if status.st_size != size or _digest(path) != digest:
                return Verdict.DAMAGED
        except FileNotFoundError:
            short = True
        except OSError as error:
            if error.errno in _REFUSED:
                raise
            return Verdict.DAMAGED
    return Verdict.SHORT if short else Verdict.SOUND


def _files(store: Path) -> list[tuple[str, str]]:
    """(path below `store`, path) of every file."""
    found = []
    for folder, _, names in os.walk(store):
        found += [
            (os.path.relpath(os.path.join(folder, name), store), os.path.join(folder, name))
            for name in names
            if name not in _REWRITTEN
        ]
    return found


def _digest(path: str) -> str:
    digest = hashlib.blake2b(digest_size=16)
    with open(path, "rb") as handle:
        while block := handle.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
