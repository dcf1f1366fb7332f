"""Text of an answer that was copied from an excerpt. Pure; knows nothing of sentences."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inglenook_server.chat.claims.types import Place
from inglenook_server.chat.excerpts import Excerpt

MIN_CHARACTERS = 80
"""From which length on a piece is a copy."""
MOST_SHOWN = 8_000
"""Characters of an excerpt that are looked at: more than any that is shown."""
MIN_LINES = 2
MIN_LINE = 12
"""Characters of a line below which its equal in an excerpt says nothing: `pass`, `try:`."""

_BLANKS = re.compile(r"\s+")
_PROSE_END = re.compile(r"[.!?:][\"')`]*\Z")
_MARKED = re.compile(r"\s*(?:[\"']|#|//|/\*|--)")
"""How a comment or a string begins."""
_SIGNS = re.compile(r"[(){}\[\]=;<>_]")
PROSE_SIGNS = 0.1
"""Share of brackets and the like from which on a text is code."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A piece of an answer that stands in an excerpt, and how much it is together with what it goes on from."""

    excerpt: int
    start_line: int
    end_line: int
    end: int
    """Where it ends in the excerpt's text without line ends."""
    characters: int
    lines: int = 1
    """Lines of the answer that it is."""
    goes_on: bool = False
    """Whether it goes on from another."""

    @property
    def counts(self) -> bool:
        """Whether it is long enough to be a copy."""
        return self.characters >= MIN_CHARACTERS or self.lines >= MIN_LINES

    def place(self, excerpts: Sequence[Excerpt]) -> Place:
        """What it was copied from."""
        return Place(excerpts[self.excerpt].path, self.start_line, self.end_line)


class Copies:
    """Finds copies of some excerpts."""

    def __init__(self, excerpts: Sequence[Excerpt]) -> None:
        self._excerpts = tuple(excerpts)
        self._texts: list[str] = []
        self._starts: list[list[int]] = []
        """Where each line begins in the text without line ends."""
        for excerpt in excerpts:
            at, parts, starts = 0, [], []
            for line in excerpt.text[:MOST_SHOWN].split("\n"):
                said = _flat(line)
                starts.append(at)
                parts.append(said)
                at += len(said) + 1 if said else 0
            self._texts.append(" ".join(part for part in parts if part))
            self._starts.append(starts)

    def find(self, piece: str, before: Copy | None = None) -> Copy | None:
        """The copy that a piece is, going on from the one before it if it does."""
        said = _flat(piece)
        if not said:
            return None
        if before is not None:
            text = self._texts[before.excerpt]
            at = before.end + (text[before.end : before.end + 1] == " ")
            if text.startswith(said, at):
                found = self._copy(before.excerpt, at, len(said))
                characters, lines = before.characters + len(said), before.lines + _lines(piece)
                return replace(found, start_line=before.start_line, characters=characters, lines=lines, goes_on=True)
        if len(said) < MIN_LINE:
            return None
        for number, text in enumerate(self._texts):
            at = text.find(said)
            if at >= 0:
                return replace(self._copy(number, at, len(said)), lines=_lines(piece))
        return None

    def _copy(self, number: int, at: int, length: int) -> Copy:
        starts, excerpt = self._starts[number], self._excerpts[number]
        first = excerpt.start_line
        if len(starts) != excerpt.end_line - first + 1:  # lines are left out of it: which these are is not known
            return Copy(number, first, excerpt.end_line, at + length, length)
        low, high = bisect_right(starts, at) - 1, bisect_right(starts, at + length - 1) - 1
        return Copy(number, first + low, first + high, at + length, length)


def is_prose(text: str) -> bool:
    """Whether a text is a sentence, not code: it ends like one, and has few brackets."""
    if _MARKED.match(text):
        return False
    return bool(_PROSE_END.search(text.rstrip())) and len(_SIGNS.findall(text)) < PROSE_SIGNS * len(text)


def _lines(text: str) -> int:
    return sum(bool(line.strip()) for line in text.split("\n"))


def _flat(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()
