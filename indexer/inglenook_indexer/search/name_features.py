"""How far a name and a query say the same: stems, prefixes, joined words, each weighed by its rarity. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from inglenook_indexer.search.query import Query
from inglenook_indexer.text.words import parts, stem

_PREFIX = 4  # characters that two stems must share to be one word cut short: `config` and `configur`
_PREFIX_WORTH = 0.8  # of an equal stem
_SHORT = 3  # characters: `req` may be `request`, or may not
_SHORT_WORTH = 0.5


@lru_cache(maxsize=50_000)
def name_stems(name: str) -> frozenset[str]:
    """Stems of an identifier's parts."""
    return frozenset(map(stem, parts(name)))


def flat(name: str) -> str:
    """A name without case and joints: `HttpClient`, `http_client` and `http-client` are one."""
    return name.replace("_", "").replace("-", "").lower()


def rarity(stems: Iterable[str], documents: Mapping[str, frozenset[str]]) -> dict[str, float]:
    """Stem -> its share of the query's weight: inverse document frequency among the candidates' files; sums to 1."""
    total = len(documents)
    counts = Counter(word for words in documents.values() for word in words)
    raw = {word: math.log(1 + (total - counts[word] + 0.5) / (counts[word] + 0.5)) for word in stems}
    whole = sum(raw.values()) or 1.0
    return {word: value / whole for word, value in raw.items()}


def alike(mine: str, theirs: str) -> float:
    """1 for equal stems, less where one is the other cut short, else 0."""
    if mine == theirs:
        return 1.0
    shorter = min(len(mine), len(theirs))
    if shorter < _SHORT or not (mine.startswith(theirs) or theirs.startswith(mine)):
        return 0.0
    return _PREFIX_WORTH if shorter >= _PREFIX else _SHORT_WORTH


class Matcher:
    """Compares names with one query; remembers what each stem meets, for names repeat each other."""

    def __init__(self, query: Query, weight: Mapping[str, float]) -> None:
        self._weight = weight
        self._met = _Met(query, weight)

    def covered(self, stems: Iterable[str]) -> tuple[dict[str, float], float]:
        """({query stem: how well the name says it}, the share of the name that the query says)."""
        found: dict[str, float] = {}
        said = count = 0.0
        for one in stems:
            count += 1
            met = self._met[one]
            if met:
                said += max(worth for _, worth in met)
                for word, worth in met:
                    found[word] = max(found.get(word, 0.0), worth)
        return found, said / count if count else 0.0

    def said(self, stems: Iterable[str]) -> tuple[float, float]:
        """(the share of the query that the name says, the share of the name that the query says); 0-1."""
        found, share = self.covered(stems)
        return self.worth(found), share

    def worth(self, found: Mapping[str, float]) -> float:
        """The share of the query that these stems are."""
        return sum(self._weight.get(word, 0.0) * worth for word, worth in found.items())


class _Met(dict[str, list[tuple[str, float]]]):
    """A name's stem -> the stems of the query that are alike, and how much."""

    def __init__(self, query: Query, stems: Iterable[str]) -> None:
        super().__init__()
        self._joined: dict[str, tuple[str, ...]] = {}
        for pair in query.joined:
            first, _, second = pair.partition("_")
            self._joined[stem(first + second)] = (stem(first), stem(second))
        # Stems are alike only where they begin alike: of a query's twenty, one or two have to be compared.
        self._near: dict[str, list[str]] = {}
        for one in sorted(stems):
            self._near.setdefault(one[:_SHORT], []).append(one)

    def __missing__(self, one: str) -> list[tuple[str, float]]:
        pair = self._joined.get(one)
        if pair is not None:
            met = [(word, 1.0) for word in pair]
        else:
            met = [(word, worth) for word in self._near.get(one[:_SHORT], ()) if (worth := alike(one, word))]
        self[one] = met
        return met
