"""Carries a plan out: reads files, runs the pipeline, commits whole files in batches, keeps the manifest in step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.discover import Candidate
from inglenook_indexer.manifest import Entry, Manifest
from inglenook_indexer.read import read
from inglenook_indexer.reconcile import Plan
from inglenook_indexer.types import Progress, Skipped, SourceFile

if TYPE_CHECKING:
    from llama_index.core.schema import TransformComponent

    from inglenook_indexer.store import ChunkStore

_BATCH_CHARACTERS = 3_000_000  # of text in one commit: about 3,000 chunks, some 60 MB while they are nodes
_ASK_EVERY = 16  # files between two looks at `cancelled` and two progress reports


class Cancelled(Exception):
    """The caller asked to stop; what is committed stays."""


class Writer:
    """One run over one store. `changed` counts the files it wrote; `skipped` what it could not."""

    def __init__(self, root: Path, store: ChunkStore, manifest: Manifest, steps: Sequence[TransformComponent]) -> None:
        self.changed = 0
        self.removed = 0
        self.skipped: list[Skipped] = []
        self._root = root
        self._store = store
        self._manifest = manifest
        self._steps = steps
        self._batch: list[SourceFile] = []
        self._gone: set[str] = set()
        self._pending: Future[None] | None = None

    def run(self, plan: Plan, progress: Callable[[Progress], None], cancelled: Callable[[], bool]) -> None:
        """Carry out the plan. Raises Cancelled between two files, StorageError; either way the manifest is right."""
        with ThreadPoolExecutor(1, thread_name_prefix="inglenook-commit") as committer:
            try:
                self._run(plan, committer, progress, cancelled)
            finally:
                self._settle()

    def _run(
        self, plan: Plan, committer: Executor, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
    ) -> None:
        self._gone |= plan.removed
        self.removed = len(plan.removed)
        total = len(plan.changed)
        characters = 0
        for done, one in enumerate(plan.changed):
            if done % _ASK_EVERY == 0:
                progress(Progress("index", done, total))
                if cancelled():
                    raise Cancelled
            file = self._read(one)
            if file is not None:
                self._batch.append(file)
                characters += len(file.text)
            if characters > _BATCH_CHARACTERS:
                self._commit(committer)
                characters = 0
        self._commit(committer)
        self._settle()
        progress(Progress("index", total, total))

    def _read(self, one: Candidate) -> SourceFile | None:
        """The file if its content is new; otherwise the manifest is brought up to date here."""
        file = read(self._root, one)
        known = self._manifest.files.get(one.path)
        if isinstance(file, SourceFile):
            self._manifest.skipped.pop(one.path, None)
            if known is not None and known.digest == file.digest:
                known.size, known.mtime_ns = one.size, one.mtime_ns
                return None
            return file
        if isinstance(file, Skipped):
            self.skipped.append(file)
            self._manifest.skipped[one.path] = (one.size, one.mtime_ns, file.reason)
        if known is not None:
            self._gone.add(one.path)
            self.removed += 1
        return None

    def _commit(self, committer: Executor) -> None:
        """Embed the batch, then let one commit run while the next batch is read: LanceDB needs no Python for it."""
        from inglenook_indexer.pipeline import run

        if not self._batch and not self._gone:
            return
        batch, gone = self._batch, self._gone
        self._batch, self._gone = [], set()
        nodes = run(batch, self._steps)
        self._settle()
        known = self._manifest.files
        replaced = {path for path in {*gone, *(file.path for file in batch)} if path in known}
        counts = Counter(node.metadata["path"] for node in nodes)

        def commit() -> None:
            self._store.replace(nodes, replaced, fresh=not replaced)
            for path in gone:
                known.pop(path, None)
            for file in batch:
                known[file.path] = Entry(file.size, file.mtime_ns, file.digest, counts[file.path])
            self.changed += len(batch)

        self._pending = committer.submit(commit)

    def _settle(self) -> None:
        """Wait for the commit under way; raises what it raised."""
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()
