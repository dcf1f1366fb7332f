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
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer import manifest as manifests
from inglenook_indexer.discover import check_root
from inglenook_indexer.errors import IndexMissing, StorageError
from inglenook_indexer.ignore import IGNORE_FILES
from inglenook_indexer.location import index_folder
from inglenook_indexer.lock import WriterLock
from inglenook_indexer.manifest import Manifest
from inglenook_indexer.reconcile import Plan, plan_all, plan_some
from inglenook_indexer.types import Hit, Progress, Report, Skipped, Status

if TYPE_CHECKING:
    from inglenook_indexer.session import Session

_EMBEDDER = "static-minilm:1"  # name and version of the static table: vectors of another one are of no use


class Index:
    """The index of the workspace `root`, kept in `folder` (default: the user's cache). Raises WorkspaceError."""

    def __init__(self, root: Path, folder: Path | None = None) -> None:
        self.root = check_root(Path(root))
        self.folder = folder or index_folder(self.root)
        self._store_folder = self.folder / "store"
        self._manifest_file = self.folder / "manifest.json"
        self._encoder_file = self.folder / "encoder.json"
        self._writing = WriterLock(self.folder / "writer.lock")
        self._opening = threading.RLock()
        self._session: Session | None = None
        self._cached: tuple[tuple[str, int], Manifest] | None = None

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
            messages: list[str] = []
            tell(Progress("scan", 0, 0))
            manifest = Manifest() if rebuild else self._repaired(messages)
            plan = plan_all(self.root, manifest)
            if rebuild:
                return self._rebuild(plan, manifest, started, tell, cancelled or _never)
            return self._carry_out(plan, manifest, started, messages, tell, cancelled or _never)

    def update(self, paths: Iterable[Path | str]) -> Report:
        """Reconcile only these files and folders, say after a save. Paths outside the workspace are passed over."""
        started = time.monotonic()
        relative = [found for path in paths if (found := self.relative(path)) is not None]
        if any(path == "" or path.rsplit("/", 1)[-1] in IGNORE_FILES for path in relative):
            return self.refresh()
        if not manifests.store_version(self._store_folder):
            return self.refresh()
        with self._writing.held():
            messages: list[str] = []
            manifest = self._repaired(messages)
            plan = plan_some(self.root, manifest, dict.fromkeys(relative))
            return self._carry_out(plan, manifest, started, messages, _ignore, _never)

    def embed(
        self,
        encoder_folder: Path,
        *,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Report:
        """The second tier: give chunks the encoder's vectors too, until all have them. Stops and resumes at any batch.

        Raises IndexMissing, IndexBusy, and StorageError where the encoder or the store can't be read.
        """
        from inglenook_indexer.encode import encode, next_batch, remember

        started = time.monotonic()
        tell, stop = progress or _ignore, cancelled or _never
        session = self._open()
        encoder = session.load_encoder(encoder_folder)
        with self._writing.held():
            manifest = self._repaired([])
            try:
                other = remember(self._encoder_file, encoder, encoder_folder)
            except OSError as error:
                raise _storage_error(self.folder, error) from error
            if other and manifest.encoded:
                session.store.forget_encoded()
                for entry in manifest.files.values():
                    entry.encoded = 0
                self._save(manifest)
        stopped = False
        while rows := next_batch(session.store):
            tell(Progress("encode", manifest.encoded, manifest.chunks))
            found = encode(rows, encoder, stop)
            if found is None:
                stopped = True
                break
            with self._writing.held():
                manifest = self._repaired([])
                for path in session.store.encode(found, {row["id"]: row["digest"] for row in rows}):
                    manifest.files[path].encoded += 1
                self._save(manifest)
        with self._writing.held():
            manifest = self._repaired([])
            session.store.tidy(force=not stopped)
            self._save(manifest)
        tell(Progress("encode", manifest.encoded, manifest.chunks))
        return _report(manifest, [], started, cancelled=stopped)

    def search(self, query: str, *, limit: int = 10, path: str = "", language: str = "") -> list[Hit]:
        """The best chunks for `query`, best first. Never indexes. Raises IndexMissing, StorageError.

        `path` narrows to a folder, a file or a pattern with `*`; `language` to a key of `languages.LANGUAGES`.
        """
        if not query.strip() or limit < 1:
            return []
        try:
            return self._search(query, limit, path, language)
        except StorageError:
            # Another process may have put a new store in the old one's place under our feet: look once more.
            self._close_session()
            return self._search(query, limit, path, language)

    def warm(self) -> None:
        """Open what a search needs, so that the first one does not wait for it; nothing where nothing is indexed."""
        try:
            self._search("warm", 1, "", "")
        except IndexMissing:
            return

    def shadow(self, path: str, text: str | None) -> None:
        """Let an unsaved buffer stand in for the stored version of `path`; None lifts it."""
        with self._opening:
            self._new_session().shadow(path, text)

    def status(self) -> Status:
        """What is in the index now; all zeros where there is none."""
        manifest = self._manifest() or Manifest()
        size = 0
        for folder, _, names in os.walk(self.folder):
            for name in names:
                try:
                    size += os.lstat(os.path.join(folder, name)).st_size
                except OSError:
                    continue  # a writer cleans up while we look
        return Status(
            str(self.root),
            str(self.folder),
            len(manifest.files),
            manifest.chunks,
            manifest.encoded,
            size,
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
        if plan.empty and manifests.store_version(self._store_folder):
            return _report(manifest, plan.skipped, started, messages=messages)
        from inglenook_indexer.write import Cancelled, Writer

        session = self._open(create=True)
        writer = Writer(self.root, session.store, manifest, session.steps)
        stopped = False
        try:
            writer.run(plan, progress, cancelled)
            progress(Progress("finish", 0, 0))
            session.store.tidy(force=len(manifest.files) == writer.changed)
        except Cancelled:
            stopped = True
        finally:
            self._save(manifest)
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
        beside = Index(self.root, self.folder / "next")
        shutil.rmtree(beside.folder, ignore_errors=True)
        try:
            report = beside._carry_out(plan, manifest, started, [], progress, cancelled)
            beside.close()
            if report.cancelled:
                return report
            self._close_session()
            old = self.folder / "store.old"
            shutil.rmtree(old, ignore_errors=True)
            if self._store_folder.exists():
                self._store_folder.replace(old)
            beside._store_folder.replace(self._store_folder)
            beside._manifest_file.replace(self._manifest_file)
            shutil.rmtree(old, ignore_errors=True)
            return report
        except OSError as error:
            raise _storage_error(self.folder, error) from error
        finally:
            shutil.rmtree(beside.folder, ignore_errors=True)

    def _repaired(self, messages: list[str]) -> Manifest:
        """The manifest; of a store that can't be used, none: it is set aside with a message. The lock is held."""
        try:
            return self._manifest() or Manifest()
        except StorageError as error:
            from inglenook_indexer.store import set_aside

            self._close_session()
            try:
                set_aside(self._store_folder)
            except OSError as failure:
                raise _storage_error(self.folder, failure) from failure
            messages.append(f"{error.message} It was set aside and is made again.")
            return Manifest()

    def _save(self, manifest: Manifest) -> None:
        manifest.updated = time.time()
        try:
            manifests.save(manifest, self._manifest_file, self._store_folder, _EMBEDDER)
        except OSError as error:
            raise _storage_error(self.folder, error) from error
        self._cached = (self._stamp(), manifest)

    # Reading

    def _search(self, query: str, limit: int, path: str, language: str) -> list[Hit]:
        session = self._open()
        manifest = self._manifest()
        if manifest is not None and manifest.encoded:
            from inglenook_indexer.encode import remembered

            session.use_encoder(remembered(self._encoder_file))
        return session.search(query, limit=limit, path=path, language=language)

    def _stamp(self) -> tuple[str, int]:
        """Changes whenever the manifest may have."""
        try:
            return manifests.store_version(self._store_folder), self._manifest_file.stat().st_mtime_ns
        except OSError:
            return manifests.store_version(self._store_folder), 0

    def _manifest(self) -> Manifest | None:
        """The manifest as of now: from memory, from its file, or derived from the store; None without a store."""
        stamp = self._stamp()
        if self._cached is not None and self._cached[0] == stamp:
            return self._cached[1]
        found = manifests.load(self._manifest_file, self._store_folder, _EMBEDDER)
        if found is None:
            if not stamp[0] and not self._store_folder.exists():
                return None
            try:
                found = self._open().manifest()
            except IndexMissing:
                return None
        self._cached = (stamp, found)
        return found

    def _new_session(self) -> Session:
        from inglenook_indexer.session import Session

        if self._session is None:
            self._session = Session(self._store_folder, _EMBEDDER)
        return self._session

    def _open(self, *, create: bool = False) -> Session:
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


def _storage_error(folder: Path, error: OSError) -> StorageError:
    """A failure of the file system as a sentence."""
    reason = error.strerror or type(error).__name__
    return StorageError(
        f"The index folder {folder} can't be written: {reason}.",
        "Free some space or check its permissions, then run `inglenook index`.",
    )


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
