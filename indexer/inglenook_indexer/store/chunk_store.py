"""The tables of an index as a llama-index vector store: for whoever builds on the index with llama-index.

Not in `tables`: any part of llama-index takes a second to import, for which a search at a prompt would wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.schema import BaseNode
from llama_index.core.vector_stores.types import (
    BasePydanticVectorStore,
    VectorStoreQuery,
    VectorStoreQueryMode,
    VectorStoreQueryResult,
)

from inglenook_indexer.chunks.schema import chunk_of, node_of, rows_of
from inglenook_indexer.store.encodings import Encodings
from inglenook_indexer.store.tables import Parts, Tables


class ChunkStore(Tables, BasePydanticVectorStore):  # type: ignore[misc]
    """`Tables`, with their arguments, that take and give nodes."""

    stores_text: bool = True
    flat_metadata: bool = False
    folder: str
    embedder: str
    dimensions: int
    encodings_folder: str = ""
    tolerant: bool = False
    _parts: Parts | None = PrivateAttr(default=None)
    _encodings: Encodings | None = PrivateAttr(default=None)
    _outdated: bool = PrivateAttr(default=False)

    def __init__(self, **fields: Any) -> None:
        BasePydanticVectorStore.__init__(self, **fields)

    @property
    def client(self) -> Any:
        """LanceDB's own table; None where it is to be opened."""
        table = super().client
        return None if table is None else table.whole

    def add(self, nodes: Sequence[BaseNode], **_: Any) -> list[str]:
        """llama-index's way in: replaces the files the nodes come from."""
        paths = {str(node.metadata.get("path", node.ref_doc_id or "")) for node in nodes}
        self.writer.replace(rows_of(nodes, self.schema_), paths)
        return [node.node_id for node in nodes]

    def delete(self, ref_doc_id: str, **_: Any) -> None:
        """Remove one file, by its path."""
        self.writer.replace(self.schema_.empty_table(), [ref_doc_id])

    def query(self, query: VectorStoreQuery, **_: Any) -> VectorStoreQueryResult:
        """llama-index's way to ask: by vector, or by words in TEXT_SEARCH mode. Ranking is `retrieve`'s work."""
        if query.mode == VectorStoreQueryMode.TEXT_SEARCH:
            rows = self.lookups.matching(query.query_str or "", query.similarity_top_k)
        else:
            rows = self.lookups.nearest(query.query_embedding, query.similarity_top_k)
        nodes = [node_of(chunk_of(row)) for row in rows]
        return VectorStoreQueryResult(
            nodes=nodes, similarities=[row["_score"] for row in rows], ids=[node.node_id for node in nodes]
        )
