"""What readers don't see any more leaves the disk: old versions, what indices knew of it, vectors, names, copies.

LanceDB keeps a deleted row in its file until a merge happens to rewrite it, its words in the index of words, and its
place in old versions. So the rows that live are written anew beside the store, and change places with it. Killed at any
moment, the shelf's debt stays noted, and the next run begins again. For the lock's holder.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable

from inglenook_indexer import heat
from inglenook_indexer.access import Access
from inglenook_indexer.manifest import Manifest
from inglenook_indexer.obstacles import unwritable
from inglenook_indexer.shelf import Shelf
from inglenook_indexer.types import Progress


def forget(
    access: Access, manifest: Manifest, progress: Callable[[Progress], None], cancelled: Callable[[], bool]
) -> bool:
    """Leave on the disk what `manifest` tells of, and nothing else; False when stopped. Raises StorageError."""
    from inglenook_indexer.renew import renew

    shelf = access.shelf
    beside = Shelf(shelf.renewed, access.embedder)
    beside.encodings = shelf.encodings
    try:
        shelf.recover()
        shutil.rmtree(beside.folder, ignore_errors=True)
        old = access.open().store
        new = old.beside(beside.store)
        new.open(create=True)
        whole = renew(old, new, None, progress, cancelled)
        new.shut()
        if not whole:
            return False
        beside_the_store(access, manifest)
        beside.save(manifest)
        access.let_go()
        shelf.swap(beside)
        shelf.settled()
    except OSError as error:
        raise unwritable(access.folder, error) from error
    finally:
        shutil.rmtree(beside.folder, ignore_errors=True)
    return True


def beside_the_store(access: Access, manifest: Manifest) -> None:
    """Drop vectors of texts that the store has not, and names of files that `manifest` has not. Raises StorageError."""
    session = access.open()
    if session.store.encodings is not None:
        session.store.encodings.keep(session.store.living())
    for path in session.retrieved.keys() - manifest.files.keys():
        del session.retrieved[path]
    if access.shelf.heat_file.exists():
        heat.save(access.shelf.heat_file, session.retrieved, manifest.files)
