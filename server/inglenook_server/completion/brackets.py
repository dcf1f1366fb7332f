"""Brackets, strings and comments of a text, told apart by one regular expression. Knows no grammar and no cursor.

Not a parser: a lexer good enough to count brackets in unfinished code, a megabyte in some tens of milliseconds.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

CLOSES = {")": "(", "]": "[", "}": "{"}
OPENS = {opener: closer for closer, opener in CLOSES.items()}

Inside = Literal["code", "string", "comment"]

_HASH = frozenset("python ruby bash perl r julia yaml toml make cmake dockerfile elixir nix terraform ini php".split())
_SLASH = frozenset(
    "javascript typescript tsx go rust java c cpp csharp php kotlin swift scala dart zig proto css".split()
)
_TRIPLE = frozenset("python kotlin scala swift dart julia elixir toml java".split())
_BACKQUOTE = frozenset("javascript typescript tsx go".split())
_CHARS = frozenset("rust haskell scala kotlin java c cpp csharp go zig swift".split())
"""Languages where a single quote holds one character, or begins a lifetime or a symbol."""
_DASHES = frozenset("sql lua haskell".split())
_PROSE = frozenset("markdown text rst html xml vue svelte".split())
"""Apostrophes and smileys: brackets there are nobody's to balance."""


@dataclass(frozen=True, slots=True)
class Balance:
    """How many brackets of a text have no partner."""

    closers: int
    openers: int
    wrong: int
    """Brackets that meet one of another kind, and strings that their line leaves open."""

    def within(self, other: Balance) -> bool:
        """Whether nothing is worse than in `other`: one closer too many does not make up for an opener too many."""
        return self.closers <= other.closers and self.openers <= other.openers and self.wrong <= other.wrong

    def least(self, other: Balance) -> Balance:
        """The better of both, of each kind."""
        return Balance(min(self.closers, other.closers), min(self.openers, other.openers), min(self.wrong, other.wrong))


@dataclass(frozen=True, slots=True)
class Nesting:
    """What a text leaves open. `closers` have no opener in the text, `openers` no closer; each in order."""

    closers: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    wrong: int = 0
    """Brackets that meet one of another kind, and strings that their line leaves open."""
    inside: Inside = "code"
    """What the end of the text lies in."""
    quote: str = ""
    """The quotation mark of the string that the end lies in."""

    @property
    def balance(self) -> Balance:
        """How many brackets are left open, closed too often, or closed wrongly; the string at the end not counted."""
        return Balance(len(self.closers), len(self.openers), self.wrong)


@dataclass(slots=True)
class _Stack:
    closers: list[str] = field(default_factory=list)
    openers: list[str] = field(default_factory=list)
    wrong: int = 0

    def take(self, bracket: str) -> None:
        if bracket in OPENS:
            self.openers.append(bracket)
        elif not self.openers:
            self.closers.append(bracket)
        elif self.openers[-1] == CLOSES[bracket]:
            self.openers.pop()
        else:
            self.openers.pop()
            self.wrong += 1


def nesting(text: str, language: str) -> Nesting:
    """Brackets outside strings and comments. Prose has none."""
    if language in _PROSE:
        return Nesting()
    stack = _Stack()
    inside: Inside = "code"
    quote = ""
    for match in _lexer(language).finditer(text):
        token = match[0]
        if token in OPENS or token in CLOSES:
            stack.take(token)
        elif match.lastgroup == "long" or (match.lastgroup == "open" and match.end() == len(text)):
            inside, quote = "string", token[:3] if token[:3] in ('"""', "'''") else token[0]
        elif match.lastgroup == "open":
            stack.wrong += 1
        elif match.lastgroup == "comment" and match.end() == len(text) and not token.endswith("*/"):
            inside = "comment"
    return Nesting(tuple(stack.closers), tuple(stack.openers), stack.wrong, inside, quote)


def outermost(text: str, language: str) -> list[int]:
    """Where brackets open that stand in no other one of the text."""
    stack = _Stack()
    found: list[int] = []
    for match in _lexer(language).finditer(text):
        if match[0] in OPENS and not stack.openers:
            found.append(match.start())
        if match[0] in OPENS or match[0] in CLOSES:
            stack.take(match[0])
    return found


def joined(parts: Iterable[Nesting]) -> Balance:
    """How unbalanced the texts are as one, each with its strings closed."""
    stack = _Stack()
    for part in parts:
        stack.wrong += part.wrong
        for bracket in (*part.closers, *part.openers):
            stack.take(bracket)
    return Balance(len(stack.closers), len(stack.openers), stack.wrong)


@functools.cache
def _lexer(language: str) -> re.Pattern[str]:
    """Comments, whole strings, strings left open, brackets; in this order, for the first alternative wins."""
    comments = []
    if language in _HASH:
        comments.append(r"(?<![$\w{&'\"\\])#[^\n]*")
    if language in _SLASH:
        comments += [r"//[^\n]*", r"/\*(?:[^*]|\*(?!/))*(?:\*/|\Z)"]
    if language in _DASHES:
        comments.append(r"--[^\n]*")
    whole, cut = [], []
    if language in _TRIPLE:
        for quote in ('"""', "'''"):
            whole.append(rf"{quote}(?:[^\\]|\\.)*?{quote}")
            cut.append(rf"{quote}.*\Z")
    if language in _BACKQUOTE:
        whole.append(r"`(?:[^`\\]|\\.)*`")
        cut.append(r"`.*\Z")
    strings, opened = [r'"(?:[^"\\\n]|\\.)*"'], [r'"(?:[^"\\\n]|\\.)*\\?(?=\n|\Z)']
    if language in _CHARS:
        strings.append(r"'(?:[^'\\\n]|\\[^\n]{1,8}?)'")
    else:
        strings.append(r"'(?:[^'\\\n]|\\.)*'")
        opened.append(r"'(?:[^'\\\n]|\\.)*\\?(?=\n|\Z)")
    groups = [f"(?P<comment>{'|'.join(comments)})"] if comments else []
    if whole:
        groups += ["|".join(whole), f"(?P<long>{'|'.join(cut)})"]
    groups += ["|".join(strings), f"(?P<open>{'|'.join(opened)})", r"[()\[\]{}]"]
    return re.compile("|".join(groups), re.DOTALL)
