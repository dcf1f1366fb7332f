"""Which names, strings and lines of a report led to a place: what is said beside a hit. Pure.

A clue is told where the place's file is seen to hold it, in the chunk itself; nothing is told of nearness.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from inglenook_indexer.search.features import named
from inglenook_indexer.search.query import Query, parse
from inglenook_indexer.search.report.origins import resolved
from inglenook_indexer.search.report.report import Report, is_report, report
from inglenook_indexer.text.words import Splitter, stem
from inglenook_indexer.types import Chunk, Hit

_NAMES = 4  # names that are told of one place
_STRINGS = 2
_WORDS = 4
_SHORTEST = 5  # letters of a plain word that tells something


@dataclass(frozen=True)
class Clues:
    """What one place has of a report."""

    names: tuple[str, ...] = ()
    """Names that the chunk defines, then those that it holds."""
    strings: tuple[str, ...] = ()
    """Quoted strings and options that stand in it."""
    frame: int = 0
    """The line of the report that holds the frame of a trace which leads here; 0 where there is none."""
    named: bool = False
    """Whether the report names the file."""
    words: tuple[str, ...] = ()
    """Words of the title, where there is nothing of the above."""

    def __str__(self) -> str:
        """One line, empty where there is no clue."""
        said = [
            "the file is named" if self.named else "",
            f"trace, line {self.frame}" if self.frame else "",
            f"names {', '.join(f'`{name}`' for name in self.names)}" if self.names else "",
            f"text {', '.join(f'`{string}`' for string in self.strings)}" if self.strings else "",
            f"words {', '.join(self.words)}" if self.words else "",
        ]
        return "; ".join(one for one in said if one)


class Explainer:
    """Tells the clues of one query's hits; a short question has none."""

    def __init__(self, query: Query) -> None:
        self._query = query

    @cached_property
    def _report(self) -> Report | None:
        return report(self._query, Splitter()) if is_report(self._query) else None

    @property
    def explains(self) -> bool:
        """Whether the query is a report."""
        return self._report is not None

    def clues(self, chunk: Chunk, paths: Iterable[str] = ()) -> Clues:
        """What `chunk` has of the report. `paths` are those of all hits, among which a frame's file is told."""
        asked = self._report
        if asked is None:
            return Clues()
        names = _names(asked, chunk)
        strings = tuple(one for one in asked.quoted if " " in one or one.startswith("-") if one in chunk.text)
        traced = resolved(asked.frames, {chunk.path, *paths}).get(chunk.path)
        line = self._line(traced[1].path, traced[1].line) if traced else 0
        is_named = bool(asked.paths) and named(asked.paths, chunk.path) >= 1
        found = names or strings or line or is_named
        words = () if found else _words(asked, chunk)
        return Clues(names[:_NAMES], strings[:_STRINGS], line, is_named, words)

    def _line(self, path: str, number: int) -> int:
        """The report's line that has a frame."""
        name = path.rsplit("/", 1)[-1]
        for at, line in enumerate(self._query.text.splitlines(), 1):
            if name in line and re.search(rf"(?<!\d){number}(?!\d)", line):
                return at
        return 0


def reasons(query: str, hits: Sequence[Hit]) -> list[str]:
    """For each hit of a report what of it led there, in a line; empty for a short query."""
    explainer = Explainer(parse(query))
    if not explainer.explains:
        return [""] * len(hits)
    paths = [hit.chunk.path for hit in hits]
    return [str(explainer.clues(hit.chunk, paths)) for hit in hits]


def _names(asked: Report, chunk: Chunk) -> tuple[str, ...]:
    held = frozenset(re.findall(r"[^\W\d]\w*", chunk.text))
    ordered = sorted(asked.names, key=lambda name: -asked.names[name])
    defined = [name for name in ordered if name in chunk.defines]
    return tuple(dict.fromkeys([*defined, *(name for name in ordered if name in held)]))


def _words(asked: Report, chunk: Chunk) -> tuple[str, ...]:
    text = chunk.text.lower()
    telling: Sequence[str] = [word for word in asked.title_words if len(word) >= _SHORTEST]
    return tuple(word for word in telling if stem(word) in text)[:_WORDS]
