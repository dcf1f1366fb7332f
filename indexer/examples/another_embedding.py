"""Another llama-index embedding in Inglenook's index: its own chunks and store, somebody else's vectors.

    python indexer/examples/another_embedding.py WORKSPACE QUERY [--encoder FOLDER]

Every part is a llama-index part: the cutter is a transformation, the embedding any `BaseEmbedding`, the store a vector
store, what asks it a retriever. `--encoder` names a folder with a BERT checkpoint, such as the one that
`inglenook models pull all-minilm-l6-v2` fetches; without it, words are hashed, which needs no weights.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from inglenook_indexer.chunks.transformations import AddWords, SplitCode, documents_of
from inglenook_indexer.embed.encoder import Encoder
from inglenook_indexer.files.discover import Candidate, check_root, walk
from inglenook_indexer.files.read import read
from inglenook_indexer.store.chunk_store import ChunkStore
from inglenook_indexer.types import SourceFile
from llama_index.core import VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.ingestion import run_transformations

DIMENSIONS = 512


class HashedWords(BaseEmbedding):
    """Each word adds to one of 512 places: no meaning, but no weights either."""

    model_name: str = "hashed-words"

    def _get_text_embedding(self, text: str) -> list[float]:
        vector = np.zeros(DIMENSIONS, np.float32)
        for word in re.findall(r"[A-Za-z][a-z]+", text):
            digest = hashlib.blake2b(word.lower().encode(), digest_size=4).digest()
            vector[int.from_bytes(digest, "little") % DIMENSIONS] += 1
        found: list[float] = (vector / max(float(np.linalg.norm(vector)), 1e-9)).tolist()
        return found

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class Encoded(HashedWords):
    """A BERT checkpoint on OpenVINO."""

    _encoder: Any = PrivateAttr()

    def __init__(self, folder: Path, **kwargs: Any) -> None:
        # The name tells checkpoints apart: a store of one must never be asked with vectors of another.
        digest = hashlib.blake2b((folder / "model.safetensors").read_bytes(), digest_size=6).hexdigest()
        super().__init__(model_name=f"{folder.name}-{digest}", **kwargs)
        self._encoder = Encoder(folder)

    def _get_text_embedding(self, text: str) -> list[float]:
        found: list[float] = self._encoder.embed([text])[0].tolist()
        return found


def main() -> None:
    """Index a workspace with the chosen embedding, and ask."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workspace", type=Path)
    parser.add_argument("query")
    parser.add_argument("--encoder", type=Path)
    arguments = parser.parse_args()
    embedding = Encoded(arguments.encoder) if arguments.encoder else HashedWords()
    root = check_root(arguments.workspace)
    found = [read(root, one) for one in walk(root) if isinstance(one, Candidate)]
    documents = documents_of([one for one in found if isinstance(one, SourceFile)])
    nodes = run_transformations(documents, [SplitCode(), AddWords(), embedding])
    with tempfile.TemporaryDirectory() as folder:
        # The store knows whose vectors it holds: opened under another name it refuses, instead of comparing apples
        # with pears.
        name = f"{embedding.model_name}:1"
        store = ChunkStore(folder=folder, embedder=name, dimensions=len(embedding.get_query_embedding("")))
        store.open(create=True)
        store.add(nodes)
        retriever = VectorStoreIndex.from_vector_store(store, embed_model=embedding).as_retriever(similarity_top_k=3)
        for hit in retriever.retrieve(arguments.query):
            place = hit.node.metadata
            sys.stdout.write(f"{hit.score:.3f}  {place['path']}:{place['start_line']}  {place['symbol']}\n")
        store.shut()


if __name__ == "__main__":
    main()
