"""Whose index is whose: each index folder remembers its workspace, so that those of vanished ones can be removed.

Touches nothing but index folders; knows nothing of what is inside them but the lock and one small file.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from inglenook_indexer.errors import IndexBusy, StorageError
from inglenook_indexer.store.lock import WriterLock
from inglenook_indexer.system import permissions
from inglenook_indexer.system.atomic_write import write_atomically
from inglenook_indexer.system.location import cache_root

KEPT_S = 30 * 24 * 3600.0
"""How long the index of a folder that no longer exists is kept: branches and backups come back."""
_FILE = "root.json"
_LOCK = "writer.lock"

State = Literal["present", "vanished", "unreachable", "unknown"]


@dataclass(frozen=True, slots=True)
class KnownIndex:
    """One index folder and the workspace it belongs to."""

    folder: Path
    root: Path | None
    """None where nobody wrote it down: an index of an early version, or something else."""
    state: State
    """Unreachable: the folder above is missing too, or it lies on another device now: a drive is not there."""
    used: float
    """Seconds since the epoch of the last index run."""


def claim(folder: Path, root: Path) -> None:
    """Note that `folder` holds the index of `root`, and that it is in use now. Raises OSError."""
    if folder.parent == cache_root() / "indexes":
        permissions.shut(folder.parent)
        if not os.environ.get(
            "INGLENOOK_CACHE"
        ):  # the platform's folder for us alone; one that was named may be anything
            permissions.shut(cache_root())
    file = folder / _FILE
    wanted = {"root": os.fspath(root), "device": _device(root)}
    if _read(file) == wanted:
        os.utime(file)
    else:
        write_atomically(file, json.dumps(wanted))


def known_indexes(indexes: Path | None = None) -> Iterator[KnownIndex]:
    """Every index of the cache, by name."""
    top = indexes or cache_root() / "indexes"
    try:
        folders = sorted(entry.path for entry in os.scandir(top) if entry.is_dir(follow_symlinks=False))
    except OSError:
        return
    for name in folders:
        folder = Path(name)
        found = _read(folder / _FILE)
        root = Path(str(found["root"])) if "root" in found else None
        state: State = "unknown" if root is None else _state(root, found.get("device"))
        yield KnownIndex(folder, root, state, _used(folder))


def evict(folder: Path) -> int:
    """Remove one index; how many bytes that freed. Raises IndexBusy, StorageError."""
    freed = size(folder)
    lock = folder / _LOCK
    with WriterLock(lock).held():
        try:
            # The manifest first: without it, what is left of a store is looked at closely before it is used.
            for child in sorted(folder.iterdir(), key=lambda path: path.name != "manifest.json"):
                if child == lock:
                    continue
                if child.is_dir() and not child.is_symlink():
                    shutil.rmtree(child)
                else:
                    child.unlink(missing_ok=True)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise StorageError(f"{folder} can't be removed: {reason}.", f"Remove it yourself: {folder}") from None
    shutil.rmtree(folder, ignore_errors=True)
    return freed


def evict_stale(folder: Path, now: float | None = None) -> str:
    """Remove the indexes beside `folder` whose workspaces vanished long ago. A sentence about it, or nothing."""
    if folder.parent != cache_root() / "indexes":
        return ""  # a library user's own folder: what lies beside it is not ours
    limit = (time.time() if now is None else now) - KEPT_S
    removed = freed = 0
    for known_index in known_indexes(folder.parent):
        if known_index.state == "vanished" and known_index.used < limit and known_index.folder != folder:
            try:
                freed += evict(known_index.folder)
            except (IndexBusy, StorageError):
                continue
            removed += 1
    if not removed:
        return ""
    what = "The index of a folder" if removed == 1 else f"The indexes of {removed} folders"
    return f"{what} that vanished over {KEPT_S / 86_400:.0f} days ago made room: {freed / 1e6:.1f} MB."


def size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    total = 0
    for above, _, names in os.walk(folder):
        for name in names:
            try:
                total += os.lstat(os.path.join(above, name)).st_size
            except OSError:
                continue
    return total


def busy(folder: Path) -> bool:
    """Whether a process is writing the index in `folder` at this moment."""
    lock = folder / _LOCK
    if not lock.exists():
        return False
    try:
        with WriterLock(lock).held():
            return False
    except IndexBusy:
        return True
    except StorageError:
        return False


def _state(root: Path, device: object) -> State:
    try:
        if root.is_dir():
            return "present"
        if not root.parent.is_dir() or os.lstat(root.parent).st_dev != device:
            return "unreachable"
        os.lstat(root)
    except FileNotFoundError:
        return "vanished"
    except OSError:
        return "unreachable"
    return "vanished"  # a file has its name now


def _device(root: Path) -> int:
    return os.stat(root.parent).st_dev if os.stat(root.parent).st_dev == os.stat(root).st_dev else -1


def _used(folder: Path) -> float:
    for file in (folder / _FILE, folder / "manifest.json", folder):
        try:
            return file.stat().st_mtime
        except OSError:
            continue
    return 0.0


def _read(file: Path) -> dict[str, object]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
