"""Templates of phrases, as the assets write them, compiled to patterns. Knows no language and no form.

A template is words, `[what may be left out]`, `(one|of several)`, `{a list of words}` and slots: one capital letter, or
several letters in capitals. "where (is|are) X defined" matches "where is Pool defined". A sentence that a pattern is
held to has each word followed by one blank; in a language that writes no blanks, one may stand anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inglenook_server.chat.questions.sentences import fold

Words = Mapping[str, Sequence[str]]
Slots = Mapping[str, str]
"""Slot -> the pattern of what stands in it, with the blank that follows."""

_TOKEN = re.compile(r"[\[\]()|]|\{[^{}]+\}|[A-Z]+|[^\s\[\]()|{}A-Z]+")


@dataclass(frozen=True, slots=True)
class Template:
    """A template's pattern, not compiled yet; a slot's groups are numbered: `X0`, `P0`, `P1`."""

    pattern: str
    first: frozenset[str]
    """What it may begin with: words, or with no blanks characters; "" stands for anything."""


@dataclass(frozen=True, slots=True)
class _Part:
    pattern: str
    first: frozenset[str]
    may_be_empty: bool


class TemplateError(ValueError):
    """A template that can't be read: an open bracket, or a list that is not there."""


def read_template(text: str, words: Words, slots: Slots, *, spaced: bool) -> Template:
    """Take a template apart. Raises `TemplateError`."""
    tokens = _TOKEN.findall(text)
    reader = _Reader(tokens, words, slots, spaced, {})
    part = reader.alternatives()
    if reader.place < len(tokens):
        raise TemplateError(f"{text!r} closes a bracket that is not open.")
    return Template(part.pattern, part.first | ({""} if part.may_be_empty else frozenset()))


@dataclass(slots=True)
class _Reader:
    tokens: list[str]
    words: Words
    slots: Slots
    spaced: bool
    counts: dict[str, int]
    place: int = 0

    def alternatives(self) -> _Part:
        parts = [self._sequence()]
        while self.place < len(self.tokens) and self.tokens[self.place] == "|":
            self.place += 1
            parts.append(self._sequence())
        return _one_of(parts)

    def _sequence(self) -> _Part:
        pattern, first, empty = "", frozenset[str](), True
        while self.place < len(self.tokens) and self.tokens[self.place] not in ("|", ")", "]"):
            part = self._item()
            pattern += part.pattern
            if empty:
                first |= part.first
            empty = empty and part.may_be_empty
        return _Part(pattern, first, empty)

    def _item(self) -> _Part:
        token = self.tokens[self.place]
        self.place += 1
        if token in ("(", "["):
            part = self.alternatives()
            if self.tokens[self.place : self.place + 1] != [")" if token == "(" else "]"]:
                raise TemplateError(f"{' '.join(self.tokens)!r} leaves a bracket open.")
            self.place += 1
            return part if token == "(" else _Part(f"(?:{part.pattern})?", part.first, True)
        if token.startswith("{"):
            name = token[1:-1]
            if name not in self.words:
                raise TemplateError(f"{token} is not among the lists of words.")
            return _one_of([self._literal(phrase) for phrase in by_length(self.words[name])])
        if token in self.slots:
            count = self.counts[token] = self.counts.get(token, -1) + 1
            return _Part(f"(?P<{token}{count}>{self.slots[token]})", frozenset(("",)), False)
        return self._literal(token)

    def _literal(self, phrase: str) -> _Part:
        return _Part(literal(phrase, spaced=self.spaced), frozenset((first_of(phrase, spaced=self.spaced),)), False)


def literal(phrase: str, *, spaced: bool) -> str:
    """The pattern of words that are meant as they are."""
    return "".join(re.escape(word) + (" " if spaced else " ?") for word in fold(phrase).split())


def first_of(sentence: str, *, spaced: bool) -> str:
    """What a sentence begins with: a word, or in a language without blanks a character."""
    sentence = fold(sentence)
    return (sentence.split(" ", 1)[0] if spaced else sentence[:1]).lower()


def by_length(phrases: Sequence[str]) -> list[str]:
    """Longest first, so that "class method" is not read as "class"."""
    return sorted(map(fold, phrases), key=len, reverse=True)


def _one_of(parts: Sequence[_Part]) -> _Part:
    if len(parts) == 1:
        return parts[0]
    pattern = "|".join(part.pattern for part in parts)
    first = frozenset[str]().union(*(part.first for part in parts))
    return _Part(f"(?:{pattern})", first, any(part.may_be_empty for part in parts))
