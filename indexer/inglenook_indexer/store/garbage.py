"""What a killed writer leaves in a table's folder that LanceDB does not know of. Knows nothing of what tables hold.

A file that is being written bears another name (`.tmpPMm6y`, `1.manifest#1`) until it is whole.
"""

from __future__ import annotations

from pathlib import Path

_UNFINISHED = (".tmp*", "*.manifest#*")


def never_filled(table: Path) -> bool:
    """Whether the writer that was making this table was killed before its first version, when it held nothing yet."""
    return table.is_dir() and not any((table / "_versions").glob("*.manifest")) and not any((table / "data").glob("*"))


def remove_orphans(table: Path) -> None:
    """Drop files that were never finished. For the lock's holder, between two commits. Raises OSError."""
    for pattern in _UNFINISHED:
        for left in table.rglob(pattern):
            left.unlink(missing_ok=True)
