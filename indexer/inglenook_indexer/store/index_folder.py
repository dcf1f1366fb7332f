"""The folder of one index: the store, its manifest, what was set aside. Keeps them in agreement, whatever was killed.

The store is the truth. Only the writer's lock holder calls what is marked so. Knows nothing of what rows mean.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from inglenook_indexer.errors import StoreDamaged
from inglenook_indexer.store import checksums, manifest
from inglenook_indexer.store.checksums import Checksums
from inglenook_indexer.store.manifest import Manifest
from inglenook_indexer.system import permissions
from inglenook_indexer.system.os_errors import enough_size, unwritable

_FORGET = "forget"
_FORGET_S = 24 * 3600.0  # how long what was edited away or deleted may stay on the disk while the index is in use
_SLACK = 1 << 20  # bytes that a run may write beside what it adds: names of files, indices of little
_ASIDE = "store.damaged"
_SUSPECT = "suspect"  # left by a reader that met damage, for the next writer
_FORMER = ("heat.json", "renewed")  # what versions before this one kept there; they may speak of files long ignored


class IndexFolder:
    """Paths and changes of place. `embedder` names the static vectors a manifest must speak of."""

    def __init__(self, folder: Path, embedder: str) -> None:
        self.folder = folder
        self.store = folder / "store"
        self.encodings = folder / "encodings"
        self.manifest_file = folder / "manifest.json"
        self.encoder_file = folder / "encoder.json"
        self.counts_file = folder / "retrieved.json"
        self.lock_file = folder / "writer.lock"
        self.next = folder / "next"
        self.reembedded = folder / "reembedded"
        self._embedder = embedder
        self._old = folder / "store.old"
        self._cached: tuple[tuple[str, int], Manifest] | None = None

    @property
    def filled(self) -> bool:
        """Whether there is a store with at least one commit."""
        return bool(manifest.store_version(self.store))

    def manifest(self, derive: Callable[[], Manifest | None]) -> Manifest | None:
        """The manifest as of now: from memory, from its file, or from `derive`; None without a store.

        Raises StoreBlocked where the folder may not be read.
        """
        stamp = self._stamp()
        if self._cached is not None and self._cached[0] == stamp:
            return self._cached[1]
        found = manifest.load(self.manifest_file, self.store, self._embedder)
        if found is None:
            try:
                if not stamp[0] and not self.store.exists():
                    return None
            except PermissionError as error:
                raise unwritable(self.folder, error) from error
            found = derive()
        if found is not None:
            self._cached = (stamp, found)
        return found

    def save(self, found: Manifest) -> None:
        """Write the manifest of the store as it is. For the lock's holder. Raises StorageError."""
        found.updated = time.time()
        try:
            manifest.save(found, self.manifest_file, self.store, self.encodings, self._embedder)
            permissions.settle(self.folder)
        except OSError as error:
            raise unwritable(self.folder, error) from error
        self._cached = (self._stamp(), found)

    @property
    def behind(self) -> bool:
        """Whether the store has changed since the manifest was last written or read."""
        return self._cached is None or self._cached[0] != self._stamp()

    def check(self, sound: Callable[[], None]) -> None:
        """Bring back what a killed run left half moved; then see whether the store's files are what was written.

        `sound` reads everything and raises StorageError where that fails; it is asked only when files are missing or a
        reader met damage. Raises StoreDamaged for a store that must not be used, StoreBlocked. For the lock's holder.
        """
        self.recover()
        suspected = self._suspect_file.exists()
        written = manifest.read(self.manifest_file, self._embedder)
        known = written[0].checksums if written is not None else {}
        verdict = self._judged(self.store, known, thorough=suspected)
        if verdict is checksums.Verdict.DAMAGED:
            raise StoreDamaged(f"The index in {self.store} is damaged (its files are not what was written).")
        if verdict is checksums.Verdict.SHORT or suspected:
            self.forget_manifest()
            sound()
        self._suspect_file.unlink(missing_ok=True)

    def check_encodings(self, sound: Callable[[], None]) -> bool:
        """False where the encoder's vectors are not what was written; they are gone then. For the lock's holder.

        `sound` reads all of them and raises StorageError where that fails; it is asked only when files are missing.
        """
        written = manifest.read(self.manifest_file, self._embedder)
        verdict = self._judged(self.encodings, written[0].encodings if written is not None else {})
        try:
            if verdict is checksums.Verdict.SHORT:
                sound()
        except StoreDamaged:
            verdict = checksums.Verdict.DAMAGED
        if verdict is checksums.Verdict.DAMAGED:
            try:
                self.forget_manifest()
                shutil.rmtree(self.encodings, ignore_errors=True)
            except OSError as error:
                raise unwritable(self.folder, error) from error
        return verdict is not checksums.Verdict.DAMAGED

    def _judged(self, folder: Path, known: Checksums, *, thorough: bool = False) -> checksums.Verdict:
        """What became of the files that were noted. Raises StoreBlocked."""
        try:
            return checksums.judge(folder, known, thorough=thorough)
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def begin(self, what: str, more: int) -> bool:
        """Note that a run of this kind writes from now on; True if the one before was killed, and left files behind.

        `more` is how many bytes it may add, at most: merging may put them into one file with all that is there.
        For the lock's holder. Raises StorageError.
        """
        enough_size(self.folder, lambda: self.bytes() + more + _SLACK)
        mark = self._mark(what)
        try:
            permissions.make(self.folder)
            killed = mark.exists()
            mark.touch(mode=0o600)
        except OSError as error:
            raise unwritable(self.folder, error) from error
        return killed

    def unfinished(self, what: str) -> bool:
        """Whether a run of this kind is under way, or was killed."""
        return self._mark(what).exists()

    def end(self, what: str) -> None:
        """That run came to its end, and nothing of it or of the one before is left over."""
        self._mark(what).unlink(missing_ok=True)

    def schedule_purge(self, *, at_once: bool) -> None:
        """Note that the disk holds, from now on, what readers don't see any more; `at_once`: and must not hold.

        For the lock's holder, before what is meant goes. Raises StorageError.
        """
        mark = self._mark(_FORGET)
        try:
            permissions.make(self.folder)
            if not mark.exists():
                mark.touch(mode=0o600)
            if at_once:
                os.utime(mark, (0, 0))
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def purge_due(self, *, at_once: bool = False) -> bool:
        """Whether what was noted so is due: after a day; with `at_once` only what must not stay counts."""
        try:
            since = self._mark(_FORGET).stat().st_mtime
        except OSError:
            return False
        return since == 0 or (not at_once and time.time() - since > _FORGET_S)

    def purge_done(self) -> None:
        """Nothing is owed any more: the store and what lies beside it hold what readers see, and no more."""
        for aside in self.folder.glob(f"{_ASIDE}*"):
            shutil.rmtree(aside, ignore_errors=True)
        shutil.rmtree(self.reembedded, ignore_errors=True)
        self.end(_FORGET)

    def suspect(self) -> None:
        """Have the next writer look closely: something that was read can't be right. For anybody."""
        try:
            self._suspect_file.touch(mode=0o600)
        except OSError:
            return

    def set_aside(self) -> None:
        """Move a store that can't be used out of the way; the last such one is kept, for a person to look at.

        For the lock's holder. Raises StorageError.
        """
        aside = self.folder / _ASIDE
        self.schedule_purge(at_once=False)
        try:
            self.forget_manifest()
            shutil.rmtree(aside, ignore_errors=True)
            if os.path.lexists(self.store):
                try:
                    self.store.replace(aside)
                except OSError:
                    self.store.replace(aside.with_name(f"{aside.name}.{time.time_ns()}"))
            self._suspect_file.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def swap(self, beside: IndexFolder) -> None:
        """Put the store and the manifest of `beside` in place of ours. For the lock's holder. Raises OSError.

        The manifest goes first and comes last: killed in between, `check` finds a whole store and derives it.
        """
        self.forget_manifest()
        shutil.rmtree(self._old, ignore_errors=True)
        if self.store.exists():
            self.store.replace(self._old)
        beside.store.replace(self.store)
        beside.manifest_file.replace(self.manifest_file)
        shutil.rmtree(self._old, ignore_errors=True)

    def forget_manifest(self) -> None:
        """Have it derived anew. Raises OSError."""
        self._cached = None
        self.manifest_file.unlink(missing_ok=True)

    def bytes(self) -> int:
        """What all of it takes on disk."""
        size = 0
        for folder, _, names in os.walk(self.folder):
            for name in names:
                try:
                    size += os.lstat(os.path.join(folder, name)).st_size
                except OSError:
                    continue  # a writer cleans up while we look
        return size

    @property
    def between_places(self) -> bool:
        """Whether the store is on its way from one place to another, or a writer was killed at that moment."""
        return self._old.exists() and not self.store.exists()

    def recover(self) -> None:
        """Undo a change of places that was cut short. For the lock's holder. Raises StorageError."""
        try:
            if self.between_places:
                self._old.replace(self.store)
            if self._old.exists():
                shutil.rmtree(self._old)
            for name in _FORMER:
                left = self.folder / name
                shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
            for left in self.folder.glob("*.tmp"):
                left.unlink(missing_ok=True)
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def drop_next(self) -> None:
        """Let go of what a rebuild made before it was stopped. For the lock's holder. Raises StorageError."""
        try:
            if self.next.exists():
                shutil.rmtree(self.next)
        except OSError as error:
            raise unwritable(self.folder, error) from error

    def _mark(self, what: str) -> Path:
        return self.folder / f"{what}.unfinished"

    @property
    def _suspect_file(self) -> Path:
        return self.folder / _SUSPECT

    def _stamp(self) -> tuple[str, int]:
        """Changes whenever the manifest may have."""
        try:
            return manifest.store_version(self.store), self.manifest_file.stat().st_mtime_ns
        except OSError:
            return manifest.store_version(self.store), 0
