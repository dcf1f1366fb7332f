"""The index of one workspace: what the server, the command line and library users call.

Cheap until it has to work: an unchanged `refresh` and `status` read the manifest and stat files, and import neither
llama-index nor LanceDB. One writer at a time; searches go on while it writes.
"""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from inglenook_indexer import heat, tenants
from inglenook_indexer.discover import MAX_BYTES, check_root, reason_excluded
from inglenook_indexer.errors import IndexBusy, IndexMissing, StorageError
from inglenook_indexer.ignore import IGNORE_FILES
from inglenook_indexer.location import index_folder
from inglenook_indexer.lock import WriterLock
from inglenook_indexer.manifest import Manifest
from inglenook_indexer.reconcile import Plan, plan_all, plan_some
from inglenook_indexer.shelf import Shelf, unwritable
from inglenook_indexer.types import Answer, Hit, Import, Progress, Reference, Report, Skipped, Status, Symbol

if TYPE_CHECKING:
    from inglenook_indexer.session import Session
    from inglenook_indexer.symbols.graph import SymbolGraph

T = TypeVar("T")
_EMBEDDER = "static-code:2"  # name and version of the static table: vectors of another one are of no use
_MOVING = 20  # looks at a store that is changing places ...
_MOVING_S = 0.02  # ... and seconds between them: renaming two folders


class Index:
    """The index of the workspace `root`, kept in `folder` (default: the user's cache). Raises WorkspaceError."""

    def __init__(self, root: Path, folder: Path | None = None) -> None:
        self.root = check_root(Path(root))
        self.folder = folder or index_folder(self.root)
        self._shelf = Shelf(self.folder, _EMBEDDER)
        self._writing = WriterLock(self._shelf.lock_file)
        self._opening = threading.RLock()
        self._session: Session | None = None

    def refresh(
        self,
        *,
        rebuild: bool = False,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Report:
        """Make the index say what the workspace says. Raises IndexBusy, StorageError.

        `rebuild` makes it anew beside the old one, which is searched until the new one is complete.
        """
        started = time.monotonic()
        tell = progress or _ignore
        with self._writing.held():
            messages: list[str] = self._settle_in()
            tell(Progress("scan", 0, 0))
            manifest = Manifest() if rebuild else self._repaired(messages, check=True)
            if not rebuild and not self._renewed(manifest, messages, tell, cancelled or _never):
                return _report(manifest, [], started, cancelled=True, messages=messages)
            plan = plan_all(self.root, manifest)
            if rebuild:
                done = self._rebuild(plan, manifest, started, tell, cancelled or _never)
                return replace(done, messages=(*messages, *done.messages))
            return self._carry_out(plan, manifest, started, messages, tell, cancelled or _never)

    def update(
        self,
        paths: Iterable[Path | str],
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Report:
        """Reconcile only these files and folders, say after a save. Paths outside the workspace are passed over."""
        started = time.monotonic()
        relative = [found for path in paths if (found := self.relative(path)) is not None]
        if any(path == "" or path.rsplit("/", 1)[-1] in IGNORE_FILES for path in relative):
            return self.refresh(progress=progress, cancelled=cancelled)
        if not self._shelf.filled:
            return self.refresh(progress=progress, cancelled=cancelled)
        with self._writing.held():
            messages: list[str] = []
            manifest = self._repaired(messages)
            if not self._renewed(manifest, messages, progress or _ignore, cancelled or _never):
                return _report(manifest, [], started, cancelled=True, messages=messages)
            plan = plan_some(self.root, manifest, dict.fromkeys(relative))
            return self._carry_out(plan, manifest, started, messages, progress or _ignore, cancelled or _never)

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
        from inglenook_indexer.encode import remember
        from inglenook_indexer.tier import Tier

        started = time.monotonic()
        session = self._open()
        encoder = session.load_encoder(encoder_folder)
        encodings = session.store.encodings
        with self._writing.held():
            manifest = self._repaired([])
            if not self._renewed(manifest, [], progress or _ignore, cancelled or _never):
                return _report(manifest, [], started, cancelled=True)
            try:
                if remember(self._shelf.encoder_file, encoder, encoder_folder) and encodings is not None:
                    encodings.drop()
                if encodings is not None:
                    encodings.mend()
            except OSError as error:
                raise unwritable(self.folder, error) from error
            killed = self._shelf.begin("embed")

        def run() -> bool:
            return Tier(session, self._writing.held, lambda: self._repaired([]), self._shelf.save).run(
                encoder, encoder_folder, hot or tuple, progress or _ignore, cancelled or _never, paused or _never, idle,
                unverified=killed,
            )  # fmt: skip

        try:
            whole = run()
        except StorageError:
            with self._writing.held():
                if encodings is None or encodings.mend(closely=True):
                    raise
            whole = run()
        self._shelf.end("embed")
        heat.save(self._shelf.heat_file, session.retrieved)
        return _report(self._manifest() or Manifest(), [], started, cancelled=not whole)

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
        folder of the one to take where the second tier has not begun.
        """
        if not query.strip() or limit < 1:
            return []
        return self._twice(lambda: self._search(query, limit, path, language, kind, rerank_s, encoder))

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

    def outline(self, path: Path | str) -> list[Symbol]:
        """Every symbol that a file defines, in order."""
        return self._asked(lambda graph: graph.outline(self.relative(path) or ""))

    def imports(self, path: Path | str) -> list[Import]:
        """What a file imports, in order, and which files of the workspace are meant."""
        return self._asked(lambda graph: graph.imports(self.relative(path) or ""))

    def importers(self, path: Path | str, *, limit: int = 60) -> Answer[Import]:
        """What imports a file, or the folder it is a part of where its language imports folders."""
        return self._asked(lambda graph: graph.importers(self.relative(path) or "", limit=limit))

    def text(self, path: Path | str) -> str:
        """What an indexed file says, secrets masked: its unsaved buffer, else the disk; empty for any other file."""
        from inglenook_indexer.read import masked_text

        relative, manifest, session = self.relative(path) or "", self._manifest(), self._session
        shadowed = session.overlay.text(relative) if session is not None else None
        if shadowed is not None or manifest is None or relative not in manifest.files:
            return shadowed or ""
        return masked_text(self.root, relative)

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
        with self._opening:
            session = self._new_session()
        session.shadow(path, text)

    def status(self) -> Status:
        """What is in the index now; all zeros where there is none."""
        manifest = self._manifest() or Manifest()
        return Status(
            str(self.root),
            str(self.folder),
            len(manifest.files),
            manifest.chunks,
            manifest.encoded,
            self._shelf.bytes(),
            manifest.updated,
        )

    def files(self) -> list[str]:
        """Paths of the indexed files, sorted."""
        manifest = self._manifest()
        return sorted(manifest.files) if manifest else []

    def explain_file(self, path: Path | str) -> str:
        """One sentence: whether this file is in the index, and if not, why."""
        from inglenook_indexer.doctor import explain

        return explain(self.root, self.relative(path), self._manifest())

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

    def close(self) -> None:
        """Give memory and threads back. A later search opens the index again."""
        self._close_session()

    # Writing

    def _carry_out(
        self,
        plan: Plan,
        manifest: Manifest,
        started: float,
        messages: list[str],
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> Report:
        """Run a plan against the store in place."""
        if plan.empty and self._shelf.filled and not self._shelf.unfinished("index"):
            return _report(manifest, plan.skipped, started, messages=messages)
        from inglenook_indexer.crew import Crew, groups, helpers_for
        from inglenook_indexer.detector import warm

        warm()
        killed = self._shelf.begin("index")
        first = not manifest.files
        known = manifest.files
        work = list(groups(plan.changed, lambda path: known[path].digest if path in known else ""))
        crew = Crew(self.root, work, _EMBEDDER, helpers_for(plan.changed))
        stopped = False
        try:
            from inglenook_indexer.write import Cancelled, Writer

            session = self._open(create=True)
            writer = Writer(self.root, session.store, manifest, session.cutter)
            try:
                writer.run(plan, crew, progress, cancelled)
            except Cancelled:
                stopped = True
            finally:
                if writer.changed or writer.removed or not stopped:
                    self._save(manifest)
            if not stopped:
                crew.close()  # the helpers' memory is of better use now
                progress(Progress("finish", 0, 0))
                session.store.tidy(first=first, unverified=killed)
                if self._shelf.behind:
                    self._save(manifest)
                self._shelf.end("index")
        finally:
            crew.close()
        return _report(
            manifest, [*plan.skipped, *writer.skipped], started, writer.changed, writer.removed, stopped, messages
        )

    def _rebuild(
        self,
        plan: Plan,
        manifest: Manifest,
        started: float,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> Report:
        """Write a new store beside the old one, then change places."""
        shutil.rmtree(self._shelf.next, ignore_errors=True)
        beside = Index(self.root, self._shelf.next)
        beside._shelf.encodings = self._shelf.encodings
        try:
            report = beside._carry_out(plan, manifest, started, [], progress, cancelled)
            beside.close()
            if report.cancelled:
                return report
            self._close_session()
            self._shelf.swap(beside._shelf)
            return report
        except OSError as error:
            raise unwritable(self.folder, error) from error
        finally:
            shutil.rmtree(beside.folder, ignore_errors=True)

    def _repaired(self, messages: list[str], *, check: bool = False) -> Manifest:
        """The manifest; of a store that can't be used, none: it is set aside with a message. The lock is held."""
        try:
            if check:
                self._shelf.check(lambda: self._open().store.verify())
                if not self._shelf.check_encodings(lambda: self._open().store.verify_encodings()):
                    self._close_session()
                    messages.append("The encoder's vectors were damaged; they are made again.")
            return self._manifest() or Manifest()
        except IndexMissing:
            return Manifest()
        except StorageError as error:
            self._close_session()
            self._shelf.set_aside()
            messages.append(f"{error.message} It was set aside and is made again.")
            return Manifest()

    def _renewed(
        self,
        manifest: Manifest,
        messages: list[str],
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> bool:
        """See to it that the vectors are the static table's; False when stopped meanwhile. The lock is held.

        Another table than the one that wrote the store: rows are kept and only vectors made anew, beside, in batches;
        a run that was cut short goes on where it stood. Until then searches do without these vectors.
        """
        session = self._session
        if session is None or session.store.client is None or not session.store.foreign:
            return True
        from inglenook_indexer.renew import renew
        from inglenook_indexer.session import Session

        beside = Shelf(self._shelf.renewed, _EMBEDDER)
        new = Session(beside.store, self._shelf.encodings, _EMBEDDER)
        try:
            new.open(create=True)
            if new.store.foreign:  # of a table between that one and this one
                new.close()
                shutil.rmtree(beside.folder, ignore_errors=True)
                new.open(create=True)
            if not renew(session.store, new.store, session.embedder, progress, cancelled):
                return False
            new.close()
            beside.save(manifest)
            self._close_session()
            self._shelf.swap(beside)
            shutil.rmtree(beside.folder, ignore_errors=True)
        except OSError as error:
            raise unwritable(self.folder, error) from error
        finally:
            new.close()
        messages.append("Search vectors were made anew by this version's table; chunks were kept.")
        return True

    def _settle_in(self) -> list[str]:
        """Write down whose index this is, and let those of workspaces long gone make room. The lock is held."""
        try:
            tenants.claim(self.folder, self.root)
        except OSError as error:
            raise unwritable(self.folder, error) from error
        said = tenants.evict_stale(self.folder)
        return [said] if said else []

    def _save(self, manifest: Manifest) -> None:
        self._shelf.save(manifest)

    # Reading

    def _twice(self, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except StorageError:
            # Another process may have put a new store in the old one's place under our feet: look once more.
            self._close_session()
        try:
            return ask()
        except StorageError:
            self._shelf.suspect()
            raise

    def _asked(self, question: Callable[[SymbolGraph], T]) -> T:
        return self._twice(lambda: question(self._open().graph(self._manifest() or Manifest())))

    def _search(
        self, query: str, limit: int, path: str, language: str, kind: str, rerank_s: float, encoder: Path | None
    ) -> list[Hit]:
        session = self._open()
        manifest = self._manifest()
        if manifest is not None and manifest.encoded:
            from inglenook_indexer.encode import remembered

            session.use_encoder(remembered(self._shelf.encoder_file))
        return session.search(
            query, limit=limit, path=path, language=language, kind=kind, rerank_s=rerank_s, encoder=encoder
        )

    def _manifest(self) -> Manifest | None:
        """The manifest as of now; None without a store."""
        return self._shelf.manifest(self._derived)

    def _derived(self) -> Manifest | None:
        try:
            return self._open().manifest()
        except IndexMissing:
            return None

    def _new_session(self) -> Session:
        from inglenook_indexer.session import Session

        if self._session is None:
            self._session = Session(self._shelf.store, self._shelf.encodings, _EMBEDDER)
            self._session.retrieved = heat.load(self._shelf.heat_file)
        return self._session

    def _open(self, *, create: bool = False) -> Session:
        for _ in range(_MOVING):
            try:
                return self._opened(create=create)
            except IndexMissing:
                if not self._shelf.between_places:
                    raise
            # A rebuild is changing places, which takes a moment, or was killed at that moment: then it is undone.
            try:
                with self._writing.held(wait=False):
                    self._shelf.recover()
            except IndexBusy:
                time.sleep(_MOVING_S)
        return self._opened(create=create)

    def _opened(self, *, create: bool) -> Session:
        with self._opening:
            session = self._new_session()
            session.open(create=create)
            return session

    def _close_session(self) -> None:
        with self._opening:
            if self._session is not None:
                self._session.close()


def _ignore(_: Progress) -> None:
    """Progress that nobody watches."""


def _never() -> bool:
    """A run that nobody cancels."""
    return False


def _report(
    manifest: Manifest,
    skipped: Iterable[Skipped],
    started: float,
    changed: int = 0,
    removed: int = 0,
    cancelled: bool = False,
    messages: Iterable[str] = (),
) -> Report:
    """What a run did."""
    ordered = tuple(sorted(skipped, key=lambda one: one.path))
    seconds = time.monotonic() - started
    return Report(len(manifest.files), manifest.chunks, changed, removed, ordered, seconds, cancelled, tuple(messages))
