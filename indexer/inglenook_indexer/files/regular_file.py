"""Bytes of a regular file and of nothing else: a pipe, a device or a link in its place can't hang or mislead us."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
"""Not blocking, so that opening a pipe that took the file's place returns."""
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def read_regular(file: Path, limit: int, *, follow: bool = False) -> bytes | None:
    """At most `limit` + 1 bytes; None for what can't be read or is no regular file. `follow`: through a last link."""
    try:
        return read_checked(file, limit, follow=follow)
    except (OSError, ValueError):
        return None


def read_checked(file: Path, limit: int, *, follow: bool = False) -> bytes:
    """Like `read_regular`. Raises OSError, also for what is no regular file; ValueError for a NUL in the name."""
    if not follow and not _NO_LINK and os.path.islink(file):
        raise OSError(0, "it is a symbolic link")
    handle = os.open(file, _FLAGS | (0 if follow else _NO_LINK))
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(0, "it is no regular file")
        return stream.read(limit + 1)


def digest(data: bytes) -> str:
    """blake2b-128 of `data`, hex: what a file's content is known again by."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()
