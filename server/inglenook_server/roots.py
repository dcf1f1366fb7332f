"""The folders that are open: each with its own index and keeper, searched together. Knows nothing of LSP.

With one folder, a path is what its index calls it. With several, a path begins with its folder's name, as editors show
it (`api/src/main.py`), so that a prompt, an answer and a search never mean two files by one name.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexerError, IndexMissing, WorkspaceError

from inglenook_server.keeper import Keeper
from inglenook_server.status import Board, Share
from inglenook_server.workspace import Searches, Workspace

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit, Import, Reference, Symbol

WORDS = ("words", "more_words")
"""Parts of a score that are shares of the best BM25 in the same index; the others are measured alike in all."""

_NOTHING_YET = (IndexMissing, WorkspaceError)
"""A folder's index is being made, or the folder is gone."""


@dataclass(frozen=True)
class Root:
    """One open folder."""

    workspace: Workspace
    keeper: Keeper
    share: Share
    """Its part of the status."""

    @property
    def path(self) -> Path:
        """The folder, resolved."""
        return self.workspace.root


@dataclass(frozen=True)
class Place:
    """Where a document is."""

    path: str
    """What the core calls it."""
    root: Root | None = None
    """None for a document outside every open folder."""
    relative: str = ""
    """Its path in `root`, as its index has it."""


class Roots:
    """The open folders, in the editor's order. The event loop's thread alone adds and removes; any thread reads."""

    def __init__(self, board: Board, make_keeper: Callable[[Workspace, Share], Keeper]) -> None:
        self._board = board
        self._make_keeper = make_keeper
        self._lock = threading.Lock()
        self._roots: tuple[Root, ...] = ()
        self._unusable: dict[Path, Share] = {}

    def __iter__(self) -> Iterator[Root]:
        return iter(self._roots)

    def __len__(self) -> int:
        return len(self._roots)

    @property
    def first(self) -> Root | None:
        """The folder whose adapter is used."""
        return self._roots[0] if self._roots else None

    def add(self, folder: Path) -> Root | None:
        """Open a folder; None if it is open already, or can't be used, which the board then says."""
        share = self._board.share()
        try:
            workspace = Workspace(folder)
        except WorkspaceError as error:
            share.set(index_problem=f"{error.message} {error.mend}".strip())
            self._unusable[folder] = share
            return None
        if any(root.path == workspace.root for root in self._roots):
            share.drop()
            return None
        root = Root(workspace, self._make_keeper(workspace, share), share)
        with self._lock:
            self._roots = (*self._roots, root)
        self._board.set(workspace=True)
        return root

    def remove(self, folder: Path) -> Root | None:
        """Take a folder out; None if it is not open. Its keeper and its index are the caller's to close."""
        if (unusable := self._unusable.pop(folder, None)) is not None:
            unusable.drop()
        gone = next((root for root in self._roots if root.path in (folder, folder.resolve())), None)
        if gone is not None:
            with self._lock:
                self._roots = tuple(root for root in self._roots if root is not gone)
            gone.share.drop()
            self._board.set(workspace=bool(self._roots))
        return gone

    def holding(self, file: Path) -> list[tuple[Root, str]]:
        """Every folder that `file` lies in, and its path there, the innermost first: open folders may be nested."""
        found = [(root, path) for root in self._roots if (path := root.workspace.relative(file)) is not None]
        return sorted(found, key=lambda one: -len(one[0].path.parts))

    def of(self, file: Path) -> Place:
        """Where a file is: in the innermost folder that holds it, or in none."""
        held = self.holding(file)
        if not held:
            return Place(file.name)
        root, relative = held[0]
        return Place(self.shown(root, relative), root, relative)

    def shown(self, root: Root, relative: str) -> str:
        """A path of a folder as the core calls it."""
        names = self._names()
        return f"{names[root.path]}/{relative}" if len(names) > 1 and root.path in names else relative

    def file(self, path: str) -> Path | None:
        """The file that the core calls `path`; None if that is of no folder that is open."""
        names = self._names()
        if len(names) < 2:
            return next(iter(names)) / path if names else None
        name, _, relative = path.partition("/")
        return next((folder / relative for folder, known in names.items() if known == name), None)

    def index_of(self, root: Root) -> Searches:
        """The index of one folder, which calls files as the core does."""
        return root.workspace.index if len(self._roots) < 2 else _Named(self, root)

    def search(self, query: str, *, limit: int = 10, rerank_s: float = 0.0) -> list[Hit]:
        """The best chunks of all folders, best first. Raises IndexMissing where none has an index, StorageError.

        A folder that is gone counts as one without an index, and is told by WorkspaceError.
        `rerank_s` is shared by the folders.
        """
        roots = self._roots
        if len(roots) == 1:
            return roots[0].workspace.index.search(query, limit=limit, rerank_s=rerank_s)
        lists: list[list[tuple[Path, Hit]]] = []
        missing: IndexerError | None = None
        for root in roots:
            try:
                hits = root.workspace.index.search(query, limit=limit, rerank_s=rerank_s / len(roots))
            except _NOTHING_YET as error:
                missing = error
            else:
                lists.append([(root.path / hit.chunk.path, self.named(root, hit)) for hit in hits])
        if missing is not None and not lists:
            raise missing
        return merge(lists, limit)

    def definitions(self, name: str, *, near: str = "", limit: int = 60) -> list[Symbol]:
        """Where `name` is defined: in the folder of the file `near` first. Raises what `search` raises."""
        found: list[Symbol] = []
        for root in sorted(self._roots, key=lambda one: not near.startswith(self.shown(one, ""))):
            try:
                found += self.index_of(root).definitions(name, near=near, limit=limit)
            except _NOTHING_YET:
                continue
        return found[:limit]

    def references(self, name: str, *, limit: int = 60) -> list[Reference]:
        """Who uses `name`, in every folder. Raises nothing: a folder whose index is being made has none yet."""
        found: list[Reference] = []
        for root in self._roots:
            with suppress(*_NOTHING_YET):
                found += self.index_of(root).references(name, limit=limit)
        return found[:limit]

    def imports(self, path: str) -> list[Import]:
        """What a file imports. Raises what its folder's index raises."""
        root = self._holder(path)
        return self.index_of(root).imports(path) if root else []

    def outline(self, path: str) -> list[Symbol]:
        """What a file defines. Raises what its folder's index raises."""
        root = self._holder(path)
        return self.index_of(root).outline(path) if root else []

    def text(self, path: str) -> str:
        """What an indexed file says, its secrets masked; empty for any other."""
        root = self._holder(path)
        return self.index_of(root).text(path) if root else ""

    def _holder(self, path: str) -> Root | None:
        """The folder of what the core calls `path`."""
        file = self.file(path)
        place = self.of(file) if file is not None else None
        return place.root if place is not None else None

    def named(self, root: Root, hit: Hit) -> Hit:
        """A hit of one folder's index as the core calls it."""
        return replace(hit, chunk=replace(hit.chunk, path=self.shown(root, hit.chunk.path)))

    def _names(self) -> dict[Path, str]:
        """Every folder -> a name without `/` that no other open folder has."""
        names: dict[Path, str] = {}
        for root in self._roots:
            name, number = root.path.name or "root", 1
            while name in names.values():
                number += 1
                name = f"{root.path.name or 'root'}-{number}"
            names[root.path] = name
        return names


@dataclass(frozen=True)
class _Named:
    """One folder's index among several."""

    roots: Roots
    root: Root

    def search(self, query: str, *, limit: int = 10, rerank_s: float = 0.0) -> list[Hit]:
        """The index's hits. Raises IndexMissing, StorageError."""
        hits = self.root.workspace.index.search(query, limit=limit, rerank_s=rerank_s)
        return [self.roots.named(self.root, hit) for hit in hits]

    def definitions(self, name: str, *, near: str = "", limit: int = 60) -> list[Symbol]:
        """Where `name` is defined in this folder. Raises IndexMissing, StorageError."""
        found = self.root.workspace.index.definitions(name, near=self._inside(near), limit=limit)
        return [replace(one, path=self.roots.shown(self.root, one.path)) for one in found]

    def references(self, name: str, *, limit: int = 60) -> list[Reference]:
        """Who uses `name` in this folder. Raises IndexMissing, StorageError."""
        found = self.root.workspace.index.references(name, limit=limit)
        return [replace(one, path=self.roots.shown(self.root, one.path)) for one in found]

    def imports(self, path: str) -> list[Import]:
        """What a file imports. Raises IndexMissing, StorageError."""
        found = self.root.workspace.index.imports(self._inside(path))
        return [replace(one, path=self._shown(one.path), target=self._shown(one.target)) for one in found]

    def outline(self, path: str) -> list[Symbol]:
        """What a file defines. Raises IndexMissing, StorageError."""
        found = self.root.workspace.index.outline(self._inside(path))
        return [replace(one, path=self.roots.shown(self.root, one.path)) for one in found]

    def text(self, path: str) -> str:
        """What a file of this folder says."""
        return self.root.workspace.index.text(self._inside(path))

    def _shown(self, path: str) -> str:
        """A path of this folder's index as the core has it."""
        return self.roots.shown(self.root, path) if path else ""

    def _inside(self, path: str) -> str:
        """A path as this folder's index has it."""
        return path.removeprefix(self.roots.shown(self.root, "")) if path else ""


def merge(lists: Sequence[Sequence[tuple[Path, Hit]]], limit: int) -> list[Hit]:
    """Hits of several indexes, each (file, hit), in one list, best first.

    This relies on one ranker and one embedder for all indexes: a score is a sum of evidence with fixed weights, and
    most evidence (cosines, what names say, definitions) is measured alike everywhere. BM25 counts as a share of the
    best in its own index, so that the best of a folder which has nothing to say would have as much as any: these
    points are scaled to the best of all. While one folder waits for the encoder and another has it, scores compare
    roughly. A chunk that two nested folders index counts once.
    """
    tops = [max((hit.parts.get("bm25", 0.0) for _, hit in hits), default=0.0) for hits in lists]
    best = max(tops, default=0.0)
    found: dict[tuple[Path, int], Hit] = {}
    for hits, top in zip(lists, tops, strict=True):
        scale = top / best if best > 0 else 1.0
        for file, hit in hits:
            points = {name: hit.parts[name] * scale for name in WORDS if name in hit.parts}
            score = hit.score + sum(points[name] - hit.parts[name] for name in points)
            key = (file, hit.chunk.start_line)
            if key not in found or score > found[key].score:
                found[key] = replace(hit, score=score, parts={**hit.parts, **points})
    return sorted(found.values(), key=lambda hit: (-hit.score, hit.chunk.path, hit.chunk.start_line))[:limit]
