"""Cues: words that tell what is asked beside a name, in whatever way the sentence is put together. Knows no language.

A cue is a line of an asset: elements that stand in this order, with anything between them. An element is a word, a
`{list}`, several of them with `|` between, or `X`, the name: `F` where only a path will do, `E` an exception's name.
`call*` is any word that begins so, `base_class` are words one behind the other, and `+` before an element says that
nothing stands between.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

NAME, PATH, EXCEPTION = "X", "F", "E"
"""Tokens that stand for the name, by how it is written; every other one is in small letters."""
NAMES = (NAME, PATH, EXCEPTION)
_LIST = re.compile(r"\{(\w+)\}")


class CueError(ValueError):
    """A cue that can't be read: a list that is not there, or nothing to stand beside."""


@dataclass(frozen=True, slots=True)
class Words:
    """Words and beginnings of words, by the word that they start with."""

    whole: Mapping[str, tuple[tuple[str, ...], ...]]
    """First word -> the words that may follow it, the longest first; `()` where it stands alone."""
    beginnings: tuple[str, ...] = ()

    def has(self, word: str) -> bool:
        """Whether a word is one of these, and not only begins like one."""
        return word in self.whole or word in self.beginnings

    def end(self, tokens: Sequence[str], at: int) -> int:
        """Behind the words that stand at a place; -1 where none of them does."""
        token = tokens[at]
        for rest in self.whole.get(token, ()):
            end = at + 1 + len(rest)
            if not rest or tuple(tokens[at + 1 : end]) == rest:
                return end
        return at + 1 if self.beginnings and token.startswith(self.beginnings) else -1


@dataclass(frozen=True, slots=True)
class Cue:
    """Groups of elements: the groups in their order, and in each of them nothing between."""

    groups: tuple[tuple[Words, ...], ...]

    def fits(self, tokens: Sequence[str]) -> bool:
        """Whether a sentence has it. Linear: a group is best found where it first ends."""
        at = 0
        for group in self.groups:
            at = next((end for start in range(at, len(tokens)) if (end := _end(group, tokens, start)) >= 0), -1)
            if at < 0:
                return False
        return True


def words_of(text: str, *, each_begins: bool = False) -> Words:
    """The words of a list, as an asset writes it. With `each_begins`, what only begins so counts, too."""
    whole: dict[str, list[tuple[str, ...]]] = {}
    beginnings = []
    for written in text.split():
        if written.endswith("*") or (each_begins and written not in NAMES):
            beginnings.append(written.rstrip("*"))
        else:
            first, *rest = written.split("_")
            whole.setdefault(first, []).append(tuple(rest))
    ordered = {first: tuple(sorted(rests, key=len, reverse=True)) for first, rests in whole.items()}
    return Words(ordered, tuple(beginnings))


def cue_of(line: str, lists: Mapping[str, str], *, each_begins: bool = False) -> tuple[Cue, str]:
    """The cue of a line, and every word that it may be made of, as a list. Raises `CueError`."""
    groups: list[list[Words]] = []
    said = []
    for element in line.split():
        text = " ".join(_listed(element.removeprefix("+"), lists))
        said.append(text)
        words = words_of(text, each_begins=each_begins)
        if not element.startswith("+"):
            groups.append([words])
        elif groups:
            groups[-1].append(words)
        else:
            raise CueError(f"{line!r} begins with what stands beside nothing.")
    return Cue(tuple(map(tuple, groups))), " ".join(said)


def _listed(element: str, lists: Mapping[str, str]) -> Iterator[str]:
    for one in element.split("|"):
        if one == NAME:
            yield " ".join(NAMES)
        elif not (named := _LIST.fullmatch(one)):
            yield one
        elif named[1] in lists:
            yield lists[named[1]]
        else:
            raise CueError(f"{one} is not among the lists of words.")


def _end(group: Sequence[Words], tokens: Sequence[str], at: int) -> int:
    for words in group:
        at = words.end(tokens, at) if at < len(tokens) else -1
        if at < 0:
            return -1
    return at
