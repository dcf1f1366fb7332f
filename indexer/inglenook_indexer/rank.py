"""Candidates -> ranked hits: fuse words and vectors, lift definitions, damp tests and repeats. Pure functions.

The scheme and most constants are semble's (MinishLab/semble), whose ranker alone lifts plain BM25 by a quarter.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from inglenook_indexer.types import Chunk, Hit
from inglenook_indexer.words import STOP_WORDS, identifiers, looks_like_symbol, parts, singular

_RRF_K = 60  # Cormack et al., 2009
_VECTOR_WEIGHT_SYMBOL = 0.3  # a query that is a symbol is answered by words
_VECTOR_WEIGHT_PROSE = 0.5
_COHERENCE = 0.2  # share of the best score that the best chunk of the best-covered file gains
_DEFINITION = 3.0  # share of the best score that a definition of a queried symbol gains
_DEFINITION_IN_PROSE = 0.5  # the same for a symbol inside a sentence
_STEM_FACTOR = 1.5  # more when the file is named like the symbol
_STEM_PROSE = 1.0  # share of the best score for a file whose name the query speaks of
_PENALTY_SIDE = 0.3  # tests, examples, compatibility layers, legal texts: rarely what is asked for
_PENALTY_INIT = 0.5  # re-exports
_PENALTY_TYPES = 0.7  # declarations without code
_PENALTY_PROSE = 0.6  # documents: an answer often, but the code they speak of is asked for more often
_SATURATION = 0.5  # each further hit of one file counts half

_TESTS = re.compile(
    r"(?:^|/)(?:tests?|testing|__tests__|specs?|e2e|fixtures?|benchmarks?)/|(?:^|/)(?:test_[^/]*|conftest\.py)$"
    r"|(?:_test|_tests|_spec|\.test|\.spec|Tests?|Spec)\.\w+$"
)
_COMPAT = re.compile(r"(?:^|/)_?(?:compat|legacy|deprecated|vendored|polyfills?)(?:/|\.\w+$)|_compat\.\w+$")
_EXAMPLES = re.compile(r"(?:^|/)(?:_?examples?|samples?|demos?|docs?_src|tutorials?)/")
_PROSE = (".md", ".markdown", ".mdx", ".rst", ".txt", ".adoc")
_LEGAL = re.compile(r"(?:^|/)(?:licen[cs]es?|copying|copyright|notice|patents)(?:[.-][^/]*)?$", re.IGNORECASE)
_INIT = re.compile(r"(?:^|/)(?:__init__\.pyi?|index\.[jt]sx?|mod\.rs|package-info\.java)$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that words or vectors brought up. 0 means that this list did not."""

    chunk: Chunk
    bm25: float = 0.0
    similarity: float = 0.0
    """Cosine to the query by the static table, or by the encoder where `tier` is 2."""
    tier: int = 1


@dataclass(frozen=True, slots=True)
class Query:
    """A query, taken apart once."""

    text: str
    symbols: tuple[str, ...]
    """Words written like code; of a dotted one the last part. A lone word counts."""
    words: tuple[str, ...]
    """Lower-case parts of every word that is no stop word."""
    is_symbol: bool
    """Whether the query is nothing but symbols."""


def parse(text: str) -> Query:
    """Take a query apart."""
    tokens = [token.strip("`'\"?!,;.()[]{}") for token in text.split()]
    tokens = [token for token in tokens if token]
    symbols = [token for token in tokens if looks_like_symbol(token)]
    if len(tokens) == 1 and re.fullmatch(r"\w+", tokens[0]):
        symbols = tokens
    is_symbol = bool(symbols) and len(symbols) == len(tokens)
    names = dict.fromkeys(re.split(r"[.:]+", symbol.removesuffix("()"))[-1] for symbol in symbols)
    found = [part for token in identifiers(text) for part in parts(token)]
    words = tuple(dict.fromkeys(word for word in found if word not in STOP_WORDS and len(word) > 1))
    return Query(text, tuple(name for name in names if name), words, is_symbol)


def reciprocal_ranks(scores: Mapping[str, float]) -> dict[str, float]:
    """Key -> 1 / (60 + rank), of the keys with a score above 0."""
    ordered = sorted((key for key, score in scores.items() if score > 0), key=lambda key: (-scores[key], key))
    return {key: 1 / (_RRF_K + rank) for rank, key in enumerate(ordered, 1)}


def path_penalty(path: str, query: Query) -> float:
    """A factor up to 1 for places that are rarely meant, unless the query names them."""
    factor = 1.0
    asked = set(query.words)
    if _TESTS.search(path) and not asked & {"test", "spec", "fixture", "benchmark", "testing"}:
        factor *= _PENALTY_SIDE
    if _COMPAT.search(path) and not asked & {"compat", "legacy", "deprecated", "compatibility"}:
        factor *= _PENALTY_SIDE
    if _EXAMPLES.search(path) and not asked & {"example", "sample", "demo", "tutorial"}:
        factor *= _PENALTY_SIDE
    if _LEGAL.search(path) and not asked & {"license", "licence", "copyright", "patent", "notice", "warranty"}:
        factor *= _PENALTY_SIDE
    if _INIT.search(path):
        factor *= _PENALTY_INIT
    if path.endswith((".d.ts", ".pyi")):
        factor *= _PENALTY_TYPES
    if path.endswith(_PROSE) and not asked & {"doc", "documentation", "readme", "changelog", "guide", "license"}:
        factor *= _PENALTY_PROSE
    return factor


def _definition_boost(chunk: Chunk, query: Query) -> float:
    """How much a chunk gains for defining what the query names, as a share of the best score."""
    wanted = {symbol.lower() for symbol in query.symbols}
    if not wanted or not wanted & {name.lower() for name in chunk.defines}:
        return 0.0
    stem = _stem(chunk.path)
    factor = _STEM_FACTOR if any(stem in (symbol, singular(symbol)) for symbol in map(_flat, wanted)) else 1.0
    return (_DEFINITION if query.is_symbol else _DEFINITION_IN_PROSE) * factor


def _flat(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _stem(path: str) -> str:
    return _flat(PurePosixPath(path).stem)


def _stem_boost(path: str, query: Query) -> float:
    """How far the query's words cover the file's name (and its folder's, at half weight), as a share of 1."""
    pure = PurePosixPath(path)
    stem = {part for part in parts(pure.stem) if len(part) > 2}
    if not stem or not query.words:
        return 0.0
    matched = sum(1 for part in stem if any(_akin(part, word) for word in query.words))
    folder = {part for part in parts(pure.parent.name) if len(part) > 2}
    around = sum(1 for part in folder if any(_akin(part, word) for word in query.words))
    share = matched / len(stem) + (0.5 * around / len(folder) if folder and matched else 0.0)
    return min(1.0, share) * min(1.0, (matched + around) / len(query.words) + 0.1) if matched else 0.0


def _akin(one: str, other: str) -> bool:
    """Same word, or one begins with the other and that is most of it ("route" and "router")."""
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= 4 and long.startswith(short) and len(long) - len(short) <= 4


def rank(query: Query, candidates: Iterable[Candidate], limit: int) -> list[Hit]:
    """The best `limit` chunks, best first. Deterministic: ties are broken by path and line."""
    # Sorted, because sums of floats depend on their order and equal input must rank equally.
    pool = [one for _, one in sorted({candidate.chunk.id: candidate for candidate in candidates}.items())]
    if not pool:
        return []
    words = reciprocal_ranks({candidate.chunk.id: candidate.bm25 for candidate in pool})
    near = reciprocal_ranks({candidate.chunk.id: candidate.similarity for candidate in pool})
    weight = _VECTOR_WEIGHT_SYMBOL if query.is_symbol else _VECTOR_WEIGHT_PROSE
    fused = {
        candidate.chunk.id: (1 - weight) * words.get(candidate.chunk.id, 0.0)
        + weight * near.get(candidate.chunk.id, 0.0)
        for candidate in pool
    }
    best = max(fused.values()) or 1.0
    coherence = _coherence(pool, fused)
    places: dict[str, tuple[float, float]] = {}
    hits: list[Hit] = []
    for candidate in pool:
        chunk = candidate.chunk
        if chunk.path not in places:
            places[chunk.path] = (_stem_boost(chunk.path, query), path_penalty(chunk.path, query))
        stem, penalty = places[chunk.path]
        extra = {
            "coherence": _COHERENCE * coherence.get(chunk.id, 0.0),
            "symbol": _definition_boost(chunk, query),
            "path": 0.0 if query.is_symbol else _STEM_PROSE * stem,
        }
        score = (fused[chunk.id] / best + sum(extra.values())) * penalty
        shown = {"bm25": candidate.bm25, "vector": candidate.similarity, **extra, "penalty": penalty}
        hits.append(
            Hit(chunk, score, {name: value for name, value in shown.items() if value} | {"tier": candidate.tier})
        )
    return _saturate(hits)[:limit]


def _coherence(pool: Sequence[Candidate], fused: Mapping[str, float]) -> dict[str, float]:
    """For the best chunk of each file: the file's sum of scores, relative to the best file's."""
    totals: dict[str, float] = defaultdict(float)
    leaders: dict[str, str] = {}
    for candidate in pool:
        path, key = candidate.chunk.path, candidate.chunk.id
        totals[path] += fused[key]
        if path not in leaders or (fused[key], leaders[path]) > (fused[leaders[path]], key):
            leaders[path] = key
    top = max(totals.values()) or 1.0
    return {leader: totals[path] / top for path, leader in leaders.items()}


def _saturate(hits: Sequence[Hit]) -> list[Hit]:
    """Sorted; the n-th hit of one file counts half of what the one before would."""
    seen: dict[str, int] = defaultdict(int)
    damped: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.chunk.path, hit.chunk.start_line)):
        factor = _SATURATION ** seen[hit.chunk.path]
        seen[hit.chunk.path] += 1
        damped.append(Hit(hit.chunk, hit.score * factor, hit.parts))
    return sorted(damped, key=lambda hit: (-hit.score, hit.chunk.path, hit.chunk.start_line))
