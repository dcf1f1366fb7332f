"""One folder's index among several: every path begins with the folder's name. Knows no threads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from inglenook_indexer.types import Answer, Import, Reference, Symbol

from inglenook_server.workspace.workspace import Searches

if TYPE_CHECKING:
    from inglenook_indexer.types import DefinedName, Hit

T = TypeVar("T", Symbol, Reference, Import)


@dataclass(frozen=True, slots=True)
class PrefixedIndex:
    """An index whose paths begin with `prefix`, such as "api/"."""

    index: Searches
    prefix: str

    def search(self, query: str, *, limit: int = 10, rerank_s: float = 0.0) -> list[Hit]:
        """The index's hits. Raises IndexMissing, StorageError."""
        found = self.index.search(query, limit=limit, rerank_s=rerank_s)
        return [replace(hit, chunk=replace(hit.chunk, path=self.prefix + hit.chunk.path)) for hit in found]

    def definitions(self, name: str, *, path: str = "", near: str = "", limit: int = 60) -> Answer[Symbol]:
        """Where `name` is defined in this folder. Raises IndexMissing, StorageError."""
        if not self._holds(path):
            return Answer()
        inside = self._bare(path)
        return self._shown(self.index.definitions(name, path=inside, near=self._bare(near), limit=limit))

    def references(
        self, name: str, *, relation: str = "", path: str = "", defined_in: str = "", limit: int = 60
    ) -> Answer[Reference]:
        """Who uses `name` in this folder; nobody where it is defined in another. Raises IndexMissing, StorageError.

        Imports are followed within a folder only.
        """
        if not (self._holds(path) and self._holds(defined_in)):
            return Answer()
        inside, home = self._bare(path), self._bare(defined_in)
        return self._shown(self.index.references(name, relation=relation, path=inside, defined_in=home, limit=limit))

    def importers(self, path: str, *, limit: int = 60) -> Answer[Import]:
        """What imports a file. Raises IndexMissing, StorageError."""
        found = self._shown(self.index.importers(self._bare(path), limit=limit))
        return Answer((self._aimed(one) for one in found), found.total, exact=found.exact)

    def mentions(self, path: str, start_line: int, end_line: int) -> list[Reference]:
        """What lines of a file refer to. Raises IndexMissing, StorageError."""
        return self._shown(Answer(self.index.mentions(self._bare(path), start_line, end_line)))

    def similar_names(self, name: str, *, limit: int = 5) -> list[str]:
        """Names of this folder that are written much like `name`. Raises IndexMissing, StorageError."""
        return self.index.similar_names(name, limit=limit)

    def files(self) -> list[str]:
        """The files of this folder."""
        return [self.prefix + path for path in self.index.files()]

    def imports(self, path: str) -> list[Import]:
        """What a file imports. Raises IndexMissing, StorageError."""
        return [self._aimed(one) for one in self._shown(Answer(self.index.imports(self._bare(path))))]

    def outline(self, path: str) -> list[Symbol]:
        """What a file defines. Raises IndexMissing, StorageError."""
        return self._shown(Answer(self.index.outline(self._bare(path))))

    def text(self, path: str) -> str:
        """What a file of this folder says."""
        return self.index.text(path.removeprefix(self.prefix))

    def withheld(self, path: str) -> frozenset[int]:
        """The lines of a file's text that hold masks."""
        return self.index.withheld(path.removeprefix(self.prefix))

    def names(self, prefix: str, *, limit: int = 20) -> list[DefinedName]:
        """Names of symbols that begin with `prefix`. Raises IndexMissing, StorageError."""
        return [replace(one, path=self.prefix + one.path) for one in self.index.names(prefix, limit=limit)]

    def explain_file(self, path: str) -> str:
        """Whether a file of this folder is indexed, and if not, why; the sentence calls it as the index does."""
        return self.index.explain_file(path.removeprefix(self.prefix))

    def unsaved(self) -> frozenset[str]:
        """The files whose unsaved buffers count."""
        return frozenset(self.prefix + path for path in self.index.unsaved())

    def _bare(self, path: str) -> str:
        """A path as the index has it; the folder itself is no narrowing."""
        return "" if path == self.prefix.rstrip("/") else path.removeprefix(self.prefix)

    def _holds(self, path: str) -> bool:
        """Whether a path lies in this folder; no path lies in every one."""
        return not path or f"{path}/".startswith(self.prefix)

    def _shown(self, found: Answer[T]) -> Answer[T]:
        return Answer((replace(one, path=self.prefix + one.path) for one in found), found.total, exact=found.exact)

    def _aimed(self, one: Import) -> Import:
        """An import with its target as shown; one that means no file of the folder has none."""
        return replace(one, target=self.prefix + one.target) if one.target else one
