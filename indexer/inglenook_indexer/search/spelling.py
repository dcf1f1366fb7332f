"""Misspelt words -> the word that is meant, among words that exist. Pure; knows nothing of where those come from.

Edit distance finds words to choose from (the store does that); trigrams choose, for they tolerate typing errors.
"""

from __future__ import annotations

from collections.abc import Iterable

from inglenook_indexer.search.query import Query
from inglenook_indexer.text.words import stem

MIN_LENGTH = 4  # characters: of shorter words too many are one edit apart
MAX_WORDS = 3  # of one query that are looked up: each costs two small searches
_ALIKE = 0.5  # Dice coefficient of padded trigrams: `respnse`/`response` has more, `session`/`version` less


def trigrams(word: str) -> frozenset[str]:
    """Runs of three characters, with the word's edges marked."""
    padded = f"  {word} "
    return frozenset(padded[start : start + 3] for start in range(len(padded) - 2))


def likeness(word: str, other: str) -> float:
    """Dice coefficient of two words' trigrams; 0-1."""
    mine, theirs = trigrams(word), trigrams(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))


def closest(word: str, vocabulary: Iterable[str]) -> str:
    """The word of `vocabulary` that `word` was meant to be; empty if none is near. Deterministic."""
    best, found = _ALIKE, ""
    for other in sorted(set(vocabulary)):
        # A word's own stem, or a longer form of it, is no correction.
        if other.startswith("def:") or abs(len(other) - len(word)) > 2 or stem(other) == stem(word):
            continue
        score = likeness(word, other)
        if score > best or (score == best and not found):
            best, found = score, other
    return found


def doubtful(query: Query, words: Iterable[str]) -> list[str]:
    """Words and whole names of the query that none of `words` (one string a candidate) begins with."""
    if query.kind not in ("prose", "symbol", "error"):
        return []
    wanted = [symbol.lower() for symbol in query.symbols if "_" in symbol.strip("_")]
    wanted += [word for word in query.words if word.isalpha()]
    text = " " + " ".join(words)
    unseen = [word for word in dict.fromkeys(wanted) if len(word) >= MIN_LENGTH and f" {stem(word)}" not in text]
    return unseen[:MAX_WORDS]
