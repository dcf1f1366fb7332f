"""Files and folders of an index by the paths that people write. Knows nothing of what is done with them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches


class Paths:
    """The paths of an index, read once."""

    def __init__(self, index: Searches) -> None:
        self._index = index

    @cached_property
    def files(self) -> Sequence[str]:
        """Every indexed file."""
        return self._index.files()

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for path in self.files:
            found.setdefault(path.rpartition("/")[2].lower(), []).append(path)
        return found

    @cached_property
    def folders(self) -> Sequence[str]:
        """Every folder that holds an indexed file, without a `/` at its end."""
        found: dict[str, None] = {}
        for path in self.files:
            folder = path.rpartition("/")[0]
            while folder and folder not in found:
                found[folder] = None
                folder = folder.rpartition("/")[0]
        return sorted(found)

    def called(self, written: str, near: str) -> list[str]:
        """Files that `written` may mean, a path or the end of one: the very path first, then what is near."""
        wanted = written.lower()
        same = self._by_name.get(wanted.rpartition("/")[2], [])
        found = [path for path in same if path.lower() == wanted or path.lower().endswith(f"/{wanted}")]
        return sorted(
            found,
            key=lambda path: (path != written, path.lower() != wanted, -shared(path, near), path.count("/"), path),
        )

    def folder(self, written: str, near: str) -> list[str]:
        """Folders that `written` may mean, as with files."""
        wanted = written.rstrip("/")
        if wanted in ("", "."):
            return ["."]  # the workspace itself
        found = [folder for folder in self.folders if folder == wanted or folder.endswith(f"/{wanted}")]
        return sorted(found, key=lambda folder: (folder != wanted, -shared(folder, near), folder))

    def within(self, folder: str) -> list[str]:
        """The files in a folder and below it."""
        return [path for path in self.files if folder == "." or path.startswith(f"{folder}/")]


def normal(written: str) -> str | None:
    """A path from the workspace's root, as the index writes it; None for one that leads out of it, or is absolute."""
    path = written.replace("\\", "/")
    if path.startswith(("/", "~")) or path[1:2] == ":":
        return None
    clean = posixpath.normpath(path)
    return None if clean == ".." or clean.startswith("../") else clean


def shared(path: str, near: str) -> int:
    """How many folders two paths have in common, from the top."""
    count = 0
    for one, other in zip(_folders(path), _folders(near), strict=False):
        if one != other:
            break
        count += 1
    return count


def _folders(path: str) -> Iterable[str]:
    return path.split("/")[:-1]
