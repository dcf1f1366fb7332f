"""The folders that are open: each with its own index and updater, searched together. Knows nothing of LSP.

With one folder, a path is relative to it, as in its index. With several, a path begins with its folder's name, as
editors show it (`api/src/main.py`), so that a prompt, an answer and a search never mean two files by one name. Such a
path is called shown.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from inglenook_indexer.errors import IndexerError, IndexMissing, WorkspaceError
from inglenook_indexer.types import Answer

from inglenook_server.runtime.status import FolderStatus, SessionStatus
from inglenook_server.workspace.index_updater import IndexUpdater
from inglenook_server.workspace.merge import merge
from inglenook_server.workspace.prefixed_index import PrefixedIndex
from inglenook_server.workspace.workspace import Searches, Workspace

if TYPE_CHECKING:
    from inglenook_indexer.types import DefinedName, Hit, Import, Reference, Symbol

T = TypeVar("T")
_NOTHING_YET = (IndexMissing, WorkspaceError)
"""A folder's index is being made, or the folder is gone."""


@dataclass(frozen=True)
class OpenFolder:
    """One open folder."""

    workspace: Workspace
    updater: IndexUpdater
    status: FolderStatus

    @property
    def path(self) -> Path:
        """The folder, resolved."""
        return self.workspace.root


@dataclass(frozen=True)
class Place:
    """Where a document is."""

    path: str
    """Its path as shown; its name alone outside every open folder."""
    folder: OpenFolder | None = None
    """The innermost open folder that holds it."""
    relative: str = ""
    """Its path in `folder`, as the index has it."""


class OpenFolders:
    """The open folders, in the editor's order. The event loop's thread alone adds and removes; any thread reads."""

    def __init__(self, status: SessionStatus, make_updater: Callable[[Workspace, FolderStatus], IndexUpdater]) -> None:
        self._status = status
        self._make_updater = make_updater
        self._lock = threading.Lock()
        self._folders: tuple[OpenFolder, ...] = ()
        self._unusable: dict[Path, FolderStatus] = {}

    def __iter__(self) -> Iterator[OpenFolder]:
        return iter(self._folders)

    def __len__(self) -> int:
        return len(self._folders)

    @property
    def first(self) -> OpenFolder | None:
        """The folder whose adapter is used."""
        return self._folders[0] if self._folders else None

    def add(self, path: Path) -> OpenFolder | None:
        """Open a folder; None if it is open already, or can't be used, which the status then says."""
        status = self._status.add_folder()
        try:
            workspace = Workspace(path)
        except WorkspaceError as error:
            status.set(index_problem=f"{error.message} {error.mend}".strip())
            self._unusable[path] = status
            return None
        if any(folder.path == workspace.root for folder in self._folders):
            status.drop()
            return None
        folder = OpenFolder(workspace, self._make_updater(workspace, status), status)
        with self._lock:
            self._folders = (*self._folders, folder)
        self._status.set(workspace=True)
        return folder

    def remove(self, path: Path) -> OpenFolder | None:
        """Take a folder out; None if it is not open. The caller closes its updater and its index."""
        if (unusable := self._unusable.pop(path, None)) is not None:
            unusable.drop()
        removed = next((folder for folder in self._folders if folder.path in (path, path.resolve())), None)
        if removed is not None:
            with self._lock:
                self._folders = tuple(folder for folder in self._folders if folder is not removed)
            removed.status.drop()
            self._status.set(workspace=bool(self._folders))
        return removed

    def holding(self, file: Path) -> list[tuple[OpenFolder, str]]:
        """Every folder that `file` lies in, and its path there, the innermost first: open folders may be nested."""
        found = [(folder, path) for folder in self._folders if (path := folder.workspace.relative(file)) is not None]
        return sorted(found, key=lambda one: -len(one[0].path.parts))

    def of(self, file: Path) -> Place:
        """Where a file is: in the innermost folder that holds it, or in none."""
        holding = self.holding(file)
        if not holding:
            return Place(file.name)
        folder, relative = holding[0]
        return Place(self.shown(folder, relative), folder, relative)

    def shown(self, folder: OpenFolder, relative: str) -> str:
        """A path of a folder's index as it is shown."""
        return self._prefix(folder) + relative

    def file(self, path: str) -> Path | None:
        """The file of a path as shown; None if no open folder can hold it."""
        names = self._names()
        if len(names) < 2:
            return next(iter(names)) / path if names else None
        name, _, relative = path.partition("/")
        return next((folder / relative for folder, known in names.items() if known == name), None)

    def index_of(self, folder: OpenFolder) -> Searches:
        """The index of one folder, with paths as they are shown."""
        prefix = self._prefix(folder)
        return PrefixedIndex(folder.workspace.index, prefix) if prefix else folder.workspace.index

    def search(self, query: str, *, limit: int = 10, rerank_s: float = 0.0) -> list[Hit]:
        """The best chunks of all folders, best first. Raises IndexMissing where none has an index, StorageError.

        A folder that is gone counts as one without an index: WorkspaceError. `rerank_s` is shared by the folders.
        """
        folders = self._folders
        if len(folders) == 1:
            return folders[0].workspace.index.search(query, limit=limit, rerank_s=rerank_s)
        lists: list[list[tuple[Path, Hit]]] = []
        missing: IndexerError | None = None
        for folder in folders:
            prefix = self._prefix(folder)
            index = PrefixedIndex(folder.workspace.index, prefix)
            try:
                hits = index.search(query, limit=limit, rerank_s=rerank_s / len(folders))
            except _NOTHING_YET as error:
                missing = error
            else:
                lists.append([(folder.path / hit.chunk.path.removeprefix(prefix), hit) for hit in hits])
        if missing is not None and not lists:
            raise missing
        return merge(lists, limit)

    def definitions(self, name: str, *, path: str = "", near: str = "", limit: int = 60) -> Answer[Symbol]:
        """Where `name` is defined: in the folder of the file `near` first. Raises what `search` raises."""
        folders = sorted(self._folders, key=lambda one: not near.startswith(self._prefix(one)))
        return self._each(folders, lambda index: index.definitions(name, path=path, near=near, limit=limit), limit)

    def references(
        self, name: str, *, relation: str = "", path: str = "", defined_in: str = "", limit: int = 60
    ) -> Answer[Reference]:
        """Who uses `name`, in every folder. A folder whose index is being made has none yet."""

        def ask(index: Searches) -> Answer[Reference]:
            return index.references(name, relation=relation, path=path, defined_in=defined_in, limit=limit)

        return self._each(self._folders, ask, limit)

    def importers(self, path: str, *, limit: int = 60) -> Answer[Import]:
        """What imports a file. Raises what its folder's index raises."""
        index = self._index_for(path)
        return index.importers(path, limit=limit) if index else Answer()

    def mentions(self, path: str, start_line: int, end_line: int) -> list[Reference]:
        """What lines of a file refer to. Raises what its folder's index raises."""
        index = self._index_for(path)
        return index.mentions(path, start_line, end_line) if index else []

    def similar_names(self, name: str, *, limit: int = 5) -> list[str]:
        """Names of any folder that are written much like `name`, the likest first."""
        from inglenook_indexer.search.similar_names import similar

        asked = self._each(self._folders, lambda index: Answer(index.similar_names(name, limit=limit)), limit)
        return similar(name, asked, limit)

    def files(self) -> list[str]:
        """The indexed files of every folder, folder by folder."""
        return [path for folder in self._folders for path in self.index_of(folder).files()]

    def imports(self, path: str) -> list[Import]:
        """What a file imports. Raises what its folder's index raises."""
        index = self._index_for(path)
        return index.imports(path) if index else []

    def outline(self, path: str) -> list[Symbol]:
        """What a file defines. Raises what its folder's index raises."""
        index = self._index_for(path)
        return index.outline(path) if index else []

    def text(self, path: str) -> str:
        """What an indexed file says, its secrets masked; empty for any other."""
        index = self._index_for(path)
        return index.text(path) if index else ""

    def withheld(self, path: str) -> frozenset[int]:
        """The lines of an indexed file's text that hold masks."""
        index = self._index_for(path)
        return index.withheld(path) if index else frozenset()

    def unsaved(self) -> frozenset[str]:
        """The files, as they are shown, whose unsaved buffers count instead of what is on disk."""
        return frozenset[str]().union(*(self.index_of(folder).unsaved() for folder in self._folders))

    def _each(self, folders: Iterable[OpenFolder], ask: Callable[[Searches], Answer[T]], limit: int) -> Answer[T]:
        """The answers of several folders as one."""
        found: list[Answer[T]] = []
        for folder in folders:
            with suppress(*_NOTHING_YET):
                found.append(ask(self.index_of(folder)))
        exact = all(one.exact for one in found)
        return Answer([one for some in found for one in some][:limit], sum(one.total for one in found), exact=exact)

    def _index_for(self, path: str) -> Searches | None:
        """The index of the folder that holds a path as shown."""
        file = self.file(path)
        folder = self.of(file).folder if file is not None else None
        return self.index_of(folder) if folder is not None else None

    def _prefix(self, folder: OpenFolder) -> str:
        """What the paths of a folder begin with when they are shown: nothing while it is the only one."""
        names = self._names()
        return f"{names[folder.path]}/" if len(names) > 1 and folder.path in names else ""

    def _names(self) -> dict[Path, str]:
        """Every folder -> a name without `/` that no other open folder has."""
        names: dict[Path, str] = {}
        for folder in self._folders:
            name, number = folder.path.name or "root", 1
            while name in names.values():
                number += 1
                name = f"{folder.path.name or 'root'}-{number}"
            names[folder.path] = name
        return names

    def names(self, prefix: str, *, limit: int = 20) -> list[DefinedName]:
        """Names of symbols that begin with `prefix`, each folder's share first. Raises nothing, as `references`."""
        lists: list[list[DefinedName]] = []
        for folder in self._folders:
            with suppress(*_NOTHING_YET):
                lists.append(self.index_of(folder).names(prefix, limit=limit))
        found: dict[str, DefinedName] = {}
        for one in (one for row in zip_longest(*lists) for one in row if one is not None):
            known = found.get(one.name)
            found[one.name] = replace(known, places=known.places + one.places) if known is not None else one
        return list(found.values())[:limit]

    def explain_file(self, path: str) -> str:
        """One sentence: whether a file is indexed, and if not, why."""
        index = self._index_for(path)
        return index.explain_file(path) if index else "It lies in no open folder."
