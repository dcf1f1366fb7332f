"""Detects changed files by size, times and inode, without reading them, by git's rules.

Size and time of modification can be given back after an edit; the time of the inode's last change can't, and a file
that took another's place has another inode. A file that was changed about when it was looked at may change once more
in the same tick of the clock: such a stamp holds for nothing ("racily clean"), so that the next look reads the file.
"""

from __future__ import annotations

import os
from typing import NamedTuple

TICK_NS = 2 * 10**9  # the coarsest clock of a file system in use, FAT's
_UNSURE = 0


class Stamp(NamedTuple):
    """Of one file at one time."""

    size: int
    mtime_ns: int
    changed_ns: int = _UNSURE
    """Of the inode; 0 where it is not known, or too young to be relied on."""
    inode: int = 0

    def holds(self, now: Stamp) -> bool:
        """Whether a file that had this stamp and has the stamp `now` is as it was, as far as stamps can tell."""
        return self.changed_ns != _UNSURE and self == now

    def settled(self, looked_ns: int) -> Stamp:
        """As to be kept by somebody who began to look at `looked_ns` (since the epoch)."""
        return self if self.changed_ns + TICK_NS < looked_ns else self._replace(changed_ns=_UNSURE)


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp of a file as it is."""
    # Windows tells there when the file was made.
    changed = status.st_mtime_ns if os.name == "nt" else status.st_ctime_ns
    return Stamp(status.st_size, status.st_mtime_ns, changed, status.st_ino)
