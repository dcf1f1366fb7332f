"""The index of one workspace: what the server, the command line and library users call.

Cheap until it has to work: an unchanged `refresh` and `status` read the manifest and stat files, and import neither
llama-index nor LanceDB. One writer at a time; searches go on while it writes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from inglenook_indexer.errors import IndexMissing
from inglenook_indexer.files.discover import MAX_BYTES, check_present, check_root, reason_excluded
from inglenook_indexer.files.ignore import IGNORE_FILES
from inglenook_indexer.search.access import Access
from inglenook_indexer.store.manifest import Manifest
from inglenook_indexer.system.location import index_folder
from inglenook_indexer.types import Answer, DefinedName, Hit, Import, Progress, Reference, Report, Status, Symbol
from inglenook_indexer.update import maintenance
from inglenook_indexer.update.reconcile import plan_all, plan_some

if TYPE_CHECKING:
    from inglenook_indexer.symbols.graph import SymbolGraph

T = TypeVar("T")


class Index:
    """The index of the workspace `root`, kept in `folder` (default: the user's cache). Raises WorkspaceError."""

    def __init__(self, root: Path, folder: Path | None = None) -> None:
        self.root = check_root(Path(root))
        self.folder = folder or index_folder(self.root)
        self._access = Access(self.root, self.folder)

    def refresh(
        self,
        *,
        rebuild: bool = False,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Report:
        """Make the index say what the workspace says. Raises IndexBusy, StorageError, WorkspaceError.

        What the rules have come to exclude leaves the disk, in every version of the store.

        `rebuild` makes it anew beside the old one, which is searched until the new one is complete.
        """
        started, access = time.monotonic(), self._access
        tell, stop = progress or _ignore, cancelled or _never
        check_present(self.root)
        with access.writing.held():
            messages: list[str] = access.settle_in()
            tell(Progress("scan", 0, 0))
            manifest = Manifest() if rebuild else access.repaired(messages, check=True)
            older = manifest.masked_by_other_rules
            if older:
                messages.append("The rules about secrets have changed with this version: every file is read anew.")
            if older or rebuild:
                access.lift_excluded()
                done = maintenance.rebuild(access, started, tell, stop, go_on=older)
                return replace(done, messages=(*messages, *done.messages))
            access.disk.drop_next()
            if not maintenance.reembed(access, manifest, messages, tell, stop):
                return maintenance.report(manifest, [], started, cancelled=True, messages=messages)
            plan = plan_all(self.root, manifest)
            access.lift_excluded()
            return maintenance.carry_out(access, plan, manifest, started, messages, tell, stop)

    def update(
        self,
        paths: Iterable[Path | str],
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Report:
        """Reconcile only these files and folders, say after a save. Paths outside the workspace are passed over."""
        started, access = time.monotonic(), self._access
        tell, stop = progress or _ignore, cancelled or _never
        relative = [found for path in paths if (found := self.relative(path)) is not None]
        if any(path == "" or path.rsplit("/", 1)[-1] in IGNORE_FILES for path in relative):
            return self.refresh(progress=progress, cancelled=cancelled)
        if not access.disk.filled:
            return self.refresh(progress=progress, cancelled=cancelled)
        check_present(self.root)
        with access.writing.held():
            messages: list[str] = []
            manifest = access.repaired(messages)
            if manifest.masked_by_other_rules:
                return self.refresh(progress=progress, cancelled=cancelled)
            if not maintenance.reembed(access, manifest, messages, tell, stop):
                return maintenance.report(manifest, [], started, cancelled=True, messages=messages)
            plan = plan_some(self.root, manifest, dict.fromkeys(relative))
            access.lift_excluded()
            return maintenance.carry_out(access, plan, manifest, started, messages, tell, stop)

    def embed(
        self,
        encoder_folder: Path,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
        paused: Callable[[], bool] | None = None,
        hot: Callable[[], Iterable[str]] | None = None,
        idle: bool = False,
    ) -> Report:
        """The second tier: give chunks the encoder's vectors too, until all have them. Stops and resumes at any batch.

        The hottest files come first: those that `hot` names (paths as the index writes them) or whose buffers are
        unsaved, those edited lately, those retrieved often, then code before tests. While `paused` says so, nothing is
        encoded. `idle` has the encoder run in a process of its own, at idle priority.
        Raises IndexMissing, IndexBusy, and StorageError where the encoder or the store can't be read.
        """
        return maintenance.embed(
            self._access, encoder_folder, hot or tuple, progress or _ignore, cancelled or _never, paused or _never, idle
        )

    def search(
        self,
        query: str,
        *,
        limit: int = 10,
        path: str = "",
        language: str = "",
        kind: str = "",
        rerank_s: float = 0.0,
        encoder: Path | None = None,
    ) -> list[Hit]:
        """The best chunks for `query`, best first. Never indexes. Raises IndexMissing, StorageError.

        `path` narrows to a folder, a file or a pattern with `*`; `language` to a key of `languages.LANGUAGES`; `kind`
        to chunks that define a symbol of that kind (one of `symbols.patterns.KINDS`). Where the second tier is not
        done, the encoder may read the most promising chunks now, for at most `rerank_s` seconds; `encoder` is the
        folder of the one to take where the second tier has not begun. A text of 40 words and more is taken for a report
        (`search.report`): by words and by the static table alone, for the encoder told nothing more of such.
        """
        if not query.strip() or limit < 1:
            return []
        return self._access.twice(lambda: self._search(query, limit, path, language, kind, rerank_s, encoder))

    def definitions(
        self, name: str, *, kind: str = "", language: str = "", path: str = "", near: str = "", limit: int = 60
    ) -> Answer[Symbol]:
        """Where `name` is defined, the likeliest first. Raises IndexMissing, StorageError, as all questions do.

        `name` may be dotted (`Class.method`, `a::b`); exact names come before those in another case. `kind`,
        `language` and `path` narrow as in `search`. `near` is a file that says the name: then come first what it
        defines itself, what it imports (through re-exports), what is in its folder. Of a name that hundreds of places
        have not all are read: the answer's `total` and `exact` say so.
        """
        return self._asked(
            lambda graph: graph.definitions(name, kind=kind, language=language, path=path, near=near, limit=limit)
        )

    def references(
        self,
        name: str,
        *,
        relation: str = "",
        language: str = "",
        path: str = "",
        defined_in: str = "",
        limit: int = 60,
    ) -> Answer[Reference]:
        """Who calls `name`, uses it as a type, inherits from it or imports it; `relation` is one of these.

        "call", "type", "inherit" or "import". Calls of a method are found by its name alone: those whose class the
        text says come first. `defined_in` is a file: then only where that file's definition is meant.
        """
        return self._asked(
            lambda graph: graph.references(
                name, relation=relation, language=language, path=path, defined_in=defined_in, limit=limit
            )
        )

    def similar_names(self, name: str, *, limit: int = 5) -> list[str]:
        """Names of definitions that are written much like `name`, in any case, the likest first."""
        return self._access.twice(lambda: self._access.open().similar_names(name, limit))

    def outline(self, path: Path | str) -> list[Symbol]:
        """Every symbol that a file defines, in order."""
        return self._asked(lambda graph: graph.outline(self.relative(path) or ""))

    def mentions(self, path: Path | str, start_line: int, end_line: int) -> list[Reference]:
        """What these lines (1-based, inclusive) of a file call, use as a type or inherit from, by line."""
        return self._asked(lambda graph: graph.mentions(self.relative(path) or "", start_line, end_line))

    def imports(self, path: Path | str) -> list[Import]:
        """What a file imports, in order, and which files of the workspace are meant."""
        return self._asked(lambda graph: graph.imports(self.relative(path) or ""))

    def importers(self, path: Path | str, *, limit: int = 60) -> Answer[Import]:
        """What imports a file, or the folder it is a part of where its language imports folders."""
        return self._asked(lambda graph: graph.importers(self.relative(path) or "", limit=limit))

    def text(self, path: Path | str) -> str:
        """What an indexed file says, secrets masked: its unsaved buffer, else the disk; empty for any other file."""
        return self._access.masked(self.relative(path) or "")[0]

    def withheld(self, path: Path | str) -> frozenset[int]:
        """The lines of `text`, from 1 on, that masks are on: nothing else tells a mask from asterisks of the file."""
        return self._access.masked(self.relative(path) or "")[1]

    def warm(self) -> None:
        """Open what a search needs, so that the first one does not wait for it; nothing where nothing is indexed."""
        try:
            self.search("warm", limit=1)
        except IndexMissing:
            return

    def shadow(self, path: str, text: str | None) -> None:
        """Let an unsaved buffer stand in for the stored version of `path`; None lifts it. Excluded files never do."""
        if text is not None and (len(text) > MAX_BYTES or reason_excluded(self.root, path) is not None):
            text = None
        self._access.resident().shadow(path, text)

    def unsaved(self) -> frozenset[str]:
        """The files whose unsaved buffers stand in for what is stored."""
        session = self._access.session
        return frozenset() if session is None else session.overlay.paths

    def status(self) -> Status:
        """What is in the index now; all zeros where there is none."""
        manifest = self._access.manifest() or Manifest()
        return Status(
            str(self.root),
            str(self.folder),
            len(manifest.files),
            manifest.chunks,
            manifest.encoded,
            self._access.disk.bytes(),
            manifest.updated,
        )

    def files(self) -> list[str]:
        """Paths of the indexed files, sorted."""
        manifest = self._access.manifest()
        return sorted(manifest.files) if manifest else []

    def explain_file(self, path: Path | str) -> str:
        """One sentence: whether this file is in the index, and if not, why."""
        from inglenook_indexer.update.explain_file import explain

        return explain(self.root, self.relative(path), self._access.manifest())

    def relative(self, path: Path | str) -> str | None:
        """`path` (absolute, or relative to the workspace) as the index writes it; None if it lies outside."""
        joined = Path(os.path.normpath(self.root / Path(path).expanduser()))
        try:
            found = joined.relative_to(self.root)
        except ValueError:
            try:
                found = (joined.parent.resolve() / joined.name).relative_to(self.root)
            except (ValueError, OSError, RuntimeError):
                return None
        return "" if found == Path() else found.as_posix()

    def names(self, prefix: str, *, limit: int = 20) -> list[DefinedName]:
        """Names of symbols that begin with `prefix` in any case, then those one of whose parts does. For completing.

        Classes and functions and their like, as chunks are named by; a buffer's own before the store's. The first
        question after a change of the index reads two columns of it. Raises IndexMissing, StorageError.
        """
        return self._access.twice(lambda: self._access.open().names(prefix, limit))

    def close(self) -> None:
        """Give memory and threads back. A later search opens the index again."""
        self._access.close()

    def _asked(self, question: Callable[[SymbolGraph], T]) -> T:
        return self._access.twice(lambda: question(self._access.open().graph(self._access.manifest() or Manifest())))

    def _search(
        self, query: str, limit: int, path: str, language: str, kind: str, rerank_s: float, encoder: Path | None
    ) -> list[Hit]:
        session = self._access.open()
        manifest = self._access.manifest()
        if manifest is not None and manifest.encoded:
            from inglenook_indexer.store.encoder_identity import remembered

            session.use_encoder(remembered(self._access.disk.encoder_file))
        return session.search(
            query, limit=limit, path=path, language=language, kind=kind, rerank_s=rerank_s, encoder=encoder
        )


def _ignore(_: Progress) -> None:
    """Progress that nobody watches."""


def _never() -> bool:
    """A run that nobody cancels."""
    return False
