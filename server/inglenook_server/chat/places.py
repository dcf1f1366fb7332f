"""Where an answer would be found: ranked chunks, each narrowed to the definition that the question is about.

A place is what a reader is shown before the model has said a word, and what the model is shown. Knows no model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexMissing
from inglenook_indexer.search.report.clues import Explainer
from inglenook_indexer.text.languages import language_of
from inglenook_indexer.text.printable import one_line
from inglenook_indexer.text.words import STOP_WORDS, identifiers, parts, stem

from inglenook_server.chat.signature import signature
from inglenook_server.documents import bare_lines

if TYPE_CHECKING:
    from inglenook_indexer.search.query import Query
    from inglenook_indexer.types import Chunk, Hit, Symbol

    from inglenook_server.workspace.workspace import Searches

LONGEST = 60
"""Lines of a definition that is cited whole; of a longer one, its lines to the end of the chunk."""
ENOUGH = 0.75
"""Share of a chunk's question words that a smaller definition must hold to stand for the chunk."""
LINES = 12
"""Lines of a chunk that defines nothing."""
DOCUMENTED = 6.0
"""What it counts, beside the ranker's sum of some 4 to 18, that a place is documented in the question's own words.

Chosen on the development repositories, where it brings descriptions in words to the right file more often, and costs
none of the questions that people wrote: `python -m tests.benchmarks places`.
"""
SHARED = 3
"""Words from which on they are no accident."""
NAMELESS = frozenset(("variable", "field", "declaration"))
"""Kinds that stand for a chunk only where the question names them."""


@dataclass(frozen=True, slots=True)
class Place:
    """A span of the workspace. Lines are 1-based and inclusive."""

    path: str
    start_line: int
    end_line: int
    name: str = ""
    """What it defines, with what is around it: `Pool.run`; empty where it defines nothing."""
    signature: str = ""
    doc: str = ""
    """The first sentence of its documentation."""
    score: float = 0.0
    why: str = ""
    """Which names, strings and lines of a report led here, in one line of Markdown; empty for a short question."""

    @property
    def cited(self) -> str:
        """`path:start-end`, as an answer cites it."""
        lines = f"{self.start_line}-{self.end_line}" if self.end_line > self.start_line else f"{self.start_line}"
        return f"{self.path}:{lines}"


class Narrower:
    """Narrows chunks for one question. A file's outline and text are asked for once."""

    def __init__(self, query: Query, index: Searches) -> None:
        self._names = {name.lower() for name in query.symbols}
        self._stems = query.stems
        self._explainer = Explainer(query)
        self._index = index
        self._files: dict[str, tuple[list[Symbol], list[str]]] = {}

    def places(self, hits: Sequence[Hit], limit: int) -> tuple[Place, ...]:
        """The places of the best hits, each once, best first: by the hits' scores, and by their documentation."""
        found: dict[tuple[str, int], tuple[Place, Chunk]] = {}
        for hit in hits:
            place = self.place(hit)
            if place is None or not self._speaks(place):
                continue
            found.setdefault((place.path, place.start_line), (place, hit.chunk))
        ranked = sorted(
            found.values(), key=lambda one: one[0].score + DOCUMENTED * self._documented(one[0]), reverse=True
        )[:limit]
        if not self._explainer.explains:
            return tuple(place for place, _ in ranked)
        paths = [hit.chunk.path for hit in hits]
        return tuple(replace(place, why=one_line(str(self._explainer.clues(chunk, paths)))) for place, chunk in ranked)

    def _documented(self, place: Place) -> float:
        """How much of the question and of a place's documentation are the same words: 0 to 1."""
        said = {stem(part) for name in set(identifiers(place.doc)) for part in parts(name) if part not in STOP_WORDS}
        shared = len(said & self._stems)
        return shared / len(said) * shared / len(self._stems) if shared >= SHARED else 0.0

    def place(self, hit: Hit) -> Place | None:
        """The definition in a hit that holds the question's words, or the hit's own lines around them.

        None where the file has become so short since it was indexed that these lines are no more.
        """
        chunk = hit.chunk
        symbols, lines = self._file(chunk.path)
        if chunk.start_line > len(lines):
            return None
        inside = [one for one in symbols if one.line <= chunk.end_line and one.end_line >= chunk.start_line]
        best = self._definition(inside, lines, chunk.start_line, chunk.end_line)
        if best is None:
            start, end = self._lines(lines, chunk.start_line, min(chunk.end_line, len(lines)))
            return Place(chunk.path, start, end, score=hit.score)
        around = best.parent.replace(" > ", ".")
        end = best.end_line if best.end_line - best.line < LONGEST else min(best.end_line, chunk.end_line)
        return Place(
            chunk.path,
            best.line,
            max(best.line, min(end, len(lines))),
            f"{around}.{best.name}" if around else best.name,
            signature(lines, best.line, best.end_line, best.language or language_of(chunk.path)),
            best.doc,
            hit.score,
        )

    def _speaks(self, place: Place) -> bool:
        """Whether a place holds any word of the question: the ranker offers the nearest, however far that is."""
        if not self._stems:
            return True
        lines = self.lines_of(place.path)[place.start_line - 1 : place.end_line]
        return bool(self.held("\n".join([place.path, place.name, place.doc, *lines])))

    def held(self, text: str) -> set[str]:
        """The question's words that a text holds, as stems."""
        if not self._stems:
            return set()
        words = {stem(part) for name in set(identifiers(text)) for part in parts(name)}
        return words & self._stems

    def lines_of(self, path: str) -> list[str]:
        """The lines of a file, secrets masked."""
        return self._file(path)[1]

    def _definition(self, inside: Sequence[Symbol], lines: list[str], first: int, last: int) -> Symbol | None:
        named = [one for one in inside if one.name.lower() in self._names and first <= one.line <= last]
        if named:
            return min(named, key=lambda one: (one.kind in NAMELESS, one.line))
        able = [one for one in inside if one.kind not in NAMELESS]
        if not able:
            return None
        scored = []
        for one in able:
            start, end = max(one.line, first), min(one.end_line, last)
            held = self.held("\n".join([one.name, one.doc, *lines[start - 1 : end]]))
            scored.append((len(held), len(self.held(f"{one.name} {one.parent} {one.doc}")), one))
        most = max(count for count, _, _ in scored)
        enough = [each for each in scored if each[0] >= ENOUGH * most]
        # The definition whose name and doc say most of it; of equal ones the smallest.
        return max(enough, key=lambda each: (each[1], -(each[2].end_line - each[2].line), -each[2].line))[2]

    def _lines(self, lines: list[str], first: int, last: int) -> tuple[int, int]:
        """The lines of a chunk that hold most of the question's words."""
        if last - first < LINES:
            return first, last
        counts = [len(self.held(line)) for line in lines[first - 1 : last]]
        window = sum(counts[:LINES])
        best, at = window, 0
        for start in range(1, len(counts) - LINES + 1):
            window += counts[start + LINES - 1] - counts[start - 1]
            if window > best:
                best, at = window, start
        return first + at, first + at + LINES - 1

    def _file(self, path: str) -> tuple[list[Symbol], list[str]]:
        if path not in self._files:
            try:
                outline = list(self._index.outline(path))
            except IndexMissing:
                outline = []
            self._files[path] = outline, bare_lines(self._index.text(path))
        return self._files[path]
