"""The tables of one index, opened: the chunks, and the encoder's vectors. Knows nothing of the files that were indexed.

One writer (the caller holds the lock), many readers: who has a part goes on with it when the store is opened anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from inglenook_indexer.chunks.schema import table_schema
from inglenook_indexer.errors import IndexMissing
from inglenook_indexer.store.defined_names import DefinedNames
from inglenook_indexer.store.encoded_chunks import EncodedChunks
from inglenook_indexer.store.encodings import Encodings
from inglenook_indexer.store.fact_lookup import FactLookup
from inglenook_indexer.store.lookups import Lookups
from inglenook_indexer.store.open_table import OpenTable, open_table
from inglenook_indexer.store.storage_errors import storage
from inglenook_indexer.store.table_writer import TableWriter


class Parts(NamedTuple):
    """What belongs to one opening of the table."""

    table: OpenTable
    lookups: Lookups
    facts: FactLookup
    writer: TableWriter
    names: DefinedNames


class Tables:
    """A folder with one table. `embedder` and `dimensions` name its static vectors; one with others can't be opened.

    `tolerant` opens it all the same, and then `table.embedder_differs` says so: it has rows and words, but no vectors
    that could be compared. `encodings_folder` is where an encoder's vectors are kept; without one there are none.

    Its parts are those of the table as it is open now; they raise IndexMissing where it is not.
    """

    def __init__(
        self, *, folder: str, embedder: str, dimensions: int, encodings_folder: str = "", tolerant: bool = False
    ) -> None:
        self.folder = folder
        self.embedder = embedder
        self.dimensions = dimensions
        self.encodings_folder = encodings_folder
        self.tolerant = tolerant
        self._parts: Parts | None = None
        self._encodings: Encodings | None = None
        self._outdated = False

    @property
    def client(self) -> Any:
        """The table as it is asked; None where it is to be opened."""
        return None if self._outdated or self._parts is None else self._parts.table.lance

    @property
    def schema_(self) -> pa.Schema:
        """The columns this version writes."""
        return table_schema(self.embedder, self.dimensions)

    @property
    def table(self) -> OpenTable:
        """Its rows, whole, and what kind of table it is."""
        return self._opened().table

    @property
    def lookups(self) -> Lookups:
        """Chunks by vector, by words, by a filter."""
        return self._opened().lookups

    @property
    def facts(self) -> FactLookup:
        """What chunks tell about symbols."""
        return self._opened().facts

    @property
    def names(self) -> DefinedNames:
        """The names that chunks define."""
        return self._opened().names

    @property
    def encoded(self) -> EncodedChunks:
        """Chunks by the encoder's vectors, and which have one."""
        parts = self._opened()
        return EncodedChunks(parts.table, parts.lookups, self.encodings)

    @property
    def writer(self) -> TableWriter:
        """What changes the table. For the lock's holder."""
        return self._opened().writer

    @property
    def encodings(self) -> Encodings | None:
        """The encoder's vectors by text, where they are kept; the table need not be open."""
        if self._encodings is None and self.encodings_folder:
            self._encodings = Encodings(Path(self.encodings_folder))
        return self._encodings

    def open(self, *, create: bool = False) -> None:
        """Open the table. Raises IndexMissing if there is none (and not `create`), StorageError if it is damaged."""
        folder = Path(self.folder)
        table = open_table(folder, self.schema_, create=create, tolerant=self.tolerant)
        with storage(folder):
            self._parts = Parts(table, Lookups(table), FactLookup(table), TableWriter(table), DefinedNames(table))
        self._outdated = False

    def beside(self, folder: Path) -> Tables:
        """Others like these, in `folder`, without an encoder's vectors."""
        return Tables(folder=str(folder), embedder=self.embedder, dimensions=self.dimensions)

    def outdate(self) -> None:
        """Have the tables opened anew by whoever asks next; who is reading goes on with those that are open."""
        self._outdated = True
        if self._encodings is not None:
            self._encodings = Encodings(self._encodings.folder)

    def shut(self) -> None:
        """Let go of the tables; `open` brings them back."""
        self._parts = None
        if self._encodings is not None:
            self._encodings.shut()

    def _opened(self) -> Parts:
        parts = self._parts
        if parts is None:
            raise IndexMissing("Nothing was indexed here yet.", "Run `inglenook index`.")
        return parts
