"""Files -> rows of the table: cut, with the words that BM25 counts and static vectors. Knows no disk, no store.

`transformations` offers the same steps as llama-index transformations. They are not used here: its nodes, and the
second that importing it takes in every process that cuts, would be a tenth of a first index. `test_rows.py` holds the
two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from inglenook_indexer.chunks.chunk import GuardedChunker
from inglenook_indexer.chunks.schema import CHUNK_COLUMNS, FACT_COLUMNS, FILE_COLUMNS, table_of
from inglenook_indexer.text.words import Splitter, definition_word, path_words

if TYPE_CHECKING:
    import pyarrow as pa

    from inglenook_indexer.embed.base import Embedder
    from inglenook_indexer.types import Chunk, SourceFile


class Cutter:
    """Keeps parsers and caches: one for a whole run, for one thread at a time."""

    def __init__(self, embedder: Embedder, schema: pa.Schema) -> None:
        self.schema = schema
        self._embedder = embedder
        self._chunker = GuardedChunker()
        self._splitter = Splitter()

    def rows(self, files: Sequence[SourceFile]) -> pa.Table:
        """The chunks of `files`, in order; those of white space alone are left out."""
        owners: list[SourceFile] = []
        chunks: list[Chunk] = []
        for file in files:
            found = written(self._chunker.chunk(file.path, file.language, file.text))
            chunks += found
            owners += [file] * len(found)
        columns: dict[str, Any] = {name: list(map(attrgetter(name), chunks)) for name in _OF_CHUNKS}
        columns |= {name: list(map(attrgetter(name), owners)) for name in FILE_COLUMNS if name not in columns}
        columns["words"] = [chunk_words(self._splitter, one.path, one.text, one.defines) for one in chunks]
        vectors = self._embedder.embed([embedded_text(one.path, one.text) for one in chunks])
        return table_of(columns, vectors, self.schema)


_OF_CHUNKS = ("id", *CHUNK_COLUMNS, *FACT_COLUMNS)


def written(chunks: Sequence[Chunk]) -> list[Chunk]:
    """Those that hold more than white space."""
    return [chunk for chunk in chunks if not chunk.text.isspace()]


def chunk_words(splitter: Splitter, path: str, text: str, defines: Sequence[str]) -> str:
    """The bag of words of one chunk: its text's, its path's, and one for every name it defines."""
    named = " ".join(definition_word(name) for name in defines if " " not in name)
    return f"{splitter.words(path_words(path))} {splitter.words(text)} {named}"


def embedded_text(path: str, text: str) -> str:
    """What the embedders see of a chunk: a path says what a file is about."""
    return f"{path}\n{text}"
