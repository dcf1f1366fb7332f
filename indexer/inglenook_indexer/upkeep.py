"""What a writer does to an index: carries out a plan, rebuilds, renews vectors, has the encoder read.

Its callers hold the lock, but for `embed`, which takes it. Each leaves whole files behind when it is stopped or killed,
and the next run goes on from there.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from inglenook_indexer import heat
from inglenook_indexer.access import Access
from inglenook_indexer.errors import IndexMissing, StoreDamaged
from inglenook_indexer.forget import beside_the_store, forget
from inglenook_indexer.manifest import Manifest
from inglenook_indexer.obstacles import unwritable
from inglenook_indexer.reconcile import Plan
from inglenook_indexer.room import check_room
from inglenook_indexer.rules import outruled, rules
from inglenook_indexer.shelf import Shelf
from inglenook_indexer.types import Progress, Report, Skipped


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
    shelf = access.shelf
    if plan.empty and shelf.filled and not shelf.unfinished("index") and not shelf.owes(at_once=True):
        if plan.noted:
            shelf.save(manifest)
        return report(manifest, plan.skipped, started, messages=messages)
    check_room()
    from inglenook_indexer.crew import Crew, groups, helpers_for
    from inglenook_indexer.detector import warm

    warm()
    killed = shelf.begin("index")
    known = manifest.files
    first = not known
    if first:
        manifest.rules = rules()
    if plan.removed or any(one.path in known for one in plan.changed):
        shelf.owe(at_once=plan.private)  # before anything goes: a killed run must not forget what it owes
    work = list(groups(plan.changed, lambda path: known[path].digest if path in known else ""))
    crew = Crew(access.root, work, access.embedder, helpers_for(plan.changed))
    stopped = False
    try:
        from inglenook_indexer.write import Cancelled, Writer

        session = access.open(create=True)
        writer = Writer(access.root, session.store, manifest, session.cutter)
        try:
            writer.run(plan, crew, progress, cancelled)
        except Cancelled:
            stopped = True
        finally:
            if writer.changed or writer.removed or not stopped:
                shelf.save(manifest)
        if not stopped:
            crew.close()  # the helpers' memory is of better use now
            progress(Progress("finish", 0, 0))
            if shelf.owes():
                stopped = not forget(access, manifest, progress, cancelled)
            else:
                session.store.tidy(first=first, unverified=killed)
            if shelf.behind:
                shelf.save(manifest)
            if not stopped:
                shelf.end("index")
    finally:
        crew.close()
    return report(
        manifest, [*plan.skipped, *writer.skipped], started, writer.changed, writer.removed, stopped, messages
    )


def rebuild(
    access: Access,
    plan: Plan,
    manifest: Manifest,
    started: float,
    progress: Callable[[Progress], None],
    cancelled: Callable[[], bool],
) -> Report:
    """Write a new store beside the old one, then change places."""
    shutil.rmtree(access.shelf.next, ignore_errors=True)
    beside = Access(access.root, access.shelf.next)
    beside.shelf.encodings = access.shelf.encodings
    try:
        done = carry_out(beside, plan, manifest, started, [], progress, cancelled)
        beside.close()
        if done.cancelled:
            return done
        access.shelf.owe(at_once=True)
        access.let_go()
        access.shelf.swap(beside.shelf)
        beside_the_store(access, manifest)
        access.shelf.save(manifest)
        access.shelf.settled()
        return done
    except OSError as error:
        raise unwritable(access.folder, error) from error
    finally:
        shutil.rmtree(beside.folder, ignore_errors=True)


def renew(
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
    if session is None or session.store.client is None or not session.store.foreign:
        return True
    from inglenook_indexer.renew import renew as renew_vectors
    from inglenook_indexer.session import Session

    beside = Shelf(access.shelf.renewed, access.embedder)
    new = Session(beside.store, access.shelf.encodings, access.embedder)
    try:
        new.open(create=True)
        if new.store.foreign:  # of a table between that one and this one
            new.close()
            shutil.rmtree(beside.folder, ignore_errors=True)
            new.open(create=True)
        if not renew_vectors(session.store, new.store, session.embedder, progress, cancelled):
            return False
        new.close()
        beside.save(manifest)
        access.let_go()
        access.shelf.swap(beside)
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
    from inglenook_indexer.encode import remember
    from inglenook_indexer.tier import Tier

    started = time.monotonic()
    session = access.open()
    encoder = session.load_encoder(encoder_folder)
    with access.writing.held():
        manifest = access.repaired([])
        if outruled(manifest):
            raise IndexMissing("The index was made by older rules about secrets.", "Run `inglenook index`.")
        if not renew(access, manifest, [], progress, cancelled):
            return report(manifest, [], started, cancelled=True)
        encodings = access.open().store.encodings
        try:
            if remember(access.shelf.encoder_file, encoder, encoder_folder) and encodings is not None:
                encodings.drop()
            if encodings is not None:
                encodings.mend()
        except OSError as error:
            raise unwritable(access.folder, error) from error
        killed = access.shelf.begin("embed")

    def run() -> bool:
        tier = Tier(session, access.writing.held, lambda: access.repaired([]), access.shelf.save, access.twice)
        return tier.run(
            encoder, encoder_folder, hot, progress, cancelled, paused, idle, unverified=killed
        )  # fmt: skip

    try:
        whole = run()
    except StoreDamaged:
        with access.writing.held():
            encodings = access.open().store.encodings
            if encodings is None or encodings.mend(closely=True):
                raise
        whole = run()
    access.shelf.end("embed")
    manifest = access.manifest() or Manifest()
    heat.save(access.shelf.heat_file, session.retrieved, manifest.files)
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
