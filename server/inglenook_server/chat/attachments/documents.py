"""What goes along of files: a file, a folder, a symbol, a selection, the cursor's definition. Reads the index alone.

Each function gives how the thing is cut (`budget.Shape`). Lines are 1-based and inclusive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from inglenook_indexer.text.printable import one_line

from inglenook_server.chat.attachments.budget import Shape
from inglenook_server.chat.attachments.outlines import LEAST, beginning, digest, fits, lines_of
from inglenook_server.chat.attachments.types import Attached, Given, Kind
from inglenook_server.chat.signature import signature
from inglenook_server.generation.prompts.token_budget import TokenCounter, head

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

    from inglenook_server.workspace.workspace import Searches

SMALL = 60
"""Lines of a definition that goes along whole, where the cursor is in it."""
AROUND = 10
"""Lines above and below the cursor, where it is in no small definition."""
FOLDER_FILES = 30
"""Files of a folder whose definitions are listed."""
FOLDER_NAMES = 12
"""Definitions of a file that are listed for a folder."""
_HOLDS = frozenset(("function", "method", "constructor", "class", "interface", "struct", "enum", "trait", "object"))


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of a document."""

    path: str
    lines: Sequence[str]
    symbols: Sequence[Symbol] = ()
    first: int = 1
    """The line that `lines` begins with."""

    @property
    def last(self) -> int:
        """The last line there is."""
        return self.first + len(self.lines) - 1

    def text(self, low: int, high: int) -> str:
        """The lines from `low` to `high`, as far as they are there."""
        return "\n".join(self.lines[max(0, low - self.first) : max(0, high - self.first + 1)])

    def signature(self, one: Symbol) -> str:
        """A definition's signature; empty where its first line is not there."""
        low = one.line - self.first + 1
        return signature(self.lines, low, one.end_line - self.first + 1, one.language) if low > 0 else ""

    def around(self, low: int, high: int) -> list[Symbol]:
        """The definitions with a body around these lines, the innermost first."""
        found = [one for one in self.symbols if one.kind in _HOLDS and one.line <= low and high <= one.end_line]
        return sorted(found, key=lambda one: one.end_line - one.line)


def indexed(index: Searches, path: str) -> Lines:
    """A file of the index; without lines for any other."""
    text = index.text(path)
    return Lines(path, lines_of(text), index.outline(path)) if text else Lines(path, ())


def cut_lines(kind: Kind, label: str, source: Lines, low: int, high: int, header: str = "") -> Shape:
    """Lines as they are; of too many the first."""
    label = one_line(label)

    def shape(tokens: int, counter: TokenCounter) -> Attached:
        said = header if header and fits(header, tokens // 4, counter) else ""
        text = source.text(low, high)
        left = tokens - counter.text(said)
        if not fits(text, left, counter):
            text = head(text, left, counter)
            if not text:
                text = beginning(source.text(low, low), left, counter)
                return Attached(kind, label, source.path, low, low, text, header=said)
            text = text.removesuffix("\n")
        return Attached(kind, label, source.path, low, low + text.count("\n"), text, header=said, verbatim=True)

    return shape


def file(source: Lines, label: str, words: frozenset[str], low: int = 0, high: int = 0, kind: Kind = "file") -> Shape:
    """A file, or its lines from `low` to `high`: whole, or its outline and the parts that hold `words`."""
    first, last = (low, min(high, source.last)) if low else (source.first, source.last)

    def shape(tokens: int, counter: TokenCounter) -> Attached:
        text = source.text(first, last)
        if fits(text, tokens, counter):
            return Attached(kind, label, source.path, first, last, text, verbatim=True)
        if tokens < LEAST:
            return Attached(kind, label, source.path, first, last)
        told = digest(source.lines, source.symbols, words, tokens, counter, first=first, last=last)
        return Attached(kind, label, source.path, first, last, told)

    return shape


def symbol(source: Lines, one: Symbol, label: str, words: frozenset[str], note: str) -> Shape:
    """A definition's lines, with the signature of what encloses it."""
    whole = file(source, label, words, max(1, one.line), one.end_line, "symbol")
    outer = [each for each in source.around(one.line, one.end_line) if each != one and each.line < one.line]
    header = source.signature(outer[0]) if outer else ""

    def shape(tokens: int, counter: TokenCounter) -> Attached:
        said = header if header and fits(header, tokens // 4, counter) else ""
        return replace(whole(tokens - counter.text(said), counter), header=said, note=note)

    return shape


def selection(given: Given, source: Lines) -> Shape:
    """The selected lines, with the signature of what encloses them."""
    low, high = max(given.start_line, source.first), min(given.end_line, source.last)
    outer = [one for one in source.around(low, high) if one.line < low]
    header = source.signature(outer[0]) if outer else ""
    return cut_lines("selection", f"{given.path}:{low}-{high}", source, low, high, header)


def cursor(given: Given, source: Lines) -> Shape:
    """The definition around the cursor, where it is small; else the lines around the cursor."""
    at = min(max(given.start_line, source.first), source.last)
    enclosing = source.around(at, at)
    if enclosing and enclosing[0].end_line - enclosing[0].line < SMALL:
        one = enclosing[0]
        low, high = max(one.line, source.first), min(one.end_line, source.last)
        label = f"{one.parent} > {one.name}".replace(" > ", ".") if one.parent else one.name
        header = source.signature(enclosing[1]) if len(enclosing) > 1 else ""
        return cut_lines("cursor", label, source, low, high, header)
    low, high = max(source.first, at - AROUND), min(source.last, at + AROUND)
    header = source.signature(enclosing[0]) if enclosing and enclosing[0].line < low else ""
    return cut_lines("cursor", f"{given.path}:{at}", source, low, high, header)


def folder(index: Searches, path: str, files: Sequence[str], note: str) -> Shape:
    """What the files of a folder define, by name."""

    def shape(tokens: int, counter: TokenCounter) -> Attached:
        listed = []
        for one in files[:FOLDER_FILES]:
            names = [each for each in index.outline(one) if not each.parent][:FOLDER_NAMES]
            told = "".join(f"  {each.kind} {each.name}{f': {each.doc}' if each.doc else ''}\n" for each in names)
            listed.append(f"{one}\n{told}")
        if len(files) > FOLDER_FILES:
            listed.append(f"and {len(files) - FOLDER_FILES} more files\n")
        return Attached("folder", one_line(f"{path}/"), path, text=head("".join(listed), tokens, counter), note=note)

    return shape
