"""Files -> embedded nodes: what `rows` does to files, as llama-index transformations. Knows no disk and no store.

For whoever builds on the index with llama-index: in a pipeline of their own, with another embedding or another store.
Not an `IngestionPipeline`: its document store would be a second truth beside the table, and loses files when a
transformation fails half way.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.ingestion.pipeline import run_transformations
from llama_index.core.schema import BaseNode, Document, TransformComponent

from inglenook_indexer.chunks.chunk import Chunker
from inglenook_indexer.chunks.rows import chunk_words, embedded_text, written
from inglenook_indexer.chunks.schema import node_of
from inglenook_indexer.embed.base import Embedder
from inglenook_indexer.text.words import Splitter
from inglenook_indexer.types import SourceFile


class SplitCode(TransformComponent):  # type: ignore[misc]
    """Documents (one a file) -> nodes (one a chunk), without embeddings."""

    _chunker: Chunker = PrivateAttr(default_factory=Chunker)

    def __call__(self, nodes: Sequence[BaseNode], **_: Any) -> Sequence[BaseNode]:
        """Cut each file; a blank one gives no node."""
        out: list[BaseNode] = []
        for document in nodes:
            facts = document.metadata
            chunks = self._chunker.chunk(facts["path"], facts["language"], document.get_content())
            out += [node_of(chunk, facts) for chunk in written(chunks)]
        return out


class AddWords(TransformComponent):  # type: ignore[misc]
    """Puts the words that BM25 counts into each node's metadata."""

    _splitter: Splitter = PrivateAttr(default_factory=Splitter)

    def __call__(self, nodes: Sequence[BaseNode], **_: Any) -> Sequence[BaseNode]:
        """In place: `metadata["words"]`."""
        for node in nodes:
            node.metadata["words"] = chunk_words(
                self._splitter, node.metadata["path"], node.get_content(), node.metadata["defines"]
            )
        return nodes


class AddVectors(TransformComponent):  # type: ignore[misc]
    """Gives each node its static vector."""

    _embedder: Any = PrivateAttr()

    def __init__(self, embedder: Embedder, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._embedder = embedder

    def __call__(self, nodes: Sequence[BaseNode], **_: Any) -> Sequence[BaseNode]:
        """In place: `embedding`."""
        texts = [embedded_text(node.metadata["path"], node.get_content()) for node in nodes]
        for node, vector in zip(nodes, self._embedder.embed(texts), strict=True):
            node.embedding = vector.tolist()
        return nodes


def transformations(embedder: Embedder) -> list[TransformComponent]:
    """A fresh set; it keeps parsers and caches, so use one set for a whole run and from one thread at a time."""
    return [SplitCode(), AddWords(), AddVectors(embedder)]


def documents_of(files: Sequence[SourceFile]) -> list[Document]:
    """Files as llama-index documents, one each, with the metadata that `SplitCode` reads."""
    return [
        Document(
            id_=file.path,
            text=file.text,
            metadata={
                "path": file.path, "language": file.language, "size": file.size, "mtime_ns": file.mtime_ns,
                "digest": file.digest,
            },
        )
        for file in files
    ]  # fmt: skip


def run(files: Sequence[SourceFile], steps: Sequence[TransformComponent]) -> list[BaseNode]:
    """The embedded nodes of `files`, in order."""
    return list(run_transformations(documents_of(files), steps))
