"""Text -> the words BM25 and the static embedding count: identifiers whole and in parts. Knows nothing of either.

`getUserName` gives `getusername get user name`; `HTTP2Server` gives `http2server http 2 server`. Plurals lose their s,
in documents and queries alike, so that "routes" finds `add_route`.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import snowballstemmer

_IDENTIFIER = re.compile(r"\w+")
_APART = {code: chr(code) if chr(code).isalnum() or chr(code) == "_" else " " for code in range(128)}
"""ASCII with what separates identifiers made blank: translating and splitting takes a fifth of a pattern's time."""
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|[A-Z]+|\d+", re.UNICODE)
MAX_WORD = 48  # characters: longer runs are hashes and data, not words
_OF_THREAD = threading.local()
_MAX_CACHE = 200_000  # identifiers: a few tens of MB, more than any one repository's vocabulary in practice

STOP_WORDS = frozenset(
    "a an and are as at be been but by can could did do does for from had has have how i if in into is it its me"
    " my of on or our should so some such than that the their them then there these they this those to was we were"
    " what when where which while who whose why will with would you your".split()
)
"""Left out of queries only; `is` and `in` inside an identifier still count."""


def singular(word: str) -> str:
    """Strip a plural s, as Harman's S-stemmer does ("How effective is suffixing?", 1991)."""
    if len(word) < 4 or word[-1] != "s" or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]


def _stemmer() -> snowballstemmer.stemmer:
    """A thread has its own: a stemmer keeps the word that it is at, and two threads would stem each other's."""
    found = getattr(_OF_THREAD, "stemmer", None)
    if found is None:
        import snowballstemmer  # every language's, for 20 ms

        found = _OF_THREAD.stemmer = snowballstemmer.stemmer("english")
    return found


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What "route", "routes", "routing" and "routed" share: Snowball's English stemmer, as the store's index has it."""
    return str(_stemmer().stemWord(word)) if len(word) <= MAX_WORD else word


def parts(identifier: str) -> list[str]:
    """The lower-case pieces of one identifier, split at case changes, digits and underscores; plurals stripped."""
    return [singular(piece.lower()) for piece in _PART.findall(identifier)]


def identifiers(text: str) -> list[str]:
    """Identifiers and numbers of `text`, in order, as they are written."""
    return text.translate(_APART).split() if text.isascii() else _IDENTIFIER.findall(text)


class Splitter(dict[str, str]):
    """identifier -> its words joined by spaces. Remembers, because code repeats itself."""

    def __missing__(self, identifier: str) -> str:
        """Split a new identifier: the whole, and its parts where there are several."""
        if len(self) > _MAX_CACHE:
            self.clear()
        pieces = [piece for piece in parts(identifier) if len(piece) <= MAX_WORD]
        whole = singular(identifier.strip("_").lower())
        words = pieces if len(pieces) == 1 or not 0 < len(whole) <= MAX_WORD else [whole, *pieces]
        self[identifier] = joined = " ".join(words)
        return joined

    def words(self, text: str) -> str:
        """All words of `text`, space-separated, in order."""
        return " ".join(map(self.__getitem__, identifiers(text)))


def path_words(path: str) -> str:
    """Text that stands for a path in a bag of words: the stem twice, then the last three folders."""
    pure = PurePosixPath(path)
    return " ".join([pure.stem, pure.stem, *pure.parent.parts[-3:]])


def definition_word(name: str) -> str:
    """A word that only chunks which define `name` contain."""
    return f"def:{name.lower()}"


def looks_like_symbol(word: str) -> bool:
    """Whether a query word is written like code: `snake_case`, `camelCase`, `Pascal.dotted`, `call()`, `A::b`."""
    if not re.fullmatch(r"[^\W\d][\w.:]*(?:\(\))?", word):
        return False
    return bool(re.search(r"_|[a-z][A-Z]|\w[.:]+\w|\(\)$|[A-Z]{2}[a-z]", word.strip("_")) or word[:1] == "_")
