"""Candidates -> ranked hits. Pure functions.

A file is scored first: by its best chunks in words and in meaning, by what its path and its definitions say of the
query, by what kind of place it is; then by whether likely answers call it, or it them. Its chunks follow each other at
a distance, the best chunk first, so that ten hits speak of many files. A score is the sum of its parts; `weights` says
what each part weighs and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inglenook_indexer.search import features
from inglenook_indexer.search.features import Candidate
from inglenook_indexer.search.graph_features import linked
from inglenook_indexer.search.name_features import Matcher, rarity
from inglenook_indexer.search.path_features import asked_for, depth, kinds
from inglenook_indexer.search.query import Query
from inglenook_indexer.search.weights import ENCODED, WEIGHTS, Weights
from inglenook_indexer.types import Hit


def place_demotion(path: str, query: Query, weights: Weights = WEIGHTS) -> dict[str, float]:
    """Points, by kind of place, for those that are rarely meant and that the query does not name."""
    asked = asked_for(frozenset(query.words))
    return {kind: float(getattr(weights, kind)) for kind in kinds(path) if kind not in asked}


def rank(query: Query, candidates: Iterable[Candidate], limit: int, weights: Weights | None = None) -> list[Hit]:
    """The best `limit` chunks, best first. Deterministic: ties are broken by path and line.

    Without `weights`, those that fit what is known of the candidates.
    """
    # Sorted, because sums of floats depend on their order and equal input must rank equally.
    pool = [one for _, one in sorted({candidate.chunk.id: candidate for candidate in candidates}.items())]
    if not pool:
        return []
    if weights is None:
        weights = ENCODED if any(one.encoded is not None for one in pool) else WEIGHTS
    scored = Pool(query, pool, weights)
    placed = [one for path in scored.files for one in scored.placed(path)]
    placed.sort(key=lambda one: (-one.score, pool[one.place].chunk.path, pool[one.place].chunk.start_line))
    return [scored.hit(one) for one in placed[:limit]]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A candidate with its score; what that is made of is put together for those that are shown."""

    place: int
    score: float
    gained: Mapping[str, float]
    own: Mapping[str, float]


class Pool:
    """All candidates of one query, measured against each other."""

    def __init__(self, query: Query, pool: Sequence[Candidate], weights: Weights) -> None:
        self.query, self.pool, self.weights = query, pool, weights
        self.files = features.by_file(pool)
        self._words = features.shares([one.bm25 for one in pool])
        self._static = [max(0.0, one.similarity) for one in pool]
        self._encoder = features.filled([one.encoded for one in pool], self._static)
        stems = sorted(query.stems)
        self._held = [features.stems_in(features.indexed_words(one), stems) for one in pool]
        texts = {
            path: frozenset[str]().union(*(self._held[place] for place in members))
            for path, members in self.files.items()
        }
        self._rarity = rarity(stems, texts)
        self._matcher = Matcher(query, self._rarity)
        self._coverage = [sum(self._rarity[word] for word in sorted(held)) for held in self._held]
        chunks = [one.chunk for one in pool]
        self._defining = [features.defines_symbol(query, chunk) for chunk in chunks]
        self._framed = features.framed(query, chunks, weights) if query.frames else {}
        self._shallowest = min(map(depth, self.files))
        self._paths = {path: features.path(self._matcher, path) for path in self.files}
        self._unnamed = 1 - min(1.0, max(covered for covered, _, _ in self._paths.values()))
        alone = {path: self.of_file(path) for path in self.files}
        texts_of = {path: [chunks[place] for place in members] for path, members in self.files.items()}
        self.links = linked(texts_of, {path: sum(parts.values()) for path, parts in alone.items()})
        self._gained = {
            path: parts
            | {"caller": weights.caller * self.links[path][0], "callee": weights.callee * self.links[path][1]}
            for path, parts in alone.items()
        }

    def of_file(self, path: str) -> dict[str, float]:
        """What speaks for a file by itself, in points; the names are those of the weights."""
        query, weights, members = self.query, self.weights, self.files[path]
        words = [self._words[place] for place in members]
        covered, said, folder = self._paths[path]
        like = max(self._static[place] for place in members)
        read = max(self._encoder[place] for place in members)
        chunks = [self.pool[place].chunk for place in members]
        return {
            "words": weights.words * max(words),
            "more_words": weights.more_words * features.further(words),
            "meaning": weights.meaning * like,
            "meaning_unnamed": weights.meaning_unnamed * like * self._unnamed,
            "encoder": weights.encoder * read,
            "encoder_unnamed": weights.encoder_unnamed * read * self._unnamed,
            "coverage": weights.coverage * max(self._coverage[place] for place in members),
            "name": weights.name * covered,
            "name_said": weights.name_said * said,
            "folder": weights.folder * folder,
            "defines": weights.defines * features.definitions(self._matcher, chunks),
            **self._symbol(members),
            "namesake": weights.namesake * features.is_namesake(query, path),
            "named": weights.named * features.named(query.paths, path) if query.paths else 0.0,
            "depth": weights.depth * min(depth(path) - self._shallowest, weights.max_depth),
            **place_demotion(path, query, weights),
            "language": self._language(chunks[0].language),
        }

    def _symbol(self, members: Sequence[int]) -> dict[str, float]:
        """For the definition of a name; where it is not here, for the file that passes it on."""
        query = self.query
        if not query.symbols or query.wish == "use":
            return {}
        name = "symbol" if query.is_symbol or query.wish == "definition" else "symbol_prose"
        found = any(self._defining[place] for place in members) or (
            not any(self._defining) and any(features.passes_on(query, self.pool[place].chunk) for place in members)
        )
        return {name: float(getattr(self.weights, name))} if found else {}

    def _language(self, language: str) -> float:
        wanted = self.query.languages
        if not wanted or language in wanted or not any(one.chunk.language in wanted for one in self.pool):
            return 0.0
        return self.weights.language

    def placed(self, path: str) -> list[_Placed]:
        """A file's chunks, each at its distance below the best one."""
        query, weights, members = self.query, self.weights, self.files[path]
        gained = self._gained[path]
        own: dict[int, float] = {}
        extra: dict[int, dict[str, float]] = {place: {} for place in members}
        for place in members:
            chunk = self.pool[place].chunk
            if self._framed:
                extra[place]["frame"] = weights.frame * self._framed.get(chunk.id, 0.0)
            if query.wish == "use":
                extra[place]["use"] = weights.use * features.uses_symbol(query, chunk)
            own[place] = (
                weights.words * self._words[place] + weights.meaning * self._static[place]
                + weights.encoder * self._encoder[place] + weights.coverage * self._coverage[place]
                + weights.symbol * self._defining[place] + sum(extra[place].values())
            )  # fmt: skip
        best, total = max(own.values()), sum(gained.values())
        reach = weights.words + weights.meaning + weights.encoder + weights.coverage or 1.0
        found = []
        for number, place in enumerate(sorted(members, key=lambda one: (-own[one], one))):
            inner = -weights.inner * min(1.0, (best - own[place]) / reach)
            mine = {**extra[place], "inner": inner, "repeat": -weights.repeat * number}
            found.append(_Placed(place, total + sum(mine.values()), gained, mine))
        return found

    def hit(self, placed: _Placed) -> Hit:
        """A candidate as it is shown: what was measured of it, and the points its score is the sum of."""
        one = self.pool[placed.place]
        measured = {"bm25": one.bm25, "vector": one.similarity, "encoder_vector": one.encoded or 0.0}
        shown = {name: value for name, value in {**measured, **placed.gained, **placed.own}.items() if value}
        return Hit(one.chunk, placed.score, shown | {"tier": 1 if one.encoded is None else 2})
