"""The only rooms that know LanceDB: chunks in one table, encoder vectors in another, and how both are looked up."""

from inglenook_indexer.store.chunks import ChunkStore
from inglenook_indexer.store.encodings import Encodings
from inglenook_indexer.store.filters import quoted

__all__ = ["ChunkStore", "Encodings", "quoted"]
