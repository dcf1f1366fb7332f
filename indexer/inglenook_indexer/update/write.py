"""Carries a plan out: has files cut, commits whole files in batches, keeps the manifest in step."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from inglenook_indexer.files.discover import Candidate
from inglenook_indexer.store.manifest import Entry, Manifest
from inglenook_indexer.types import Progress, Skipped
from inglenook_indexer.update.batch import Batch, Group, cut, seldom_collected
from inglenook_indexer.update.reconcile import Plan
from inglenook_indexer.update.worker_pool import WorkerPool

if TYPE_CHECKING:
    from inglenook_indexer.chunks.rows import Cutter
    from inglenook_indexer.store.tables import Tables

_COMMIT_ROWS = 6_000  # chunks in one commit: some 20 MB, a few seconds of work, and few parts for readers to visit


class Cancelled(Exception):
    """The caller asked to stop; what is committed stays."""


class Writer:
    """One run over one store. `changed` counts the files it wrote; `skipped` what it could not."""

    def __init__(self, root: Path, store: Tables, manifest: Manifest, cutter: Cutter) -> None:
        self.changed = 0
        self.removed = 0
        self.skipped: list[Skipped] = []
        self._root = root
        self._store = store
        self._manifest = manifest
        self._cutter = cutter
        self._rows: list[Any] = []
        self._files: list[tuple[Candidate, str, int]] = []
        self._looked_ns = 0
        self._gone: set[str] = set()
        self._pending: Future[None] | None = None

    def run(
        self, plan: Plan, pool: WorkerPool, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
    ) -> None:
        """Carry out the plan. Raises Cancelled between two groups, StorageError; either way the manifest is right."""
        with ThreadPoolExecutor(1, thread_name_prefix="inglenook-commit") as committer, seldom_collected():
            try:
                self._run(plan, pool, committer, progress, cancelled)
            finally:
                self._settle()

    def _run(
        self,
        plan: Plan,
        pool: WorkerPool,
        committer: Executor,
        progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self._looked_ns = plan.looked_ns
        self._gone |= plan.removed
        self.removed = len(plan.removed)
        total, done = len(plan.changed), 0
        progress(Progress("index", done, total))
        if cancelled():
            raise Cancelled
        for batch in pool.batches(self._cut):
            done += self._note(batch)
            progress(Progress("index", done, total))
            if cancelled():
                raise Cancelled
            if sum(rows.num_rows for rows in self._rows) >= _COMMIT_ROWS:
                self._commit(committer)
        self._commit(committer)
        self._settle()

    def _cut(self, group: Group) -> Batch:
        return cut(self._root, group, self._cutter)

    def _note(self, batch: Batch) -> int:
        """Take a batch in; what needs no commit is put into the manifest here. Returns how many files it had."""
        known = self._manifest.files
        rows = batch.rows if isinstance(batch.rows, pa.Table) else pa.ipc.open_stream(batch.rows).read_all()
        if rows.num_rows:
            self._rows.append(rows)
        self._files += batch.files
        for one, *_ in batch.files:
            self._manifest.skipped.pop(one.path, None)
        for one in batch.same:
            self._manifest.skipped.pop(one.path, None)
            known[one.path].stamp = one.stamp.settled(self._looked_ns)
        for one, skipped in batch.skipped:
            self.skipped.append(skipped)
            self._manifest.skipped[one.path] = (one.stamp.settled(self._looked_ns), skipped.reason)
        for path in [one.path for one, _ in batch.skipped] + [one.path for one in batch.vanished]:
            if path in known:
                self._gone.add(path)
                self.removed += 1
        return len(batch.files) + len(batch.same) + len(batch.skipped) + len(batch.vanished)

    def _commit(self, committer: Executor) -> None:
        """Let one commit run while the next files are cut: LanceDB needs no Python for it."""
        if not self._files and not self._gone:
            return
        files, gone = self._files, self._gone
        rows = pa.concat_tables(self._rows) if self._rows else self._store.schema_.empty_table()
        self._rows, self._files, self._gone = [], [], set()
        self._settle()
        known = self._manifest.files
        replaced = {path for path in {*gone, *(one.path for one, *_ in files)} if path in known}

        def commit() -> None:
            encoded = self._store.encoded.counted(rows)
            self._store.writer.replace(rows, replaced, fresh=not replaced)
            for path in gone:
                known.pop(path, None)
            for one, digest, chunks in files:
                stamp = one.stamp.settled(self._looked_ns)
                known[one.path] = Entry(stamp, digest, chunks, encoded.get(one.path, 0))
            self.changed += len(files)

        self._pending = committer.submit(commit)

    def _settle(self) -> None:
        """Wait for the commit under way; raises what it raised."""
        pending, self._pending = self._pending, None
        if pending is not None:
            pending.result()
