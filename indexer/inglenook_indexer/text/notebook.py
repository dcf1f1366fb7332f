"""Jupyter notebooks -> cells with the lines they take in the file. Outputs and metadata are no part of any cell.

A cell's text has one line for each line of the file it spans, the JSON around it taken off, so that places in the
text are places in the file. Knows nothing of chunks; a notebook that is damaged is none.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from inglenook_indexer.text.languages import LANGUAGES

CELL_LANGUAGE = "notebook"
_WHITESPACE = re.compile(r"[ \t\n\r]*")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_HEADING = re.compile(r"(#{1,6})[ \t]+([^\s#].*)$", re.MULTILINE)
_BREAK = " ⏎ "  # stands for a line break inside one line of the file
_DEPTH = 3  # headings above a cell that are named


@dataclass(frozen=True, slots=True)
class Cell:
    """The source of one cell."""

    name: str
    """The headings it stands under and its number, counted from 1 as the notebook shows them."""
    language: str
    """A key of `languages.LANGUAGES`."""
    line: int
    """The first line of the file it spans, 0-based."""
    lines: int
    """How many."""
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One string of a cell's source, from its quote to its quote in the file."""

    start: int
    end: int
    text: str
    """What it says."""


def cells(text: str) -> list[Cell] | None:
    """The cells that have a source, in order; None where `text` is no notebook, or one that can't be cut by lines."""
    try:
        data = json.loads(text)
        if not isinstance(data["cells"], list):
            return None
        language = _language(data)
        starts = [match.start() for match in _LINE.finditer(text) if match.end() > match.start()]
        return list(_cells(text, starts, language))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        return None


def sources(text: str) -> str | None:
    """What people have written into a notebook; None where `text` is no notebook."""
    found = cells(text)
    return "\n".join(cell.text for cell in found) if found is not None else None


def pieces(text: str) -> list[list[Piece]] | None:
    """The strings of each cell's source, in order; None where `cells` is."""
    return [own for _, own in _sources(text)] if cells(text) is not None else None


def _language(data: dict[str, Any]) -> str:
    """The language of the code cells, as the indexer calls it."""
    about = data.get("metadata") or {}
    told = (about.get("language_info") or {}).get("name") or (about.get("kernelspec") or {}).get("language") or "python"
    name = {"c++": "cpp", "c#": "csharp", "r": "r"}.get(str(told).lower(), str(told).lower())
    return name if name in LANGUAGES and name != CELL_LANGUAGE else "text"


def _cells(text: str, starts: list[int], language: str) -> Iterator[Cell]:
    headings: list[str] = []
    number = taken = 0
    for kind, own in _sources(text):
        number += 1
        if not own:
            continue
        first = bisect_right(starts, own[0].start) - 1
        last = bisect_right(starts, own[-1].start) - 1
        lines: list[list[str]] = [[] for _ in range(last - first + 1)]
        for piece in own:
            line = lines[bisect_right(starts, piece.start) - 1 - first]
            if said := re.sub(r"\r\n|\r|\n", _BREAK, piece.text.rstrip("\r\n")):
                line.append(said)
        source = "\n".join(map(_BREAK.join, lines)) + "\n"
        if kind == "markdown":
            for mark, title in _HEADING.findall(source):
                headings = [*headings[: len(mark) - 1], title.rstrip("# \t")]
        if first < taken:
            raise ValueError("two cells share a line")
        taken = last + 1
        name = " > ".join([*headings[-_DEPTH:], f"cell {number}"])
        yield Cell(name, {"code": language, "markdown": "markdown"}.get(kind, "text"), first, len(lines), source)


def _sources(text: str) -> Iterator[tuple[str, list[Piece]]]:
    """The kind of each cell and the strings of its source."""
    for key, at in _members(text, _space(text, 0)):
        if key != "cells":
            continue
        for cell in _elements(text, at):
            kind, own = "", []
            for name, value in _members(text, cell):
                if name == "cell_type":
                    kind = _string(text, value)[0]
                elif name == "source" and text[value] == '"':
                    own = [_piece(text, value)]
                elif name == "source":
                    own = [_piece(text, one) for one in _elements(text, value)]
            yield kind, own


def _piece(text: str, at: int) -> Piece:
    said, end = _string(text, at)
    return Piece(at, end, said)


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """(key, offset of its value) of the object that begins at `at`, which the JSON parser has found sound."""
    if text[at] != "{":
        raise TypeError("an object is wanted")
    at = _space(text, at + 1)
    while text[at] == '"':
        key, at = _string(text, at)
        at = _space(text, _space(text, at) + 1)
        yield key, at
        at = _next(text, at)


def _elements(text: str, at: int) -> Iterator[int]:
    """Offsets of the elements of the array that begins at `at`."""
    if text[at] != "[":
        raise TypeError("an array is wanted")
    at = _space(text, at + 1)
    while text[at] != "]":
        yield at
        at = _next(text, at)


def _string(text: str, at: int) -> tuple[str, int]:
    """The string that begins at `at`, and where it ends."""
    found, end = json.JSONDecoder().raw_decode(text, at)
    if not isinstance(found, str):
        raise TypeError("a string is wanted")
    return found, end


def _next(text: str, at: int) -> int:
    """Where what follows the value at `at` begins."""
    _, at = json.JSONDecoder().raw_decode(text, at)
    at = _space(text, at)
    return _space(text, at + 1) if text[at] == "," else at


def _space(text: str, at: int) -> int:
    found = _WHITESPACE.match(text, at)
    return found.end() if found is not None else at
