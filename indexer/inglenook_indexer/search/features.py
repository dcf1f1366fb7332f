"""The ranking features of a file: one number for each, from the candidates alone. Pure.

Knows nothing of how much a feature weighs; `rank` does. All features are 0-1 unless its function says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inglenook_indexer.search.name_features import Matcher, flat, name_stems
from inglenook_indexer.search.path_features import called, is_front
from inglenook_indexer.search.query import Query
from inglenook_indexer.search.stack_trace import shared_tail
from inglenook_indexer.search.weights import Weights
from inglenook_indexer.text.words import Splitter, singular
from inglenook_indexer.types import Chunk

_MORE = 0.5  # each further chunk of a file counts this much of the one before
_NARROW = 1e-6  # a standard deviation of cosines below this tells nothing apart
_READ = 3_000  # characters of a chunk in which names are passed on: only one of endless lines has more
_CHUNKS = 5  # of a file that count by words


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that words or vectors brought up. 0 means that this list did not."""

    chunk: Chunk
    bm25: float = 0.0
    similarity: float = 0.0
    """Cosine to the query by the static table."""
    encoded: float | None = None
    """Cosine by the encoder; None where the encoder has not read this chunk."""
    words: str = ""
    """The chunk's words as they are indexed, space-separated; split anew where empty."""


def filled(known: Sequence[float | None], other: Sequence[float]) -> list[float]:
    """`known`, and where it is None what `other` says of the place, brought to the scale of the known ones."""
    pairs = [(mine, theirs) for mine, theirs in zip(known, other, strict=True) if mine is not None]
    if not pairs:
        return [0.0] * len(known)
    middle, around = _spread([mine for mine, _ in pairs])
    center, width = _spread([theirs for _, theirs in pairs])
    scale = around / width if width > _NARROW else 0.0
    return [
        middle + (theirs - center) * scale if mine is None else mine for mine, theirs in zip(known, other, strict=True)
    ]


def _spread(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard deviation."""
    mean = sum(values) / len(values)
    return mean, (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5


def shares(values: Sequence[float]) -> list[float]:
    """Of the best, which is 1."""
    best = max(values, default=0.0)
    return [value / best if best > 0 else 0.0 for value in values]


def indexed_words(candidate: Candidate) -> str:
    """The words of a candidate, with a space before each."""
    return " " + (candidate.words or Splitter().words(candidate.chunk.text))


def stems_in(words: str, stems: Iterable[str]) -> frozenset[str]:
    """Which stems begin a word of `words` (`indexed_words`)."""
    return frozenset(one for one in stems if f" {one}" in words)


def further(scores: Sequence[float]) -> float:
    """The next best scores after the best one, each counting half of the one before; 0 up to about 1."""
    ordered = sorted(scores, reverse=True)[1:_CHUNKS]
    return sum(score * _MORE**place for place, score in enumerate(ordered))


def definitions(matcher: Matcher, chunks: Iterable[Chunk]) -> float:
    """The definition that says most of the query, times how much of its name the query says."""
    best = 0.0
    for name in {one for chunk in chunks for one in chunk.defines if " " not in one}:
        covered, share = matcher.said(name_stems(name))
        best = max(best, covered * share)
    return best


def path(matcher: Matcher, where: str) -> tuple[float, float, float]:
    """(share of the query its name says, share of its name the query says, share of the query its folders add)."""
    _, stems, around = called(where)
    found, share = matcher.covered(stems)
    beyond = {word: worth for word, worth in matcher.covered(around)[0].items() if word not in found}
    return matcher.worth(found), share, matcher.worth(beyond)


def is_namesake(query: Query, where: str) -> bool:
    """Whether a file is called like a symbol of the query."""
    name = flat(called(where)[0])
    return any(name in (flat(symbol), singular(flat(symbol))) for symbol in query.symbols)


def defines_symbol(query: Query, chunk: Chunk) -> bool:
    """Whether a symbol of the query is defined here."""
    wanted = {symbol.lower() for symbol in query.symbols}
    return bool(wanted) and any(name.lower() in wanted for name in chunk.defines)


def uses_symbol(query: Query, chunk: Chunk) -> bool:
    """Whether a symbol of the query is written here, and not defined."""
    if not query.symbols or defines_symbol(query, chunk):
        return False
    return any(re.search(rf"(?<!\w){re.escape(symbol)}(?!\w)", chunk.text) for symbol in query.symbols)


def passes_on(query: Query, chunk: Chunk) -> bool:
    """Whether the file that stands for a folder passes a symbol of the query on (`pub use`, `export`, `import`)."""
    if not is_front(chunk.path):
        return False
    text = chunk.text[:_READ]
    for symbol in (one for one in query.symbols if one in text):
        name = re.escape(symbol)
        passing = r"^[^\S\n]*+(?:pub use\b|export\b|from\b[^\n]*\bimport\b|import\b|module\.exports)"
        pattern = rf"{passing}[^;\n]*(?<!\w){name}(?!\w)"
        listed = rf"(?:pub use\b|export\s*\{{|import\s*\(|__all__)[^;)}}\]]*(?<!\w){name}(?!\w)"
        if re.search(pattern, text, re.MULTILINE) or re.search(listed, text):
            return True
    return False


def framed(query: Query, chunks: Sequence[Chunk], weights: Weights) -> dict[str, float]:
    """Chunk id -> how surely a stack trace speaks of it; only those it does speak of.

    A trace has paths of another machine: the files that share most trailing parts with a frame's are meant.
    """
    found: dict[str, float] = {}
    paths = {chunk.path for chunk in chunks}
    for place, frame in enumerate(query.frames):
        tails = {one: shared_tail(frame.path, one) for one in paths}
        longest = max(tails.values(), default=0)
        if not longest:
            continue
        # Only the name of the file in common, of paths that have more: it may be another one.
        sure = 1.0 if longest > 1 or "/" not in frame.path else 0.5
        for chunk in chunks:
            if tails[chunk.path] != longest:
                continue
            if chunk.start_line <= frame.line <= chunk.end_line:
                worth = 1.0
            else:
                here = bool(frame.symbol) and frame.symbol in chunk.defines
                worth = weights.frame_symbol if here else weights.frame_file
            found[chunk.id] = max(found.get(chunk.id, 0.0), worth * sure * weights.frame_decay**place)
    return found


def named(paths: Iterable[str], where: str) -> float:
    """How well a path is one of those that a query names: 1 in full, less where only its end is."""
    best = 0.0
    for wanted in paths:
        if wanted.endswith("/"):
            inside = where.startswith(wanted.lstrip("/")) or f"/{wanted.strip('/')}/" in f"/{where}"
            best = max(best, 1.0 if inside else 0.0)
        else:
            best = max(best, shared_tail(wanted.lstrip("/"), where) / (wanted.strip("/").count("/") + 1))
    return min(best, 1.0)


def by_file(candidates: Sequence[Candidate]) -> Mapping[str, list[int]]:
    """Path -> places of its chunks among the candidates."""
    found: dict[str, list[int]] = {}
    for place, candidate in enumerate(candidates):
        found.setdefault(candidate.chunk.path, []).append(place)
    return found
