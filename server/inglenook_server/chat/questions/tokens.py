"""A sentence as tokens: words in small letters, and one that stands for each name that is written like code.

Knows neither forms nor cues; where no blanks are written, the longest words of a vocabulary part a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from inglenook_server.chat.questions.cues import EXCEPTION, NAME, PATH
from inglenook_server.chat.questions.sentences import fold
from inglenook_server.chat.questions.subjects import is_path

_CODE = re.compile(
    r"[`\"'][^`\"'\s]+[`\"'](?:\(\))?$"
    r"|\S{0,200}?(?:_|\.\w|\w\(|::|\w/|/\w|[a-z][A-Z]|[A-Z][A-Za-z]{0,80}[a-z][A-Z])"
)
_ASCII = re.compile(r"[`\"']?[A-Za-z_$@./~\\][\w$@./~:#\\>()-]*[`\"']?", re.ASCII)
_WORD = re.compile(r"\w+")
_EXCEPTIONS = ("Error", "Exception", "Warning", "Exit", "Interrupt")
"""Ends of the names of exceptions, by which who raises them is told from what they raise."""
_LONGEST = 8  # characters of a word where no blanks are written


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens, and the names among them as they are written."""

    tokens: list[str]
    names: list[str]


def is_codelike(name: str) -> bool:
    """Whether a name is written as only code is."""
    return bool(_CODE.match(name))


def tokens_of(words: str, *, spaced: bool, vocabulary: Collection[str]) -> Tokens:
    """Take the words of a sentence apart; hyphens part them, too."""
    found = Tokens([], [])
    for word in words.split():
        if not spaced:
            _unspaced(word, vocabulary, found)
        elif is_codelike(word):
            _named(word, found)
        else:
            found.tokens.extend(_WORD.findall(fold(word).lower()))
    return found


def _unspaced(word: str, vocabulary: Collection[str], found: Tokens) -> None:
    at = 0
    for match in _ASCII.finditer(word):
        _parted(word[at : match.start()], vocabulary, found)
        name, at = match[0].rstrip(".:/-"), match.end()
        if name.lower() in vocabulary:
            found.tokens.append(name.lower())
        elif name:
            _named(match[0] if match[0].endswith("/") else name, found)
    _parted(word[at:], vocabulary, found)


def _parted(text: str, vocabulary: Collection[str], found: Tokens) -> None:
    at = 0
    while at < len(text):
        longest = min(_LONGEST, len(text) - at)
        size = next((size for size in range(longest, 0, -1) if text[at : at + size] in vocabulary), 1)
        if size > 1 or text[at].isalnum():
            found.tokens.append(text[at : at + size])
        at += size


def _named(word: str, found: Tokens) -> None:
    found.names.append(word)
    name = word.strip("`\"'()")
    found.tokens.append(PATH if is_path(name) else EXCEPTION if name.endswith(_EXCEPTIONS) else NAME)
