"""An open index: store, retriever, overlay, cutter. Everything heavy lives here, and is imported with it."""

from __future__ import annotations

import logging
import os
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.chunks.rows import Cutter
from inglenook_indexer.embed.static import StaticEmbedder
from inglenook_indexer.errors import StorageError
from inglenook_indexer.files.file_stamp import Stamp
from inglenook_indexer.search.hybrid import HybridRetriever
from inglenook_indexer.search.overlay import Overlay
from inglenook_indexer.search.similar_names import Spellings, similar
from inglenook_indexer.store.defined_names import Names
from inglenook_indexer.store.encoder_identity import identity
from inglenook_indexer.store.manifest import Entry, Manifest
from inglenook_indexer.store.tables import Tables
from inglenook_indexer.symbols.graph import SymbolGraph
from inglenook_indexer.symbols.resolve import Files
from inglenook_indexer.types import DefinedName, Hit

if TYPE_CHECKING:
    from inglenook_indexer.embed.encoder import Encoder

_log = logging.getLogger(__name__)


class Session:
    """Opened once, used by readers and by the writer. The overlay survives `close`."""

    def __init__(self, folder: Path, encodings: Path, embedder: str) -> None:
        self._embedder = StaticEmbedder()
        self.overlay = Overlay(self._embedder)
        self.retrieved: Counter[str] = Counter()
        """How often a chunk of each file was among the hits of a search."""
        self.store = Tables(
            folder=str(folder),
            embedder=embedder,
            dimensions=self._embedder.dimensions,
            encodings_folder=str(encodings),
            tolerant=True,
        )
        self._retriever: HybridRetriever | None = None
        self._files: tuple[object, Files] = (None, Files(()))
        self._encoder: tuple[Path, Encoder] | None = None
        self._spellings: tuple[Names | None, Spellings | None] = (None, None)

    @cached_property
    def cutter(self) -> Cutter:
        """What makes files rows. For the writer only."""
        return Cutter(self._embedder, self.store.schema_)

    @property
    def embedder(self) -> StaticEmbedder:
        """The static table."""
        return self._embedder

    @property
    def retriever(self) -> HybridRetriever:
        """The retriever over the store and the overlay."""
        if self._retriever is None:
            self._retriever = HybridRetriever(self.store, self._embedder, self.overlay)
        return self._retriever

    def graph(self, manifest: Manifest) -> SymbolGraph:
        """Questions about symbols, over the store and the overlay; `manifest` says which files there are."""

        def files() -> Files:
            # A commit seldom brings or takes files, and what was found out about imports holds until one does.
            stamp = (manifest.updated, len(manifest.files), self.overlay.paths)
            if self._files[0] != stamp:
                paths = manifest.files.keys() | self.overlay.paths
                self._files = stamp, self._files[1] if self._files[1].paths == paths else Files(paths)
            return self._files[1]

        return SymbolGraph(self.store.facts, self.overlay, lambda: self.overlay.paths, files)

    def names(self, prefix: str, limit: int) -> list[DefinedName]:
        """What the names that begin with `prefix` are: those of unsaved buffers first, then the store's."""
        unsaved = Names(self.overlay.defined()).beginning(prefix, limit)
        stored = self.store.names.names().beginning(prefix, limit)
        known = {one.name for one in unsaved}
        return [*unsaved, *(one for one in stored if one.name not in known)][:limit]

    def open(self, *, create: bool = False) -> None:
        """Open the store if it is not. Raises IndexMissing, StorageError."""
        if self.store.client is None:
            self.store.open(create=create)

    def load_encoder(self, folder: Path) -> Encoder:
        """The encoder of this folder, loaded once. Raises StorageError."""
        if self._encoder is None or self._encoder[0] != folder:
            from inglenook_indexer.embed.encoder import Encoder

            self._encoder = (folder, Encoder(folder))
        return self._encoder[1]

    def use_encoder(self, wanted: tuple[Path, str] | None) -> None:
        """Ask the encoder (its folder, and the identity that the stored vectors have) in searches, too.

        One that can't be loaded any more is done without, and so is one of another version: until the second tier has
        made its vectors, there are none to compare with.
        """
        if wanted is None:
            return
        folder, known = wanted
        current = self._encoder_of(folder)
        if current is not None and current is self.retriever.encoder and identity(current) == known:
            return
        try:
            encoder = self.load_encoder(folder)
        except StorageError as error:
            _log.warning("searching without the encoder: %s", error)
            return
        self.retriever.encoder = encoder if identity(encoder) == known else None

    def _encoder_of(self, folder: Path) -> Encoder | None:
        return self._encoder[1] if self._encoder is not None and self._encoder[0] == folder else None

    def search(
        self, query: str, *, limit: int, path: str, language: str, kind: str, rerank_s: float, encoder: Path | None
    ) -> list[Hit]:
        """Ranked chunks. Raises StorageError where `encoder` can't be loaded."""
        wanted = rerank_s > 0 and self.retriever.encoder is None
        reader = self.load_encoder(encoder) if wanted and encoder is not None else None
        hits = self.retriever.hits(
            query, limit=limit, path=path, language=language, kind=kind, rerank_s=rerank_s, reader=reader
        )
        self.retrieved.update({hit.chunk.path for hit in hits})
        return hits

    def similar_names(self, name: str, limit: int) -> list[str]:
        """Names of definitions, of the store and of unsaved buffers, that are written much like `name`."""
        stored = self.store.names.names()
        known, spellings = self._spellings
        if known is not stored or spellings is None:
            spellings = Spellings(stored)
            self._spellings = stored, spellings
        unsaved = (one for _, names in self.overlay.defined() for one in names)
        return similar(name, (*spellings.like(name, limit), *unsaved), limit)

    def shadow(self, path: str, text: str | None) -> None:
        """Put or lift a buffer."""
        if text is None:
            self.overlay.lift(path)
        else:
            self.overlay.put(path, text)

    def manifest(self) -> Manifest:
        """Derived from the store, file by file."""
        found = Manifest(rules=self.store.table.rules)
        for path, size, mtime_ns, digest, chunks, encoded in self.store.encoded.files():
            found.files[path] = Entry(Stamp(size, mtime_ns), digest, chunks, encoded)
        return found

    def let_go(self) -> None:
        """Have the store opened anew by the next question: another one is about to take its place, or has."""
        if os.name == "nt":
            self.close()  # a folder whose files are open can't be renamed there
        else:
            self.store.outdate()

    def close(self) -> None:
        """Let go of the store and the search threads."""
        if self._retriever is not None:
            self._retriever.close()
            self._retriever = None
        self.store.shut()
