"""What the reading of a repository speaks in: hunks, changed files, what is in the way. Plain frozen data.

Paths are POSIX and relative to the workspace. Lines are 1-based; a text's lines end with a newline here, whatever
they end with in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "none",  # the folder is in no repository
    "sha256",  # object names of another length
    "reftable",  # references in another format
    "split",  # an index in two files
    "sparse",  # an index that names whole folders
    "large",  # more files than are looked at
    "missing",  # an object that is not there: a partial clone, or objects kept elsewhere
    "damaged",  # an object, or the index, is not what git writes
]
Status = Literal["added", "deleted", "modified", "renamed"]


class Unreadable(Exception):
    """A repository can't be read; `reason` says why, `what` names the object or file that it is about."""

    def __init__(self, reason: Reason, what: str = "") -> None:
        super().__init__(f"{reason}: {what}" if what else reason)
        self.reason: Reason = reason
        self.what = what


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that were replaced: `old_lines` from `old_start` on by `new_lines` from `new_start` on.

    Where a side has no lines, its start is the line that they would stand before.
    """

    old_start: int
    old_lines: int
    new_start: int
    new_lines: int


@dataclass(frozen=True, slots=True)
class FileChange:
    """One changed file. Secrets in its texts are masked."""

    path: str
    status: Status
    old: str = ""
    """What it said; empty for one that was added."""
    new: str = ""
    """What it says; empty for one that was deleted."""
    hunks: tuple[Hunk, ...] = ()
    """Empty for a file that was only renamed, and where `unread` says so."""
    withheld: frozenset[int] = frozenset()
    """Lines of `new` that hold masks."""
    old_path: str = ""
    """What it was called, if it was renamed."""
    untracked: bool = False
    """Whether git does not know it yet."""
    unread: Literal["", "binary", "large", "secret", "many"] = ""
    """Why it has no hunks: it is no text, it is too large, what differs is masked, or too many files have changed."""


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the commit that is checked out."""

    files: tuple[FileChange, ...]
    """Sorted by path."""
    staged: bool
    """Whether the index is compared, else the working tree."""
    unborn: bool = False
    """Whether there is no commit yet, so that every file is new."""
    submodules: int = 0
    """Passed over."""
    left_out: int = 0
    """Changed files that the rules of the index leave out: ignored, secret, binary or too large."""
    unnamed: int = 0
    """Changed files whose names are not valid UTF-8."""
    conflicts: tuple[str, ...] = ()
    """Files with a merge that is not finished."""
