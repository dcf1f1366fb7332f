"""What can go wrong in the indexer.

IndexerError            one clear sentence, and the command that mends it
├── WorkspaceError      the folder does not exist, is not a folder, or can't be read
├── IndexBusy           another process is writing this index
├── IndexMissing        nothing was indexed here yet
├── NoRoom              this process may not have the memory that it takes
└── StorageError        the index's folder or the encoder's can't be read or written
    ├── StoreBlocked    the machine is in the way: no space, no permission, a limit; what is stored is sound
    └── StoreDamaged    what is stored can't be used: it has to be made again
"""

from __future__ import annotations


class IndexerError(Exception):
    """A sentence for the user; `mend` is the command or step that helps, or empty."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend


class WorkspaceError(IndexerError):
    """The workspace folder can't be used."""


class IndexBusy(IndexerError):
    """Another process holds the writer's lock."""


class IndexMissing(IndexerError):
    """A search was asked of a workspace that has no index."""


class NoRoom(IndexerError):
    """A limit leaves too little memory for what was asked."""


class StorageError(IndexerError):
    """The index folder can't be read or written."""


class StoreBlocked(StorageError):
    """The machine is in the way: no space, no permission, a limit. What is stored is sound, and stays."""


class StoreDamaged(StorageError):
    """What is stored is not what was written, or was written by a version that this one can't go on from."""
