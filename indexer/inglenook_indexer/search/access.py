"""An index's folder, opened when something is asked of it: its session, its manifest, its lock.

Knows what to do where a store is being moved, is gone, or is damaged; knows nothing of what is asked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from inglenook_indexer.errors import IndexBusy, IndexMissing, StoreDamaged
from inglenook_indexer.files.discover import check_present, reason_excluded
from inglenook_indexer.search import retrieval_counts
from inglenook_indexer.store import known_indexes
from inglenook_indexer.store.index_folder import IndexFolder
from inglenook_indexer.store.lock import WriterLock
from inglenook_indexer.store.manifest import Manifest
from inglenook_indexer.system.memory_limit import check_room
from inglenook_indexer.system.os_errors import enough_files, unwritable

if TYPE_CHECKING:
    from inglenook_indexer.search.session import Session

T = TypeVar("T")
EMBEDDER = "static-code:2"
"""Name and version of the static table: vectors of another one are of no use."""
_MOVING = 20  # looks at a store that is changing places ...
_MOVING_S = 0.02  # ... and seconds between them: renaming two folders


class Access:
    """What readers and the writer share of the index of the workspace `root`, kept in `folder`."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.folder = folder
        self.embedder = EMBEDDER
        self.disk = IndexFolder(folder, self.embedder)
        self.writing = WriterLock(self.disk.lock_file)
        self.session: Session | None = None
        self._opening = threading.RLock()

    def open(self, *, create: bool = False) -> Session:
        """The session with its store open. Raises IndexMissing if there is none (and not `create`), StorageError."""
        missed = False
        for _ in range(_MOVING):
            try:
                return self._opened(create=create)
            except IndexMissing:
                if not self.disk.between_places:
                    if missed:
                        raise
                    missed = True  # or it was, until just now
                    continue
            # A rebuild is changing places, which takes a moment, or was killed at that moment: then it is undone.
            try:
                with self.writing.held(wait=False):
                    self.disk.recover()
            except IndexBusy:
                time.sleep(_MOVING_S)
        return self._opened(create=create)

    def _opened(self, *, create: bool) -> Session:
        with self._opening:
            session = self.resident()
            if session.store.client is None:
                enough_files(self.folder)
            session.open(create=create)
            return session

    def resident(self) -> Session:
        """The session, its store open or not; made when it is first asked for. Raises NoRoom."""
        check_room()
        from inglenook_indexer.search.session import Session

        with self._opening:
            if self.session is None:
                self.session = Session(self.disk.store, self.disk.encodings, self.embedder)
                self.session.retrieved = retrieval_counts.load(self.disk.counts_file)
            return self.session

    def close(self) -> None:
        """Let go of the store and of search threads; what is unsaved stays."""
        with self._opening:
            if self.session is not None:
                self.session.close()

    def let_go(self) -> None:
        """Have the store opened anew; who is reading it goes on."""
        with self._opening:
            if self.session is not None:
                self.session.let_go()

    def lift_excluded(self) -> None:
        """Let go of unsaved buffers whose files the rules have come to exclude."""
        if self.session is not None:
            for path in self.session.overlay.paths:
                if reason_excluded(self.root, path) is not None:
                    self.session.overlay.lift(path)

    def manifest(self) -> Manifest | None:
        """The manifest as of now; None without a store."""
        return self.disk.manifest(self._derived)

    def _derived(self) -> Manifest | None:
        try:
            return self.open().manifest()
        except IndexMissing:
            return None

    def masked(self, relative: str) -> tuple[str, frozenset[int]]:
        """The text of an indexed file, secrets masked, and the lines (from 1) of masks; empty for any other file."""
        from inglenook_indexer.files.read import masked_text

        manifest = self.manifest()
        shadowed = self.session.overlay.text(relative) if self.session is not None else None
        if shadowed is not None or manifest is None or relative not in manifest.files:
            return shadowed or ("", frozenset())
        return masked_text(self.root, relative)

    def twice(self, ask: Callable[[], T]) -> T:
        """What `ask` returns; asked again over a store opened anew where the first try fails.

        Raises what it does, and WorkspaceError where the workspace is gone: nothing is told of it then.
        """
        check_present(self.root)
        try:
            return ask()
        except StoreDamaged:
            # Another process may have put a new store in the old one's place under our feet: look once more.
            self.let_go()
        try:
            return ask()
        except StoreDamaged:
            self.disk.suspect()
            raise

    def settle_in(self) -> list[str]:
        """Write down whose index this is, and let those of workspaces long gone make room. The lock is held."""
        try:
            known_indexes.claim(self.folder, self.root)
        except OSError as error:
            raise unwritable(self.folder, error) from error
        said = known_indexes.evict_stale(self.folder)
        return [said] if said else []

    def repaired(self, messages: list[str], *, check: bool = False) -> Manifest:
        """The manifest; of a store that can't be used, none: it is set aside with a message. The lock is held."""
        try:
            if check:
                self.disk.check(self.verify)
                if not self.disk.check_encodings(self._verify_encodings):
                    self.close()
                    messages.append("The encoder's vectors were damaged; they are made again.")
            return self.manifest() or Manifest()
        except IndexMissing:
            return Manifest()
        except StoreDamaged as error:
            self.close()
            self.disk.set_aside()
            messages.append(f"{error.message} It was set aside and is made again.")
            return Manifest()

    def verify(self) -> None:
        """Read all of the store. Raises StorageError where something can't be read or is not what was written."""
        from inglenook_indexer.store.verification import verify

        store = self.open().store
        verify(store.table, store.lookups)

    def _verify_encodings(self) -> None:
        encodings = self.open().store.encodings
        if encodings is not None:
            encodings.verify()
