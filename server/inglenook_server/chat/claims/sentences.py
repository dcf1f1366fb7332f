"""A text that streams, cut into sentences and lines of code. Pure; knows nothing of what they say.

How the text is cut into pieces changes nothing: an end is an end once what follows it can't change that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONG = 400
"""Characters after which a sentence without an end is cut at a blank: a reader does not wait for more."""
AHEAD = 24
"""Characters behind a full stop that are looked at for a citation, such as ` [1, 2].`"""

_LEAD = re.compile(r"[ \t]*(?:(?:[-*+•]|\d{1,3}[.)]|#{1,6}|>)[ \t]+)*")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_PART_OF_FENCE = re.compile(r"[ \t]*(?:`{0,2}|~{0,2})\Z")
_PART_OF_LEAD = re.compile(r"[ \t]*(?:(?:[-*+•]|\d{1,3}[.)]|#{1,6}|>)[ \t]+)*(?:[-*+•]|\d{1,3}[.)]?|#{1,6}|>)?[ \t]*\Z")
_STOP = re.compile(r"`+|[.!?]+[)\"'*_”’]*+(?=\s)|[。！？][」』）]?|\n")
_CITED = re.compile(r"[ \t]+\[\^?\d{1,3}(?:\s*[,;]\s*\d{1,3}){0,4}\]\.?")
_PART_OF_CITED = re.compile(r"[ \t]+(?:\[\^?[\d,; \t]*)?\Z")
_SHORT = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|resp|approx|incl|fig|no|z\.B|d\.h|bzw|ca|usw|p\.ex|ej|Dr|Mr|Ms|St)|(?<![\w.])[A-Za-z])\.\Z"
)
"""What ends with a full stop and no sentence."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence with what stands around it, or a line of a code block. The parts add up to the text."""

    lead: str
    """At the start of a line: its indentation and the mark of a list or a heading."""
    text: str
    tail: str
    """Blanks and line ends behind it."""
    code: bool = False
    """Whether it is a line of a code block, its fences too."""
    fence: bool = False
    """Whether it opens or closes a code block."""


class Splitter:
    """Cuts one text."""

    def __init__(self) -> None:
        self._held = ""
        self._at_line_start = True
        self._fence = ""
        """What opened the code block that the text is in."""

    def feed(self, piece: str) -> Iterator[Unit]:
        """Take the next piece, give what is complete."""
        self._held += piece
        yield from self._units(final=False)

    def finish(self) -> Iterator[Unit]:
        """Give what is left."""
        yield from self._units(final=True)

    def _units(self, *, final: bool) -> Iterator[Unit]:
        text, at = self._held, 0
        self._held = ""
        while at < len(text):
            end = self._end(text, at, final)
            if end is None:
                break
            yield self._unit(text[at:end])
            at = end
        self._held = text[at:]

    def _end(self, text: str, at: int, final: bool) -> int | None:
        """Where the unit ends that begins at `at`; None while that can't be told."""
        limit = at + LONG
        sure = final or len(text) > limit + AHEAD
        if self._at_line_start or self._fence:
            newline = text.find("\n", at, limit)
            if self._fence or _FENCE.match(text, at, limit):
                return newline + 1 if newline >= 0 else min(limit, len(text)) if sure else None
            head = text[at : at + AHEAD]
            if not final and len(text) - at < AHEAD and (_PART_OF_FENCE.match(head) or _PART_OF_LEAD.match(head)):
                return None
        end = self._stop(text, at, limit, final)
        if end is not None:
            return end if end >= 0 else None
        if not sure:
            return None
        if len(text) <= limit:
            return len(text)
        blank = max(text.rfind(" ", at + 1, limit), text.rfind("\t", at + 1, limit))
        return blank + 1 if blank > at else limit

    def _stop(self, text: str, at: int, limit: int, final: bool) -> int | None:
        """Where its sentence ends; None where no end is seen, -1 where one is, and more must be seen."""
        begin = at + len(_LEAD.match(text, at, limit)[0]) if self._at_line_start else at  # type: ignore[index]
        span = ""  # the run of backquotes that opened a code span
        for match in _STOP.finditer(text, begin, min(limit + 1, len(text))):
            found = match[0]
            if found == "\n":
                return match.end()
            if found[0] == "`":
                span = "" if span == found else span or found
            elif not span and not (found == "." and _SHORT.search(text, max(begin, match.start() - 8), match.end())):
                return self._behind(text, match.end(), final, blanks=found[0] not in "。！？")
        return None

    @staticmethod
    def _behind(text: str, at: int, final: bool, *, blanks: bool) -> int:
        """Where a sentence ends whose stop ends at `at`: a citation and blanks behind it are its own."""
        head = text[at : at + AHEAD]
        cited = _CITED.match(head)
        if cited is None and not final and len(head) < AHEAD and _PART_OF_CITED.match(head):
            return -1
        if cited is not None:
            at += cited.end()
            if not final and len(head) < AHEAD and cited.end() == len(head):
                return -1
        if not blanks and cited is None:
            return at
        end = at
        while end < len(text) and text[end] in " \t" and end - at < AHEAD:
            end += 1
        if end == len(text) and not final and end - at < AHEAD:
            return -1
        return end + 1 if end < len(text) and text[end] == "\n" else end

    def _unit(self, raw: str) -> Unit:
        at_start, self._at_line_start = self._at_line_start, raw.endswith("\n")
        if self._fence:
            closes = at_start and self._closes(raw)
            if closes:
                self._fence = ""
            return Unit("", raw.rstrip("\n"), "\n" * raw.endswith("\n"), code=True, fence=closes)
        opened = _FENCE.match(raw) if at_start else None
        if opened:
            self._fence = opened[1]
            return Unit("", raw.rstrip("\n"), "\n" * raw.endswith("\n"), code=True, fence=True)
        lead = _LEAD.match(raw)[0] if at_start else ""  # type: ignore[index]
        rest = raw[len(lead) :]
        text = rest.rstrip()
        return Unit(lead, text, rest[len(text) :])

    def _closes(self, line: str) -> bool:
        said = line.strip()
        return len(said) >= len(self._fence) and not said.strip(self._fence[0])
