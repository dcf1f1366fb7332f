"""Whether files are what they were when they were written, without reading the same file twice. Knows no model.

A file that was read and is what it should be is known by what the disk says of it; it is read again once that changes.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from inglenook_indexer.files.file_stamp import TICK_NS, stamp_of

RECORD = "files.json"
"""SHA-256 by name, for folders whose own record has none."""
SEEN = ".seen.json"
"""What was read last, by name: what the disk said of the file, and its hash."""
GRAIN_S = TICK_NS / 1e9
"""A file that changed so short a time ago is read again next time: within the grain of a disk's clock it could change
once more and look the same."""


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write(folder: Path, names: Iterable[str]) -> None:
    """Record these files of `folder` as they are now."""
    (folder / RECORD).write_text(json.dumps({name: sha256_of(folder / name) for name in names}), encoding="utf-8")


def read(folder: Path) -> dict[str, str] | None:
    """What `write` recorded; None where nothing is, or nothing that can be read."""
    return _json(folder / RECORD)


def altered(folder: Path, hashes: Mapping[str, str], *, grain_s: float = GRAIN_S) -> str:
    """The first file of `folder` without its hash, or empty; one that can't be read is another.

    Reads what changed since it was read last: half a second a gigabyte, else nothing.
    """
    before = _json(folder / SEEN) or {}
    seen: dict[str, list[Any]] = {}
    for name, wanted in hashes.items():
        try:
            stamp = stamp_of((folder / name).stat())
            now = [*stamp, wanted]
            if before.get(name) != now and sha256_of(folder / name) != wanted:
                return name
        except OSError:
            return name
        if time.time_ns() - max(stamp.mtime_ns, stamp.changed_ns) > grain_s * 1e9:
            seen[name] = now
    if before != {**before, **seen}:
        _note(folder, {**before, **seen})
    return ""


def _note(folder: Path, seen: Mapping[str, list[Any]]) -> None:
    """Write down what was read; a folder that takes nothing is read again each time."""
    with suppress(OSError):
        handle, temporary = tempfile.mkstemp(prefix=SEEN, dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(seen, file)
            os.chmod(temporary, folder.stat().st_mode & 0o666)  # several users may share a folder of models
            os.replace(temporary, folder / SEEN)
        except OSError:
            Path(temporary).unlink(missing_ok=True)


def _json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
