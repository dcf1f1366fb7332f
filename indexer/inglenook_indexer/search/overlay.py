"""Unsaved buffers: they shadow what the store has of their files. In memory only; never written."""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np

from inglenook_indexer.chunks.chunk import GuardedChunker
from inglenook_indexer.chunks.rows import chunk_words, embedded_text
from inglenook_indexer.embed.base import Embedder
from inglenook_indexer.search.features import Candidate
from inglenook_indexer.secrets.ranges import lines_of
from inglenook_indexer.secrets.redact import is_secret_path, mask_secrets
from inglenook_indexer.symbols import path_order
from inglenook_indexer.symbols.path_order import Keep
from inglenook_indexer.text.languages import language_of
from inglenook_indexer.text.words import Splitter
from inglenook_indexer.types import Chunk

if TYPE_CHECKING:
    from numpy.typing import NDArray

_K1, _B = 1.2, 0.75  # BM25, as LanceDB has them
_TYPICAL_LENGTH = 150  # words of a chunk; only the ratio matters, for scores are calibrated
_COMPARED = 24  # of the store's hits, evenly spread, to calibrate scores: all of them take three milliseconds


@dataclass(frozen=True, slots=True)
class _Buffer:
    chunks: tuple[Chunk, ...]
    words: tuple[Counter[str], ...]
    vectors: NDArray[np.float32]
    text: str
    """Secrets masked."""
    withheld: frozenset[int]
    """The lines that masks are on."""


class Overlay:
    """path -> the chunks of its buffer. Thread-safe."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._lock = threading.Lock()
        self._chunker = GuardedChunker()
        self._splitter = Splitter()
        self._buffers: dict[str, _Buffer] = {}

    @property
    def paths(self) -> frozenset[str]:
        """Files whose stored chunks must not be shown."""
        return frozenset(self._buffers)

    def put(self, path: str, text: str) -> None:
        """Shadow `path` by `text`; secrets in it are masked as in files, and a secret file is not taken at all."""
        if is_secret_path(path):
            return self.lift(path)
        masked, spans = mask_secrets(text, path)
        language = language_of(path, masked[:200].partition("\n")[0])
        with self._lock:
            cut = self._chunker.chunk(path, language, masked)
            chunks = tuple(chunk for chunk in cut if not chunk.text.isspace())
            # A key changes one chunk of many: what was worked out for the others stands.
            before = self._buffers.get(path)
            known = {(one.text, one.defines): place for place, one in enumerate(before.chunks)} if before else {}
            places = [known.get((chunk.text, chunk.defines)) for chunk in chunks]
            new = [chunk for chunk, place in zip(chunks, places, strict=True) if place is None]
            embedded = iter(self._embedder.embed([embedded_text(path, chunk.text) for chunk in new]))
            words: list[Counter[str]] = []
            vectors = np.zeros((len(chunks), self._embedder.dimensions), np.float32)
            for row, (chunk, place) in enumerate(zip(chunks, places, strict=True)):
                if before is not None and place is not None:
                    words.append(before.words[place])
                    vectors[row] = before.vectors[place]
                else:
                    words.append(self._words(chunk))
                    vectors[row] = next(embedded)
            self._buffers = {
                **self._buffers,
                path: _Buffer(chunks, tuple(words), vectors, masked, lines_of(text, spans)),
            }

    def _words(self, chunk: Chunk) -> Counter[str]:
        """What BM25 counts of a chunk, as of a stored one."""
        return Counter(chunk_words(self._splitter, chunk.path, chunk.text, chunk.defines).split())

    def lift(self, path: str) -> None:
        """Show the stored version of `path` again."""
        with self._lock:
            self._buffers = {key: buffer for key, buffer in self._buffers.items() if key != path}

    def text(self, path: str) -> tuple[str, frozenset[int]] | None:
        """A buffer's text, its secrets masked, and the lines that masks are on; None where there is none."""
        buffer = self._buffers.get(path)
        return (buffer.text, buffer.withheld) if buffer is not None else None

    def defined(self) -> list[tuple[str, tuple[str, ...]]]:
        """(path, names that it defines) of every chunk of the buffers."""
        return [(path, chunk.defines) for path, buffer in self._buffers.items() for chunk in buffer.chunks]

    def having(
        self, keys: Sequence[int], limit: int, skip: int = 0, keep: Keep | None = None
    ) -> tuple[list[dict[str, Any]], int]:
        """Path, language and facts of the buffers' chunks that have one of these keys, and how many have."""
        wanted = frozenset(keys)
        found = [
            {"path": chunk.path, "language": chunk.language, "facts": chunk.facts}
            for path, buffer in sorted(self._buffers.items(), key=lambda item: path_order.of(item[0]))
            for chunk in buffer.chunks
            if not wanted.isdisjoint(chunk.keys) and (keep is None or keep(path, chunk.language))
        ]
        return found[skip : skip + limit], len(found)

    def candidates(
        self,
        terms: Sequence[str],
        vector: NDArray[np.float32],
        stored: Sequence[Mapping[str, Any]],
        limit: int,
        keep: Callable[[Chunk], bool],
    ) -> list[Candidate]:
        """Of the buffers' chunks that `keep` lets through the best by words and by meaning, `limit` of each.

        Their scores are on the store's scale.

        BM25 needs counts over all chunks, which the store keeps to itself. So the same formula with every word equally
        rare is put to the store's own hits (`stored`: rows with words and _score), and the ratio carries over.
        """
        some = stored[:: max(1, len(stored) // _COMPARED)]
        ratios = [row["_score"] / local for row in some if (local := _bm25(terms, Counter(row["words"].split()))) > 0]
        scale = median(ratios) if ratios else 1.0
        found: list[tuple[float, float, Chunk, Counter[str]]] = []
        for buffer in self._buffers.values():
            similarities = (buffer.vectors @ vector).tolist() if len(buffer.chunks) else ()
            for chunk, words, similarity in zip(buffer.chunks, buffer.words, similarities, strict=True):
                score = _bm25(terms, words) * scale
                if (score > 0 or similarity > 0) and keep(chunk):
                    found.append((score, max(0.0, similarity), chunk, words))
        # A file of hundreds of chunks would otherwise be ranked whole, at every key.
        best = [*nlargest(limit, found, key=itemgetter(0)), *nlargest(limit, found, key=itemgetter(1))]
        kept = {chunk.id: Candidate(chunk, score, near, words=" ".join(words)) for score, near, chunk, words in best}
        return list(kept.values())


def _bm25(terms: Sequence[str], words: Counter[str]) -> float:
    """BM25 with every term equally rare."""
    length = _K1 * (1 - _B + _B * words.total() / _TYPICAL_LENGTH)
    return math.fsum(words[term] * (_K1 + 1) / (words[term] + length) for term in set(terms) if term in words)
