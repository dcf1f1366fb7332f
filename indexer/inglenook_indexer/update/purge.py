"""Removes deleted and excluded text from the files on disk: old versions, indices, vectors, names, copies.

LanceDB keeps a deleted row in its file until a merge happens to rewrite it, its words in the index of words, and its
place in old versions. So the rows that are in use are written anew beside the store, and change places with it. A
marker file stays until all is done, so that the run after a killed one begins again. For the lock's holder.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

from inglenook_indexer.search import retrieval_counts
from inglenook_indexer.search.access import Access
from inglenook_indexer.store.index_folder import IndexFolder
from inglenook_indexer.store.manifest import Manifest
from inglenook_indexer.system.os_errors import unwritable
from inglenook_indexer.types import Progress


def purge(
    access: Access, manifest: Manifest, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> bool:
    """Leave on the disk what `manifest` tells of, and nothing else; False when stopped. Raises StorageError."""
    from inglenook_indexer.update.reembed import rewrite

    disk = access.disk
    beside = IndexFolder(disk.reembedded, access.embedder)
    beside.encodings = disk.encodings
    try:
        disk.recover()
        shutil.rmtree(beside.folder, ignore_errors=True)
        old = access.open().store
        new = old.beside(beside.store)
        new.open(create=True)
        whole = rewrite(old, new, None, progress, cancelled)
        new.shut()
        if not whole:
            return False
        prune_side_files(access, manifest)
        beside.save(manifest)
        access.let_go()
        disk.swap(beside)
        disk.purge_done()
    except OSError as error:
        raise unwritable(access.folder, error) from error
    finally:
        shutil.rmtree(beside.folder, ignore_errors=True)
    return True


def prune_side_files(access: Access, manifest: Manifest) -> None:
    """Drop vectors of texts that the store has not, and names of files that `manifest` has not. Raises StorageError."""
    session = access.open()
    if session.store.encodings is not None:
        session.store.encodings.keep(session.store.table.chunk_hashes())
    for path in session.retrieved.keys() - manifest.files.keys():
        del session.retrieved[path]
    if access.disk.counts_file.exists():
        retrieval_counts.save(access.disk.counts_file, session.retrieved, manifest.files)
