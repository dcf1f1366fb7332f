"""What an error says in its own words: names, quoted strings, files of its trace, and phrases of its message. Pure.

A place that holds none of them has nothing to do with the error, however near it is to it by its other words.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from inglenook_indexer.text.words import STOP_WORDS, looks_like_symbol

if TYPE_CHECKING:
    from inglenook_indexer.search.query import Query

    from inglenook_server.chat.places import Place

_MAX_TEXT = 20_000  # characters of an error that are looked at
_MAX_PHRASES = 60  # of its message
_QUOTED = re.compile(r"(?<!\w)(['\"`‘“])([^'\"`‘’“”\n]{2,120})['\"`’”](?!\w)")
_TOKEN = re.compile(r"[^\W\d][\w.:]*(?:\(\))?")
_WORD = re.compile(r"[^\W\d_]+")
_ERROR = re.compile(r"\w+(?:Error|Exception|Warning)")
_COMMON = frozenset((*dir(builtins), "NoneType", "undefined"))
"""Names that half of all errors have: they count where there is nothing else."""


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """An error's own words."""

    names: frozenset[str]
    quoted: tuple[str, ...]
    """Strings of several words, in small letters."""
    phrases: tuple[str, ...]
    """Neighbouring words of the message, in small letters."""
    files: tuple[str, ...]
    """Paths of its trace, and those that it names."""

    @property
    def empty(self) -> bool:
        """Whether it has none, being nothing but ordinary words."""
        return not (self.names or self.quoted or self.files)

    def stand_in(self, place: Place, lines: Sequence[str]) -> bool:
        """Whether a place of a file with these lines holds any of them."""
        if any(same_file(place.path, one) for one in self.files):
            return True
        text = "\n".join([place.path, place.name, *lines[place.start_line - 1 : place.end_line]])
        if self.names & set(re.findall(r"[^\W\d]\w*", text)):
            return True
        small = " ".join(text.lower().split())
        return any(one in small for one in (*self.quoted, *self.phrases))


def error_words(query: Query) -> ErrorWords:
    """The own words of an error's text."""
    text = query.text[:_MAX_TEXT]
    quoted = [match[2].strip() for match in _QUOTED.finditer(text)]
    named = [*query.symbols, *(one for one in quoted if re.fullmatch(r"[\w.:]+", one))]
    named += [one for one in _TOKEN.findall(query.meaning) if looks_like_symbol(one) or _ERROR.fullmatch(one)]
    names = {re.split(r"[.:]+", one.removesuffix("()").strip(".:"))[-1] for one in named}
    names = {one for one in names if len(one) > 1 and re.search(r"[^\W\d_]", one)}
    strings = tuple(" ".join(one.lower().split()) for one in quoted if " " in one)
    files = tuple(dict.fromkeys([*(one.path for one in query.frames), *query.paths]))
    return ErrorWords(frozenset(names - _COMMON or names), strings[:_MAX_PHRASES], _phrases(query.meaning), files)


def same_file(path: str, framed: str) -> bool:
    """Whether a trace means this file: it names files from anywhere, of the machine where it failed, too."""
    framed = framed.replace("\\", "/")
    return framed == path or framed.endswith(f"/{path}") or path.endswith(f"/{framed.removeprefix('./')}")


def _phrases(message: str) -> tuple[str, ...]:
    """Neighbouring words that say something, by twos: code has them in the string that became the message."""
    found: dict[str, None] = {}
    for line in message.splitlines():
        for part in re.split(r"[^\w\s-]+", line.lower()):
            words = part.split()
            for one, other in pairwise(words):
                if _WORD.fullmatch(one) and _WORD.fullmatch(other) and not {one, other} & STOP_WORDS:
                    found[f"{one} {other}"] = None
    return tuple(found)[:_MAX_PHRASES]
