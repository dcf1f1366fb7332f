"""Folders and files that are the user's alone: 700 and 600, as everything made of their code is. Knows no contents.

Processes of our own have a mask that sees to it (`isolation`); this is for folders, for those who use us as a library
and keep a mask of their own, and for what an earlier version left readable. On Windows, folders of a user are theirs.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from inglenook_indexer.system.isolation import PRIVATE, keeps_private, users_mask


def make(folder: Path) -> None:
    """See that `folder` is there and the user's alone. Raises OSError.

    One that is found open to others is put right with all that is in it, the folder last, so that a killed run is made
    good by the next. One that is not costs a look at its mode.
    """
    if not folder.is_dir():
        if not folder.parent.is_dir():
            make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
    elif _open_to_others(folder):
        _close(folder)


def settle(folder: Path) -> None:
    """Put right what native code has just written into `folder`, where this process's mask does not see to it."""
    if not keeps_private():
        _close(folder)


def share(folder: Path) -> None:
    """Let others read what is in `folder` as the user's own mask has it: for models, which hold nothing of theirs."""
    if os.name != "posix" or not keeps_private():
        return
    for above, _, names in os.walk(folder):
        os.chmod(above, 0o777 & ~users_mask())
        for name in names:
            os.chmod(os.path.join(above, name), 0o666 & ~users_mask())


@contextmanager
def shared() -> Iterator[None]:
    """Make files as the user's own mask has it: models hold nothing of theirs, and several users may share them.

    For a command with one thing to do, for the mask is the whole process's; elsewhere `share`.
    """
    if not keeps_private():
        yield
        return
    ours = os.umask(users_mask())
    try:
        yield
    finally:
        os.umask(ours)


def shut(path: Path) -> None:
    """Take from others what they may do with one file or folder; nothing where it is not there, or not ours."""
    if os.name == "posix":
        with suppress(OSError):
            mode = os.lstat(path).st_mode
            if mode & PRIVATE and not stat.S_ISLNK(mode):
                os.chmod(path, stat.S_IMODE(mode) & ~PRIVATE)


def _open_to_others(folder: Path) -> bool:
    return os.name == "posix" and bool(folder.stat().st_mode & PRIVATE)


def _close(folder: Path) -> None:
    if os.name != "posix":
        return
    for above, _, names in os.walk(folder, topdown=False):
        for name in names:
            shut(Path(above, name))
        shut(Path(above))
