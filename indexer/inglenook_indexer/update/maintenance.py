"""What a writer does to an index: carries out a plan, rebuilds, makes vectors anew, has the encoder read.

Its callers hold the lock, but for `embed`, which takes it. Each leaves whole files behind when it is stopped or killed,
and the next run goes on from there.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from inglenook_indexer.errors import IndexMissing, StoreDamaged
from inglenook_indexer.search import retrieval_counts
from inglenook_indexer.search.access import Access
from inglenook_indexer.secrets.rules_version import rules
from inglenook_indexer.store.index_folder import IndexFolder
from inglenook_indexer.store.manifest import Manifest
from inglenook_indexer.system.memory_limit import check_room
from inglenook_indexer.system.os_errors import unwritable
from inglenook_indexer.types import Progress, Report, Skipped
from inglenook_indexer.update.purge import prune_side_files, purge
from inglenook_indexer.update.reconcile import Plan, plan_all

_PER_FILE, _PER_BYTE = 4_096, 6  # bytes in the index that a file of that many takes at most: a chunk of a line has a
# vector and words as one of thirty lines has
_PER_CHUNK = 2_048  # bytes of an encoder's vector, its name, and their indices


def carry_out(
    access: Access,
    plan: Plan,
    manifest: Manifest,
    started: float,
    messages: list[str],
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Report:
    """Run a plan against the store in place. Raises NoRoom."""
    disk = access.disk
    if plan.empty and disk.filled and not disk.unfinished("index") and not disk.purge_due(at_once=True):
        if plan.noted:
            disk.save(manifest)
        return report(manifest, plan.skipped, started, messages=messages)
    check_room()
    from inglenook_indexer.secrets.detector import warm
    from inglenook_indexer.update.worker_pool import WorkerPool, groups, workers_for

    warm()
    killed = disk.begin("index", sum(_PER_FILE + _PER_BYTE * one.size for one in plan.changed))
    known = manifest.files
    first = not known
    if first:
        manifest.rules = rules()
    if plan.removed or any(one.path in known for one in plan.changed):
        disk.schedule_purge(at_once=plan.private)  # before anything goes: a killed run must not forget what it owes
    work = list(groups(plan.changed, lambda path: known[path].digest if path in known else ""))
    pool = WorkerPool(access.root, work, access.embedder, workers_for(plan.changed))
    stopped = False
    try:
        from inglenook_indexer.update.write import Cancelled, Writer

        session = access.open(create=True)
        writer = Writer(access.root, session.store, manifest, session.cutter)
        try:
            writer.run(plan, pool, progress, cancelled)
        except Cancelled:
            stopped = True
        finally:
            if writer.changed or writer.removed or not stopped:
                disk.save(manifest)
        if not stopped:
            pool.close()  # the workers' memory is of better use now
            progress(Progress("finish", 0, 0))
            if disk.purge_due():
                stopped = not purge(access, manifest, progress, cancelled)
            else:
                session.store.writer.tidy(first=first, unverified=killed)
            if disk.behind:
                disk.save(manifest)
            if not stopped:
                disk.end("index")
    finally:
        pool.close()
    return report(
        manifest, [*plan.skipped, *writer.skipped], started, writer.changed, writer.removed, stopped, messages
    )


def rebuild(
    access: Access,
    started: float,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
    *,
    go_on: bool,
) -> Report:
    """Write a new store beside the old one, then change places. Raises StorageError, WorkspaceError.

    `go_on` keeps what is made when it is stopped or killed, and goes on from there where the rules about secrets are
    still those it was made by: it is an index like any other, and what has changed meanwhile is seen.
    """
    disk = access.disk
    beside = Access(access.root, disk.next)
    beside.disk.encodings = disk.encodings
    kept = False
    try:
        manifest = _begun(beside) if go_on else Manifest()
        if not manifest.files:
            disk.drop_next()
        plan = plan_all(access.root, manifest)
        plan.private = True  # what was edited, deleted or ignored since it began does not stay in a new store
        done = carry_out(beside, plan, manifest, started, [], progress, cancelled)
        beside.close()
        if done.cancelled:
            kept = go_on
            return done
        if not beside.disk.manifest_file.exists():  # it was killed when all was done, and files were dropped
            beside.disk.save(manifest)
        disk.schedule_purge(at_once=True)
        access.let_go()
        disk.swap(beside.disk)
        prune_side_files(access, manifest)
        disk.save(manifest)
        disk.purge_done()
        return done
    except OSError as error:
        raise unwritable(access.folder, error) from error
    finally:
        beside.close()
        if not kept:
            shutil.rmtree(beside.folder, ignore_errors=True)


def _begun(beside: Access) -> Manifest:
    """What a rebuild has made that was stopped or killed; nothing where that can't be used. Raises StoreBlocked."""
    try:
        beside.disk.check(beside.verify)
        found = beside.manifest()
        if (
            found is not None
            and found.files
            and not found.masked_by_other_rules
            and not beside.open().store.table.embedder_differs
        ):
            return found
    except (IndexMissing, StoreDamaged):
        pass
    beside.close()
    return Manifest()


def reembed(
    access: Access,
    manifest: Manifest,
    messages: list[str],
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> bool:
    """See to it that the vectors are the static table's; False when stopped meanwhile. The lock is held.

    Another table than the one that wrote the store: rows are kept and only vectors made anew, beside, in batches;
    a run that was cut short goes on where it stood. Until then searches do without these vectors.
    """
    session = access.session
    if session is None or session.store.client is None or not session.store.table.embedder_differs:
        return True
    from inglenook_indexer.search.session import Session
    from inglenook_indexer.update.reembed import rewrite

    beside = IndexFolder(access.disk.reembedded, access.embedder)
    new = Session(beside.store, access.disk.encodings, access.embedder)
    try:
        beside.begin("reembed", access.disk.bytes())
        new.open(create=True)
        if new.store.table.embedder_differs:  # of a table between that one and this one
            new.close()
            shutil.rmtree(beside.folder, ignore_errors=True)
            new.open(create=True)
        if not rewrite(session.store, new.store, session.embedder, progress, cancelled):
            return False
        new.close()
        beside.save(manifest)
        access.let_go()
        access.disk.swap(beside)
        shutil.rmtree(beside.folder, ignore_errors=True)
    except OSError as error:
        raise unwritable(access.folder, error) from error
    finally:
        new.close()
    messages.append("Search vectors were made anew by this version's table; chunks were kept.")
    return True


def embed(
    access: Access,
    encoder_folder: Path,
    hot: Callable[[], Iterable[str]],
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
    paused: Callable[[], bool],
    idle: bool,
) -> Report:
    """Have the encoder read what it has not read yet; takes the lock itself, batch by batch. See `Index.embed`."""
    from inglenook_indexer.store.encoder_identity import remember
    from inglenook_indexer.update.encoding_run import EncodingRun

    started = time.monotonic()
    session = access.open()
    encoder = session.load_encoder(encoder_folder)
    with access.writing.held():
        manifest = access.repaired([])
        if manifest.masked_by_other_rules:
            raise IndexMissing("The index was made by older rules about secrets.", "Run `inglenook index`.")
        if not reembed(access, manifest, [], progress, cancelled):
            return report(manifest, [], started, cancelled=True)
        encodings = access.open().store.encodings
        try:
            if remember(access.disk.encoder_file, encoder, encoder_folder) and encodings is not None:
                encodings.drop()
            if encodings is not None:
                encodings.mend()
        except OSError as error:
            raise unwritable(access.folder, error) from error
        killed = access.disk.begin("embed", _PER_CHUNK * manifest.chunks)

    def run() -> bool:
        encoding = EncodingRun(
            session, access.writing.held, lambda: access.repaired([]), access.disk.save, access.twice
        )
        return encoding.run(encoder, encoder_folder, hot, progress, cancelled, paused, idle, unverified=killed)

    try:
        whole = run()
    except StoreDamaged:
        with access.writing.held():
            encodings = access.open().store.encodings
            if encodings is None or encodings.mend(closely=True):
                raise
        whole = run()
    access.disk.end("embed")
    manifest = access.manifest() or Manifest()
    retrieval_counts.save(access.disk.counts_file, session.retrieved, manifest.files)
    return report(manifest, [], started, cancelled=not whole)


def report(
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
