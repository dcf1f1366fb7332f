"""Candidates -> ranked hits. Pure functions.

A file is scored first: by its best chunks, by how much of the query its path says, by the names it defines. Its
chunks then share that score, the best chunk first, so that ten hits speak of many files. Words are compared by their
stems, each weighed by how rare it is among the candidates. `python -m tests.benchmarks retrieval` measures it.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from inglenook_indexer.types import Chunk, Hit
from inglenook_indexer.words import STOP_WORDS, identifiers, looks_like_symbol, parts, singular, stem


@dataclass(frozen=True, slots=True)
class Weights:
    """The ranker's constants. All shares are of the best file's score by its chunks, which is 1."""

    vector: float = 0.4
    """Share of the vectors in a chunk's score; the rest is BM25. Both are divided by the best candidate's."""
    vector_symbol: float = 0.3
    """The same for a query that is a symbol: words answer it better."""
    decay: float = 0.4
    """Each further chunk of a file counts this much of the one before (file coherence) ..."""
    chunks: int = 4
    """... up to so many."""
    stem: float = 1.5
    """For a file whose name is said by the query, in full."""
    folder: float = 0.4
    """For its last two folders."""
    defines: float = 0.25
    """For a definition whose name the query says in words ("blueprint registration" and `register_blueprint`)."""
    symbol: float = 1.0
    """For the definition of a symbol that is the query."""
    symbol_prose: float = 0.5
    """For the definition of a symbol inside a sentence."""
    namesake: float = 2.0
    """Times more, where the file is named like that symbol."""
    tests: float = 0.5
    """Factors for places that are rarely meant, unless the query names them: tests, ..."""
    compat: float = 0.3
    examples: float = 0.3
    legal: float = 0.3
    types: float = 0.8
    prose: float = 0.6
    """... documents: an answer often, but the code they speak of is asked for more often."""
    saturation: float = 0.3
    """The n-th hit of one file counts this much of the one before."""
    inner: float = 0.3
    """How far a chunk's own score moves it within its file's."""


WEIGHTS = Weights()

_TESTS = re.compile(
    r"(?:^|/)(?:tests?|testing|__tests__|specs?|e2e|fixtures?|benchmarks?)/|(?:^|/)(?:test_[^/]*|conftest\.py)$"
    r"|(?:_test|_tests|_spec|\.test|\.spec|Tests?|Spec)\.\w+$"
)
_COMPAT = re.compile(r"(?:^|/)_?(?:compat|legacy|deprecated|vendored|polyfills?)(?:/|\.\w+$)|_compat\.\w+$")
_EXAMPLES = re.compile(r"(?:^|/)(?:_?examples?|samples?|demos?|docs?_src|tutorials?)/")
_PROSE = (".md", ".markdown", ".mdx", ".rst", ".txt", ".adoc")
_LEGAL = re.compile(r"(?:^|/)(?:licen[cs]es?|copying|copyright|notice|patents)(?:[.-][^/]*)?$", re.IGNORECASE)
_FOLDER_FILE = frozenset(("mod", "index", "init", "__init__", "main", "lib", "package-info"))
"""File names that say nothing: the folder is what the file is called."""


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

    @property
    def stems(self) -> frozenset[str]:
        """The words' stems."""
        return frozenset(map(stem, self.words))


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


def path_penalty(path: str, query: Query, weights: Weights = WEIGHTS) -> float:
    """A factor up to 1 for places that are rarely meant, unless the query names them."""
    factor = 1.0
    asked = set(query.words)
    if _TESTS.search(path) and not asked & {"test", "spec", "fixture", "benchmark", "testing"}:
        factor *= weights.tests
    if _COMPAT.search(path) and not asked & {"compat", "legacy", "deprecated", "compatibility"}:
        factor *= weights.compat
    if _EXAMPLES.search(path) and not asked & {"example", "sample", "demo", "tutorial"}:
        factor *= weights.examples
    if _LEGAL.search(path) and not asked & {"license", "licence", "copyright", "patent", "notice", "warranty"}:
        factor *= weights.legal
    if path.endswith((".d.ts", ".pyi")):
        factor *= weights.types
    if path.endswith(_PROSE) and not asked & {"doc", "documentation", "readme", "changelog", "guide", "license"}:
        factor *= weights.prose
    return factor


def _flat(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


@lru_cache(maxsize=20_000)
def _place(path: str) -> tuple[str, frozenset[str], frozenset[str]]:
    """(what the file is called, stems of that, stems of its last two folders)."""
    pure = PurePosixPath(path)
    folders = list(pure.parent.parts)
    name = pure.name.split(".")[0] or pure.name
    if name.lower() in _FOLDER_FILE and folders:
        name = folders.pop()
    around = frozenset(stem(part) for folder in folders[-2:] for part in parts(folder) if len(part) > 1)
    return name, frozenset(stem(part) for part in parts(name) if len(part) > 1), around


@lru_cache(maxsize=50_000)
def _name_stems(name: str) -> frozenset[str]:
    return frozenset(map(stem, parts(name)))


def rarity(stems: Iterable[str], documents: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """Stem -> its share of the query's weight: inverse document frequency among the candidates' files; sums to 1."""
    total = len(documents)
    counts = Counter(word for words in documents.values() for word in words)
    raw = {word: math.log(1 + (total - counts[word] + 0.5) / (counts[word] + 0.5)) for word in stems}
    whole = sum(raw.values()) or 1.0
    return {word: value / whole for word, value in raw.items()}


def _said(stems: frozenset[str], weight: Mapping[str, float]) -> float:
    """How far query and name say the same: the query's share that the name covers, times the name's that it takes."""
    both = [weight[word] for word in stems if word in weight]
    return sum(both) * len(both) / len(stems) if both else 0.0


def rank(query: Query, candidates: Iterable[Candidate], limit: int, weights: Weights = WEIGHTS) -> list[Hit]:
    """The best `limit` chunks, best first. Deterministic: ties are broken by path and line."""
    # Sorted, because sums of floats depend on their order and equal input must rank equally.
    pool = [one for _, one in sorted({candidate.chunk.id: candidate for candidate in candidates}.items())]
    if not pool:
        return []
    own = _chunk_scores(query, pool, weights)
    files: dict[str, list[int]] = defaultdict(list)
    for index, candidate in enumerate(pool):
        files[candidate.chunk.path].append(index)
    coherence = {path: _decayed([own[index] for index in members], weights) for path, members in files.items()}
    best = max(coherence.values()) or 1.0
    stems = query.stems
    texts = {
        path: frozenset(word for index in members for word in _stems_in(pool[index].chunk.text, stems))
        for path, members in files.items()
    }
    weight = rarity(sorted(stems), texts)
    hits: list[Hit] = []
    for path, members in files.items():
        name, said, around = _place(path)
        parts_ = {
            "chunks": coherence[path] / best,
            "path": weights.stem * _said(said, weight),
            "folder": weights.folder * sum(weight.get(word, 0.0) for word in around - said),
            **_definitions(query, name, [pool[index].chunk for index in members], weight, weights),
        }
        penalty = path_penalty(path, query, weights)
        total = sum(parts_.values()) * penalty
        top = max(own[index] for index in members) or 1.0
        for index in members:
            candidate = pool[index]
            inner = 1 - weights.inner + weights.inner * own[index] / top
            shown = {"bm25": candidate.bm25, "vector": candidate.similarity, **parts_, "penalty": penalty}
            kept = {key: value for key, value in shown.items() if value} | {"tier": candidate.tier}
            hits.append(Hit(candidate.chunk, total * inner, kept))
    return _saturate(hits, weights)[:limit]


def _chunk_scores(query: Query, pool: Sequence[Candidate], weights: Weights) -> list[float]:
    """Words and vectors of each candidate, each relative to the best one's, in one number up to 1."""
    share = weights.vector_symbol if query.is_symbol else weights.vector
    words = max(candidate.bm25 for candidate in pool) or 1.0
    near = max(candidate.similarity for candidate in pool) or 1.0
    return [(1 - share) * one.bm25 / words + share * max(0.0, one.similarity) / near for one in pool]


def _decayed(scores: Iterable[float], weights: Weights) -> float:
    ordered = sorted(scores, reverse=True)[: weights.chunks]
    return sum(score * weights.decay**place for place, score in enumerate(ordered))


def _stems_in(text: str, wanted: frozenset[str]) -> frozenset[str]:
    """Which of the wanted stems a text holds."""
    return wanted & {found for word in set(identifiers(text)) for found in _name_stems(word)}


def _definitions(
    query: Query, name: str, chunks: Sequence[Chunk], weight: Mapping[str, float], weights: Weights
) -> dict[str, float]:
    """What a file gains for what it defines."""
    names = {one for chunk in chunks for one in chunk.defines if " " not in one}
    said = max((_said(_name_stems(one), weight) for one in names if _name_stems(one)), default=0.0)
    wanted = {symbol.lower() for symbol in query.symbols}
    gained = 0.0
    if wanted & {one.lower() for one in names}:
        gained = weights.symbol if query.is_symbol else weights.symbol_prose
        if any(_flat(name) in (_flat(symbol), singular(_flat(symbol))) for symbol in wanted):
            gained *= 1 + weights.namesake
    return {"defines": weights.defines * said, "symbol": gained}


def _saturate(hits: Sequence[Hit], weights: Weights) -> list[Hit]:
    """Sorted; the n-th hit of one file counts a share of what the one before would."""
    seen: dict[str, int] = defaultdict(int)
    damped: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.score, hit.chunk.path, hit.chunk.start_line)):
        factor = weights.saturation ** seen[hit.chunk.path]
        seen[hit.chunk.path] += 1
        damped.append(Hit(hit.chunk, hit.score * factor, hit.parts))
    return sorted(damped, key=lambda hit: (-hit.score, hit.chunk.path, hit.chunk.start_line))
