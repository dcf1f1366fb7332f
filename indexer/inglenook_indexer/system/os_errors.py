"""Errors of the operating system as sentences: no space, no permission, a limit. Knows nothing of what was being done.

LanceDB and Arrow wrap the system's errors, and only their texts tell which it was.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Callable
from pathlib import Path

from inglenook_indexer.errors import StoreBlocked

_FILES = 1024  # open at once: what most systems allow anyway; macOS begins with 256
_FEWEST = 20  # with 16 a small index could just be made; with 10 LanceDB panics

_NUMBER = re.compile(r"\bos error (\d+)\b|\berrno (\d+)\b", re.IGNORECASE)
_AGAIN = "then run `inglenook index`"
_DENIED = (
    "The index in {folder} can't be read or written: permission denied.",
    "Check its permissions with `ls -ld {folder}`.",
)
_SAID: dict[int, tuple[str, str]] = {
    errno.ENOSPC: ("No space is left for the index in {folder}.", f"Free some space, {_AGAIN}."),
    errno.EDQUOT: (
        "The disk quota is used up: there is no room for the index in {folder}.",
        f"Free some space (`quota -s` tells how much there is), {_AGAIN}.",
    ),
    errno.EFBIG: (
        "The limit on the size of files is too low for the index in {folder}.",
        f"Run `ulimit -f unlimited`, {_AGAIN}.",
    ),
    errno.EMFILE: (
        "The limit of open files is too low for the index in {folder}.",
        f"Run `ulimit -n 1024`, {_AGAIN}.",
    ),
    errno.ENFILE: ("The system has too many files open for the index in {folder}.", f"Close some programs, {_AGAIN}."),
    errno.EROFS: (
        "The index in {folder} can't be written: its file system is read-only.",
        "Name a folder that can be written in `INGLENOOK_CACHE`.",
    ),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
}
"""What the system answered -> the sentence and what helps."""
_WINDOWS = {
    4: errno.EMFILE, 5: errno.EACCES, 19: errno.EROFS, 32: errno.EACCES, 33: errno.EACCES, 39: errno.ENOSPC,
    112: errno.ENOSPC,
}  # fmt: skip
"""Windows' own numbers, which libraries in Rust tell there."""
_WORDS = {os.strerror(number): number for number in _SAID}


def refusal(folder: Path, error: BaseException) -> StoreBlocked | None:
    """The refusal of the machine behind `error`, as a sentence about the index in `folder`; None if there is none."""
    number = _number(error)
    return _refusal(folder, number) if number in _SAID else None


def enough_files(folder: Path) -> None:
    """See to it that an index can have its files open, as far as the user may. Raises StoreBlocked."""
    if os.name == "nt":  # it has no such limits
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < _FEWEST:
        raise _refusal(folder, errno.EMFILE)


def enough_size(folder: Path, size: Callable[[], int]) -> None:
    """See to it that a file of so many bytes may be written, as far as the user may. Raises StoreBlocked.

    Asked before writing: LanceDB does not hear of a last write that the limit refused, and commits a file cut short.
    `size` is asked where there is a limit, and almost nowhere there is one.
    """
    if os.name == "nt":  # it has no such limits
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    if soft == resource.RLIM_INFINITY or soft >= (wanted := size()):
        return
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise _refusal(folder, errno.EFBIG)
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def unwritable(folder: Path, error: OSError) -> StoreBlocked:
    """A failure of the file system to write in `folder` as a sentence."""
    reason = error.strerror or type(error).__name__
    return refusal(folder, error) or StoreBlocked(
        f"The index folder {folder} can't be written: {reason}.",
        f"Check free space and permissions, as with `ls -ld {folder}`, {_AGAIN}.",
    )


def _refusal(folder: Path, number: int) -> StoreBlocked:
    message, mend = _SAID[number]
    return StoreBlocked(message.format(folder=folder), mend.format(folder=folder))


def _number(error: BaseException) -> int:
    """The system's number for what went wrong; 0 where it is not known."""
    if isinstance(error, OSError) and error.errno in _SAID:
        return int(error.errno)
    text = str(error)
    for words, number in _WORDS.items():
        if words in text:
            return number
    found = _NUMBER.search(text)
    number = int(found[1] or found[2]) if found else 0
    return _WINDOWS.get(number, number) if os.name == "nt" else number
