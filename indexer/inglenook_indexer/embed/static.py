"""The instant embedder: a token table shipped in the package, summed word by word. Needs no model on disk.

The table starts from what all-MiniLM-L6-v2 says of each token and is trained on comments and the definitions they
stand above, in 8 bits; indexer/MODELS.md is its card. Identifiers are split into words before they are looked up
(`getUserName` is get + user + name), punctuation is left out, and a word that comes again counts less each time.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Sequence
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inglenook_indexer.text.words import identifiers, parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

ASSET = Path(__file__).parent.parent / "assets" / "static-code.npz"
_MAX_CACHE = 200_000  # identifiers: some 30 MB of small lists
_MAX_WORDS = 50_000  # words that identifiers are made of
_LONG = 100  # characters: no longer word is remembered, or a file of hashes would fill the memory
_REPEATED = 0.75  # a token that comes n times counts n to this power: code repeats its names (1 and 0.5 score worse)


class _Tokens(dict[str, list[int]]):
    """identifier -> rows of the table. Remembers, because code repeats itself."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        super().__init__()
        self._known = {token: row for row, token in enumerate(vocabulary)}
        self._longest = max(map(len, vocabulary))
        self._pieces = lru_cache(_MAX_WORDS)(self._spelled)

    def __missing__(self, identifier: str) -> list[int]:
        """Split a new identifier into words, and those into tokens."""
        if len(identifier) > _LONG:
            return [token for word in parts(identifier) for token in self._spelled(word)]
        if len(self) > _MAX_CACHE:
            self.clear()
        self[identifier] = found = [token for word in parts(identifier) for token in self._pieces(word)]
        return found

    def _spelled(self, word: str) -> list[int]:
        """WordPiece: the longest known prefix, again and again; nothing for a word that can't be spelled.

        No prefix is tried that is longer than every token: of a word of any length each place costs the same.
        """
        whole = self._known.get(word)
        if whole is not None:
            return [whole]
        tokens: list[int] = []
        start = 0
        while start < len(word):
            for end in range(min(len(word), start + self._longest), start, -1):
                token = self._known.get(word[start:end] if start == 0 else f"##{word[start:end]}")
                if token is not None:
                    tokens.append(token)
                    start = end
                    break
            else:
                return []
        return tokens


class StaticEmbedder:
    """Sums token vectors. Thread-safe. The table is read when the first text comes; who asks for symbols has none."""

    name = "static-code"
    version = "2"
    dimensions = 256

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @cached_property
    def _table(self) -> NDArray[np.float32]:
        with np.load(ASSET) as data:
            scaled: NDArray[np.float32] = data["table"].astype(np.float32) * data["scale"].astype(np.float32)[:, None]
        return scaled

    @cached_property
    def _tokens(self) -> _Tokens:
        with np.load(ASSET) as data:
            return _Tokens(bytes(data["vocabulary"]).decode().split("\n"))

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows of unit length, (len(texts), dimensions); zeros for a text without a known word."""
        out = np.zeros((len(texts), self.dimensions), np.float32)
        for index, text in enumerate(texts):
            words = identifiers(text)
            with self._lock:
                rows = list(chain.from_iterable(map(self._tokens.__getitem__, words)))
            if rows:
                counts = Counter(rows)
                tokens = np.fromiter(counts, np.int64, len(counts))
                weights = np.fromiter(counts.values(), np.float32, len(counts)) ** _REPEATED
                np.matmul(weights, self._table.take(tokens, axis=0), out=out[index])
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        np.divide(out, norms, out=out, where=norms > 0)
        return out
