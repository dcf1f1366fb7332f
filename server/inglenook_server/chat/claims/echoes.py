"""Whether what a sentence takes from the question fits the code that it names.

A small model says back the words of the question and puts any name behind them: "chunked transfer encoding is parsed
by `form`", where nothing in `form` says "chunked" or "transfer". Knows nothing of relations and places.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from inglenook_indexer.text.words import STOP_WORDS, parts, stem

from inglenook_server.chat.claims.ground import DECISIVE, MOST_READ, Ground
from inglenook_server.chat.claims.mentions import Mention

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

MIN_WORDS = 2
"""Words of the question that a sentence must repeat to be judged by them."""
ENOUGH = 0.6
"""Share of them that the code which is named must hold; of two, one is enough."""

SHORT = 3
"""Letters of a word that may stand for it: `env` for "environment"."""

_DONE_BY = re.compile(
    r"\b(?:is|are|was|were|gets?|be|being)\b[^.;]{0,40}?\b\w+(?:ed|en|t|ne)\b[^.;]{0,20}?"
    r" (?:by|in|inside|within|through|via|using|with)"
    r"(?: the| a| its| calling)* \Z"
)
"""What stands before the name in "X is parsed by the `form` method"."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_EMPTY = STOP_WORDS | frozenset(
    "function method class file code module work works used uses use does explain called name named define defined"
    " implement implemented handle handled happen happens set made make done get project repository workspace".split()
)


def content(text: str) -> frozenset[str]:
    """The stems of the words of a text that say what it is about."""
    return frozenset(stem(word) for word in map(str.lower, _WORD.findall(text)) if word not in _EMPTY)


def unfounded(sentence: str, mentions: Sequence[Mention], asked: frozenset[str], ground: Ground) -> str:
    """Why the code that a sentence names as the doer does not fit, in a sentence; empty where it may.

    `asked` is the content of the question.
    """
    for one in mentions:
        if one.kind != "name" or not _DONE_BY.search(sentence, max(0, one.start - 160), one.start):
            continue
        said = content(_prose(sentence[: one.start], mentions)) & asked
        found = [symbol for symbol in ground.definitions(one.parts) if symbol.kind in DECISIVE]
        if len(said) < MIN_WORDS or not found or len(found) > MOST_READ:
            continue
        unsaid = min((_unsaid(said, symbol, ground) for symbol in found), key=len)
        if len(said) - len(unsaid) < min(ENOUGH * len(said), len(said) - 1):
            return f'Nothing in `{one.text}` says "{unsaid[0]}".'
    return ""


def _prose(text: str, mentions: Sequence[Mention]) -> str:
    for one in reversed(mentions):
        if one.end <= len(text):
            text = f"{text[: one.start]} {text[one.end :]}"
    return text


def _unsaid(said: frozenset[str], symbol: Symbol, ground: Ground) -> list[str]:
    """Which words a definition does not say, nor its file's name, nor what it is in; short forms count."""
    around = re.findall(r"\w+", f"{symbol.parent} {symbol.path.rpartition('/')[2].partition('.')[0]}")
    there = {part for word in (*ground.body(symbol), *around) for part in parts(word)}
    stems = {stem(part) for part in there}
    short = tuple(part for part in there if len(part) >= SHORT)
    return sorted(word for word in said - stems if not word.startswith(short) and not _begins(word, there))


def _begins(word: str, there: set[str]) -> bool:
    return any(part.startswith(word) for part in there)
