"""A sentence with one of the question's own words put right, where it was mistyped by one letter. Knows no phrasings.

A letter too many, too few, another one, or two in the wrong order. Only words that carry a question are put right, and
never one that is a word itself: a name that is asked about stays as it is written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import Protocol

from inglenook_server.chat.questions.sentences import fold

MAX_SENTENCES = 6
"""Sentences that are tried: more would be several mistakes, or none."""
_SHORTEST = 3  # letters of a mistyped word: a word of four with one too few


class Vocabulary(Protocol):
    """What a language asks with, folded and in small letters."""

    @property
    def keywords(self) -> Collection[str]:
        """Words that carry a question, such as "calls"."""

    @property
    def proper(self) -> Collection[str]:
        """Words that are right as they are."""


def mended(sentence: str, book: Vocabulary) -> Iterator[str]:
    """The sentence with one word put right, in each way in which it can be."""
    return islice(_mended(sentence, book), MAX_SENTENCES)


def _mended(sentence: str, book: Vocabulary) -> Iterator[str]:
    words = sentence.split()
    for at, written in enumerate(words):
        word = fold(written).lower()
        if len(word) < _SHORTEST or not word.isalpha() or word in book.proper or word in book.keywords:
            continue
        for keyword in book.keywords:
            if is_slip(word, keyword):
                yield "".join(f"{one} " for one in (*words[:at], keyword, *words[at + 1 :]))


def is_slip(word: str, meant: str) -> bool:
    """Whether one letter makes the difference; the first one is seldom mistyped, but swapped with the next."""
    if word == meant or abs(len(word) - len(meant)) > 1:
        return False
    first = next((at for at, (one, other) in enumerate(zip(word, meant, strict=False)) if one != other), len(word))
    if word[first : first + 2] == meant[first : first + 2][::-1] and word[first + 2 :] == meant[first + 2 :]:
        return True
    behind = first + (len(word) >= len(meant)), first + (len(meant) >= len(word))
    return first > 0 and word[behind[0] :] == meant[behind[1] :]
