"""A folder that is open: its index, and which of its files may be looked at. Knows nothing of LSP or threads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from inglenook_indexer import Index
    from inglenook_indexer.types import Answer, DefinedName, Hit, Import, Reference, Symbol


class Searches(Protocol):
    """What completion and chat ask of an index, or of several as one."""

    def search(self, query: str, *, limit: int = 10, rerank_s: float = 0.0) -> list[Hit]:
        """The best chunks, best first; see `Index.search`. Raises IndexMissing, StorageError."""
        ...

    def definitions(self, name: str, *, path: str = "", near: str = "", limit: int = 60) -> Answer[Symbol]:
        """Where `name` is defined, in the folder or file `path`, as seen from the file `near`.

        Raises IndexMissing, StorageError.
        """
        ...

    def references(
        self, name: str, *, relation: str = "", path: str = "", defined_in: str = "", limit: int = 60
    ) -> Answer[Reference]:
        """Who calls `name`, uses it as a type, inherits from it or imports it; `relation` is one of these.

        Narrowed as by `Index.references`. Raises IndexMissing, StorageError.
        """
        ...

    def imports(self, path: str) -> list[Import]:
        """What a file imports, and which files are meant. Raises IndexMissing, StorageError."""
        ...

    def importers(self, path: str, *, limit: int = 60) -> Answer[Import]:
        """What imports a file. Raises IndexMissing, StorageError."""
        ...

    def mentions(self, path: str, start_line: int, end_line: int) -> list[Reference]:
        """What these lines of a file refer to, imports apart, by line. Raises IndexMissing, StorageError."""
        ...

    def similar_names(self, name: str, *, limit: int = 5) -> list[str]:
        """Names of definitions that are written much like `name`, the likest first.

        Raises IndexMissing, StorageError.
        """
        ...

    def files(self) -> list[str]:
        """The indexed files, sorted."""
        ...

    def outline(self, path: str) -> list[Symbol]:
        """Every symbol that a file defines, in order. Raises IndexMissing, StorageError."""
        ...

    def text(self, path: str) -> str:
        """What an indexed file says, its secrets masked; its unsaved buffer before the disk. Empty for any other."""
        ...

    def withheld(self, path: str) -> frozenset[int]:
        """The lines of an indexed file's text that hold masks, from 1 on."""
        ...

    def unsaved(self) -> frozenset[str]:
        """The files whose unsaved buffers count instead of what is on disk."""
        ...

    def names(self, prefix: str, *, limit: int = 20) -> list[DefinedName]:
        """Names of symbols that begin with `prefix`; see `Index.names`. Raises IndexMissing, StorageError."""
        ...

    def explain_file(self, path: str) -> str:
        """One sentence: whether this file is in the index, and if not, why."""
        ...


class Workspace:
    """One root folder and its index."""

    def __init__(self, root: Path) -> None:
        """Open the index of `root`. Raises WorkspaceError when the folder can't be used."""
        from inglenook_indexer import Index

        self.index: Index = Index(root)
        self.root = self.index.root
        self._reasons: dict[str, str | None] = {}

    def relative(self, path: Path) -> str | None:
        """`path` as the index names it: POSIX, relative to the root. None when it is somewhere else."""
        return self.index.relative(path) or None

    def reason_excluded(self, path: str) -> str | None:
        """Why a file of the workspace is not indexed, in words, or None. Remembered until `forget_reasons`."""
        if path not in self._reasons:
            from inglenook_indexer.files.discover import reason_excluded

            self._reasons[path] = reason_excluded(self.root, path)
        return self._reasons[path]

    def forget_reasons(self) -> None:
        """Ask anew why files are excluded: ignore files or the files themselves have changed."""
        self._reasons.clear()
