"""The folders that one server was started for, and nothing else: paths that an agent names, as the index has them.

Whether a file may be looked at is decided by the rules of the index. What is refused is one sentence.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inglenook_indexer.errors import WorkspaceError
from inglenook_indexer.text.printable import one_line

from inglenook_server.documents import as_file, file_path
from inglenook_server.errors import RequestError
from inglenook_server.mcp.freshness import WAIT_S, Freshness
from inglenook_server.runtime.status import SessionStatus
from inglenook_server.runtime.workers import Worker
from inglenook_server.workspace.folders import OpenFolder, OpenFolders
from inglenook_server.workspace.index_updater import IndexUpdater

_NEAR = 3
"""Files that are offered for one that does not exist."""


@dataclass(frozen=True, slots=True)
class Located:
    """A path that an agent named."""

    folder: OpenFolder
    relative: str
    """As the folder's index has it; empty for the folder itself."""
    shown: str
    """As answers cite it."""


class Served:
    """The folders, their indexes, and what keeps these up to date."""

    def __init__(self, paths: Sequence[Path]) -> None:
        """Open them. Raises WorkspaceError where one can't be used."""
        self._worker = Worker("inglenook-index")
        status = SessionStatus()
        self.folders = OpenFolders(
            status, lambda workspace, facts: IndexUpdater(workspace, self._worker, facts, lambda: None)
        )
        for path in paths:
            self.folders.add(path)
            if status.facts.index_problem:
                raise WorkspaceError(status.facts.index_problem)
        self.fresh = [Freshness(folder) for folder in self.folders]

    def start(self) -> None:
        """Begin to bring the indexes up to date, before anything is asked, and to load the rules about secrets."""
        from inglenook_indexer.secrets.detector import warm

        for one in self.fresh:
            one.start()
        warm()

    def notes(self) -> str:
        """What answers may not know of, a line a folder. Looks for changes, and waits a moment. Raises StorageError."""
        several = len(self.fresh) > 1
        said = [(one, one.note(WAIT_S / len(self.fresh))) for one in self.fresh]
        return "\n".join(f"{one.folder.path.name}: {note}" if several else note for one, note in said if note)

    def close(self) -> None:
        """Stop what runs and let go of the indexes."""
        for folder in self.folders:
            folder.updater.close()

        def close_all() -> None:
            for folder in self.folders:
                folder.workspace.index.close()

        self._worker.close(close_all)

    def file(self, written: str) -> Located:
        """An indexed file. Raises RequestError, which says why it is none."""
        found = self._within(written)
        if found.relative in found.folder.workspace.index.files():
            return found
        raise RequestError(self._refusal(found, written))

    def narrowing(self, written: str) -> Located | None:
        """Where an agent looks: a file, a folder, a pattern with `*`; None for everywhere.

        Raises RequestError where there is nothing of that name to look in.
        """
        if not written.strip() or written.strip() in (".", "./"):
            return None
        found = self._within(written)
        if "*" in found.relative or not found.relative:
            return found
        inside = f"{found.relative}/"
        if any(path == found.relative or path.startswith(inside) for path in found.folder.workspace.index.files()):
            return found
        raise RequestError(self._refusal(found, written))

    def _within(self, written: str) -> Located:
        """The path in the folder that holds it. Raises RequestError for one outside."""
        name = written.strip()
        if not name:
            raise RequestError("Name a file by its path in the folder.")
        if name.startswith("file:") and (named := file_path(name)) is not None:
            name = str(named)
        path = as_file(os.path.expanduser(name))
        if path is None:
            raise RequestError(f"{one_line(written)} is no path.")
        if path.is_absolute():
            place = self.folders.of(path)
            if place.folder is not None:
                return Located(place.folder, place.relative, place.path)
            raise RequestError(self._outside(written))
        for folder in self.folders:
            shown = self.folders.shown(folder, "")
            if shown and f"{name}/".startswith(shown):
                return self._of(folder, name[len(shown) :], written)
        if len(self.folders) > 1:
            holding = [folder for folder in self.folders if os.path.lexists(folder.path / path)]
            if len(holding) != 1:
                known = ", ".join(one_line(self.folders.shown(folder, "")) for folder in self.folders)
                raise RequestError(f"{one_line(written)}: begin the path with its folder, one of {known}.")
            return self._of(holding[0], name, written)
        return self._of(next(iter(self.folders)), name, written)

    def _of(self, folder: OpenFolder, name: str, written: str) -> Located:
        relative = folder.workspace.index.relative(name)
        if relative is None:
            raise RequestError(self._outside(written))
        return Located(folder, relative, self.folders.shown(folder, relative))

    def _outside(self, written: str) -> str:
        roots = ", ".join(one_line(str(folder.path)) for folder in self.folders)
        return f"{one_line(written)} lies outside of what this server was started for: {roots}."

    def _refusal(self, found: Located, written: str) -> str:
        """Why a path within a folder can't be read, and which are written much like it."""
        from inglenook_indexer.files.discover import candidate
        from inglenook_indexer.secrets.redact import mask_path

        root, relative = found.folder.path, found.relative
        outcome = candidate(root, relative) if relative else None
        shown = one_line(mask_path(found.shown)) or "."
        below = f"{relative}/" if relative else ""
        inside = sum(path.startswith(below) for path in found.folder.workspace.index.files())
        if inside:
            return (
                f"{shown} is a folder with {inside:,} indexed files: name one of them, or search with it as the path."
            )
        if isinstance(outcome, str) and os.path.isdir(root / relative) and not os.path.islink(root / relative):
            return f"{shown} is a folder, and nothing in it is indexed."
        if isinstance(outcome, str):
            return f"{shown} is not served: {one_line(outcome)}."
        if outcome is not None:
            return one_line(found.folder.workspace.index.explain_file(relative))
        near = self._near(written)
        alike = f" Written much like it: {', '.join(map(one_line, near))}." if near else ""
        return f"There is no {shown} in the index.{alike}"

    def _near(self, written: str) -> list[str]:
        from inglenook_server.chat.known.unknown import near_paths

        return near_paths(written, self.folders.files())[:_NEAR]
