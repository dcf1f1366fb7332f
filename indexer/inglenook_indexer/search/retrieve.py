"""The hybrid retriever as llama-index's: for whoever builds on the index with llama-index.

Not in `hybrid`: any part of llama-index takes a second to import, for which a search at a prompt would wait.
"""

from __future__ import annotations

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from inglenook_indexer.chunks.schema import node_of
from inglenook_indexer.embed.base import Embedder
from inglenook_indexer.search.hybrid import HybridRetriever
from inglenook_indexer.search.overlay import Overlay
from inglenook_indexer.store.tables import Tables


class IndexRetriever(HybridRetriever, BaseRetriever):  # type: ignore[misc]
    """`retrieve` gives the best `limit` chunks as nodes with the ranker's scores."""

    def __init__(self, store: Tables, embedder: Embedder, overlay: Overlay, limit: int = 10) -> None:
        BaseRetriever.__init__(self)
        HybridRetriever.__init__(self, store, embedder, overlay)
        self.limit = limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """llama-index's way in."""
        hits = self.hits(query_bundle.query_str, limit=self.limit)
        return [NodeWithScore(node=node_of(hit.chunk), score=hit.score) for hit in hits]
