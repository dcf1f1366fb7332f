"""Brackets, strings and comments of a text, told apart by a table. Knows no grammar and no cursor.

Not a parser: a lexer good enough to count brackets in unfinished code, in one pass. It can begin in the middle: a text
is read on from what the one before it left open, at the beginning of any line.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from re import Match
from typing import Literal as OneOf

from inglenook_server.completion.syntax.literals import Literal, code, inside, literals_of

CLOSES = {")": "(", "]": "[", "}": "{"}
OPENS = {opener: closer for closer, opener in CLOSES.items()}

Inside = OneOf["code", "string", "comment"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing that is open at the end of a text and no bracket."""

    opener: str
    """As it is written."""
    row: Literal | None = None
    """The string or comment; None for code in a string."""
    depth: int = 1
    """How often a comment is open in itself; braces open in this code."""


@dataclass(frozen=True, slots=True)
class Balance:
    """How many brackets of a text have no partner."""

    closers: int
    openers: int
    wrong: int
    """Brackets that meet one of another kind, and strings that their line leaves open."""


@dataclass(frozen=True, slots=True)
class Nesting:
    """What a text leaves open. `closers` have no opener in the text, `openers` no closer; each in order."""

    closers: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    wrong: int = 0
    """Brackets that meet one of another kind, strings that their line leaves open, comments opened or closed twice."""
    inside: Inside = "code"
    """What the end of the text lies in."""
    frames: tuple[Frame, ...] = ()
    """The strings and long comments that the end lies in, and code in strings; the outermost first."""

    @property
    def balance(self) -> Balance:
        """How many brackets are left open, closed too often, or closed wrongly; the string at the end not counted."""
        return Balance(len(self.closers), len(self.openers), self.wrong)

    @property
    def opened(self) -> str:
        """What a text begins with that is read as if this one stood before it."""
        return "".join(
            frame.opener * (frame.depth if frame.row else 1) + "\n" * bool(frame.row and frame.row.late)
            for frame in self.frames
        )

    def within(self, other: Nesting) -> bool:
        """Whether this text is no worse than the other: whatever it leaves open, the other leaves open too."""
        return (
            self.wrong <= other.wrong
            and _is_in(self.openers, other.openers)
            and _is_in(self.closers, other.closers)
            and self.frames in ((), other.frames)
        )


def _is_in(some: tuple[str, ...], more: tuple[str, ...]) -> bool:
    """Whether `more` has all of `some`, in their order."""
    rest = iter(more)
    return len(some) <= len(more) and all(bracket in rest for bracket in some)


@dataclass(slots=True)
class Stack:
    """Brackets as they come."""

    closers: list[str] = field(default_factory=list)
    openers: list[str] = field(default_factory=list)
    wrong: int = 0

    def take(self, bracket: str) -> None:
        """The next one."""
        if bracket in OPENS:
            self.openers.append(bracket)
        elif not self.openers:
            self.closers.append(bracket)
        elif self.openers.pop() != CLOSES[bracket]:
            self.wrong += 1


class Scan:
    """One pass over a text that begins in `frames`."""

    def __init__(self, text: str, language: str, frames: Iterable[Frame] = ()) -> None:
        self.brackets: list[tuple[int, str]] = []
        """Those outside strings and comments, and where they stand."""
        self.literals: list[tuple[int, int]] = []
        """Where strings and long comments begin (0 for one that was open) and end, but for those passed in one step."""
        self.passed: list[tuple[int, int]] = []
        """Where those begin and end, and comments that end with their line."""
        self.inside: Inside = "code"
        self.wrong = 0
        """Strings that their line leaves open."""
        self.frames = list(frames)
        self._text = text
        self._late: list[Frame] = []
        self._begun = 0
        rows = literals_of(language)
        if rows is None:
            return
        self._rows = rows.literals
        self._code = code(rows)
        position = 0
        while position >= 0:
            position = self._literal(position) if self.frames and self.frames[-1].row else self._plain(position)
        if self.frames and (row := self.frames[-1].row):
            self.inside = row.kind
            self.literals.append((self._begun, len(text) + 1))

    def _plain(self, position: int) -> int:
        """Read code up to the next literal; where to go on, -1 at the end."""
        for match in self._code.finditer(self._text, position):
            kind = match.lastgroup
            if kind == "bracket":
                if self._bracket(match):
                    return match.end()
            elif kind == "comment":
                self.passed.append(match.span())
                if match.end() == len(self._text):
                    self.inside = "comment"
            elif kind == "stray":
                self.wrong += 1
            elif kind == "line":
                if self._late:
                    self.frames += reversed(self._late)
                    self._late.clear()
                    self._begun = match.end()
                    return match.end()
            elif kind is None:
                self.passed.append(match.span())
                self._forget_late(match.start(), match.end())
            else:
                row = self._rows[int(kind[1:])]
                if row.late:
                    self._late.append(Frame(match[0], row))
                else:
                    self.frames.append(Frame(match[0], row))
                    self._begun = match.start()
                    return match.end()
        return -1

    def _bracket(self, match: Match[str]) -> bool:
        """Take one; whether it ends code in a string."""
        self.brackets.append((match.start(), match[0]))
        if not self.frames:
            return False
        depth = self.frames[-1].depth + (match[0] == "{") - (match[0] == "}")
        self.frames[-1] = Frame(self.frames[-1].opener, None, depth)
        if depth:
            return False
        self.frames.pop()
        self._begun = match.start()
        return True

    def _literal(self, position: int) -> int:
        """Read on in a string or comment; where to go on, -1 at the end."""
        frame = self.frames[-1]
        row = frame.row
        assert row is not None
        for match in inside(row, frame.opener).finditer(self._text, position):
            kind = match.lastgroup
            depth = self.frames[-1].depth
            if kind == "open" and not row.nests:
                self.wrong += 1
            elif kind == "open" or (kind == "close" and depth > 1):
                self.frames[-1] = Frame(frame.opener, row, depth + (1 if kind == "open" else -1))
            elif kind == "hole":
                self.brackets.append((match.end() - 1, "{"))
                self.literals.append((self._begun, match.end()))
                self.frames.append(Frame(row.hole, None, 1))
                return match.end()
            elif kind is not None:
                self.wrong += kind == "line"
                end = match.start() if kind == "line" else match.end()
                self._forget_late(position, end)
                self.literals.append((self._begun, end))
                self.frames.pop()
                return end
        return -1

    def _forget_late(self, start: int, end: int) -> None:
        """Between an opener and its next line stands no string over several lines; one that does is in its place."""
        if self._late and "\n" in self._text[start:end]:
            self._late.clear()


def nesting(text: str, language: str, frames: Iterable[Frame] = ()) -> Nesting:
    """Brackets outside strings and comments. Prose has none. `frames` is what the text before left open."""
    scan = Scan(text, language, frames)
    stack = Stack(wrong=scan.wrong)
    for _, bracket in scan.brackets:
        stack.take(bracket)
    return Nesting(tuple(stack.closers), tuple(stack.openers), stack.wrong, scan.inside, tuple(scan.frames))


def outermost(text: str, language: str) -> list[int]:
    """Where brackets open that stand in no other one of the text."""
    stack = Stack()
    found: list[int] = []
    for place, bracket in Scan(text, language).brackets:
        if bracket in OPENS and not stack.openers:
            found.append(place)
        stack.take(bracket)
    return found


def joined(parts: Iterable[Nesting]) -> Nesting:
    """What the texts leave open as one, each read on from the one before it."""
    stack = Stack()
    last = Nesting()
    for last in parts:
        stack.wrong += last.wrong
        for bracket in (*last.closers, *last.openers):
            stack.take(bracket)
    return Nesting(tuple(stack.closers), tuple(stack.openers), stack.wrong, last.inside, last.frames)
