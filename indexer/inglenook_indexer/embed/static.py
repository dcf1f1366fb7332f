"""The instant embedder: a token table shipped in the package, summed word by word. Needs no model on disk.

The table is all-MiniLM-L6-v2 distilled by model2vec (token embeddings, PCA, smooth inverse frequency weights), in 8 bits;
`indexer/scripts/distill_static.py` makes it. Unlike model2vec, identifiers are split into words before they are looked
up (`getUserName` is get + user + name), and punctuation is left out.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inglenook_indexer.words import identifiers, parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

ASSET = Path(__file__).parent.parent / "assets" / "static-minilm.npz"
_MAX_CACHE = 40_000  # identifiers: at 1 KB each, 40 MB


class StaticEmbedder:
    """Sums cached word vectors. Thread-safe."""

    name = "static-minilm"
    version = "1"

    def __init__(self, asset: Path = ASSET) -> None:
        with np.load(asset) as data:
            tokens = bytes(data["vocabulary"]).decode().split("\n")
            self._table = data["table"].astype(np.float32) * data["scale"].astype(np.float32)[:, None]
        self._token = {token: row for row, token in enumerate(tokens)}
        self.dimensions = int(self._table.shape[1])
        self._cache = np.zeros((_MAX_CACHE, self.dimensions), np.float32)
        self._row: dict[str, int] = {}
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows of unit length, (len(texts), dimensions); zeros for a text without a known word."""
        out = np.zeros((len(texts), self.dimensions), np.float32)
        for index, text in enumerate(texts):
            words = identifiers(text)[:_MAX_CACHE]
            if not words:
                continue
            with self._lock:
                if len(self._row) + len(words) > _MAX_CACHE:
                    self._row.clear()
                out[index] = self._cache[[self._row_of(word) for word in words]].sum(axis=0)
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        np.divide(out, norms, out=out, where=norms > 0)
        return out

    def _row_of(self, identifier: str) -> int:
        """The cache row of an identifier's vector, computed when it is new."""
        row = self._row.get(identifier)
        if row is None:
            row = self._row[identifier] = len(self._row)
            tokens = [token for word in parts(identifier) for token in self._tokens(word)]
            self._cache[row] = self._table[tokens].sum(axis=0) if tokens else 0.0
        return row

    def _tokens(self, word: str) -> list[int]:
        """WordPiece: the longest known prefix, again and again; nothing for a word that can't be spelled."""
        tokens: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                token = self._token.get(word[start:end] if start == 0 else f"##{word[start:end]}")
                if token is not None:
                    tokens.append(token)
                    start = end
                    break
            else:
                return []
        return tokens
