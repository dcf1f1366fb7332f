"""Changed lines -> the definitions they lie in: added, removed, with another signature, or with another body.

Both texts are taken apart by the indexer, in its guarded process, so that the lines are those of the texts at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from inglenook_indexer.symbols import facts
from inglenook_indexer.text.languages import language_of
from inglenook_indexer.types import Chunk, Symbol

from inglenook_server.changes.lines import split
from inglenook_server.changes.types import FileChange

How = Literal["added", "removed", "signature", "body"]

MAX_SIGNATURE_LINES = 20
CALLED = frozenset(("function", "method", "constructor", "macro"))
TYPES = frozenset(("class", "interface", "struct", "enum", "trait", "object", "module", "implementation", "type"))
_PLACES = frozenset(("section", "entry"))
"""Kinds that are no code."""
_OPENING, _CLOSING = "([{", ")]}"
_BLANKS = re.compile(r"\s+")


class Cuts(Protocol):
    """What takes a text apart: `inglenook_indexer.chunks.chunk.GuardedChunker`."""

    def chunk(self, path: str, language: str, text: str) -> list[Chunk]:
        """The chunks of a text, with their facts."""
        ...


@dataclass(frozen=True, slots=True)
class TouchedSymbol:
    """A definition that a change touches."""

    name: str
    kind: str
    """As of `inglenook_indexer.types.Symbol`."""
    parent: str
    how: How
    path: str
    line: int
    """Where it begins; of one that was removed, where it began in the committed file."""
    end_line: int
    lines: int
    """How many of its lines are new or gone."""

    @property
    def full_name(self) -> str:
        """Its name with what it belongs to, as in `Pool.run`."""
        return ".".join([*self.parent.split(" > "), self.name] if self.parent else [self.name])

    @property
    def container(self) -> str:
        """As a reference within it names it."""
        return f"{self.parent} > {self.name}" if self.parent else self.name


def touched(change: FileChange, cutter: Cuts) -> list[TouchedSymbol]:
    """The definitions of a file that a change touches, in order; those within an added or removed one go with it."""
    if not change.hunks:
        return []
    path, old, new = change.path, split(change.old), split(change.new)
    before, after = _keyed(_outline(change.old, path, cutter)), _keyed(_outline(change.new, path, cutter))
    counts: dict[_Key, int] = {}
    for keyed, lines, ranges in (
        (before, old, [(one.old_start, one.old_lines) for one in change.hunks]),
        (after, new, [(one.new_start, one.new_lines) for one in change.hunks]),
    ):
        for key, count in _hit(keyed, lines, ranges).items():
            counts[key] = counts.get(key, 0) + count
    gone, come = before.keys() - after.keys(), after.keys() - before.keys()
    found: list[TouchedSymbol] = []
    for key in [*after, *(key for key in before if key in gone)]:
        symbol = after.get(key) or before[key]
        if key in come or key in gone:
            if _around(key, come | gone):
                continue
            size = symbol.end_line - symbol.line + 1
            found.append(_made(symbol, "added" if key in come else "removed", size))
        elif key in counts:
            same = _signature(before[key], old) == _signature(after[key], new)
            found.append(_made(symbol, "body" if same else "signature", counts[key]))
    return sorted(found, key=lambda one: (one.line, one.how == "removed", one.name))


def _made(symbol: Symbol, how: How, lines: int) -> TouchedSymbol:
    return TouchedSymbol(symbol.name, symbol.kind, symbol.parent, how, symbol.path, symbol.line, symbol.end_line, lines)


_Key = tuple[str, str, str, int]
"""(parent, name, kind, which of those that are called so)."""


def _outline(text: str, path: str, cutter: Cuts) -> list[Symbol]:
    """The definitions of a text but for what functions define within themselves, in order."""
    if not text:
        return []
    language = language_of(path, text.partition("\n")[0])
    found = [one for chunk in cutter.chunk(path, language, text) for one in facts.symbols(chunk.facts, path, language)]
    found.sort(key=lambda one: (one.line, -one.end_line))
    kept: list[Symbol] = []
    until = 0  # the last line of the function that is open
    for one in found:
        if one.line <= until and one.end_line <= until:
            continue
        kept.append(one)
        if one.kind in CALLED:
            until = one.end_line
    return kept


def _keyed(symbols: Iterable[Symbol]) -> dict[_Key, Symbol]:
    keyed: dict[_Key, Symbol] = {}
    seen: dict[tuple[str, str, str], int] = {}
    for one in symbols:
        key = one.parent, one.name, one.kind
        seen[key] = seen.get(key, -1) + 1
        keyed[(*key, seen[key])] = one
    return keyed


def _around(key: _Key, keys: set[_Key]) -> bool:
    """Whether something that the definition belongs to is among `keys`."""
    names = key[0].split(" > ") if key[0] else []
    wanted = {(" > ".join(names[:depth]), names[depth]) for depth in range(len(names))}
    return bool(wanted) and any(one[:2] in wanted for one in keys)


def _hit(keyed: dict[_Key, Symbol], lines: Sequence[str], ranges: Iterable[tuple[int, int]]) -> dict[_Key, int]:
    """How many of the changed lines lie in each definition and in none within it; blank lines don't count."""
    inner: list[_Key | None] = [None] * (len(lines) + 2)
    open_: list[tuple[int, _Key]] = []
    begins: dict[int, list[_Key]] = {}
    for key, symbol in keyed.items():
        begins.setdefault(_decorated(symbol.line, lines), []).append(key)
    for line in range(1, len(lines) + 1):
        while open_ and open_[-1][0] < line:
            open_.pop()
        for key in begins.get(line, ()):
            open_.append((keyed[key].end_line, key))
        inner[line] = open_[-1][1] if open_ else None
    counts: dict[_Key, int] = {}
    for start, count in ranges:
        for line in range(start, min(start + count, len(lines) + 1)):
            key_at = inner[line]
            if key_at is not None and not lines[line - 1].isspace() and lines[line - 1]:
                counts[key_at] = counts.get(key_at, 0) + 1
    return counts


def _decorated(line: int, lines: Sequence[str]) -> int:
    """The first of the decorators or attributes above a definition, each in a line of its own; else its own line."""
    while line > 1 and lines[line - 2].lstrip().startswith(("@", "#[")):
        line -= 1
    return line


def _signature(symbol: Symbol, lines: Sequence[str]) -> str:
    """What others see of a definition: its lines up to where its body begins, blanks aside; empty for data."""
    if symbol.kind not in CALLED | TYPES or symbol.kind in _PLACES:
        return ""
    first = symbol.line - 1
    within = lines[first : min(symbol.end_line, first + MAX_SIGNATURE_LINES)]
    start = next((at for at, line in enumerate(within) if _names(line, symbol.name)), 0)
    head: list[str] = []
    depth = 0
    for line in within[start:]:
        code = line.strip()
        for at, character in enumerate(code):
            if character == "{" and depth <= 0:
                return _plain([*head, code[:at]])
            depth += (character in _OPENING) - (character in _CLOSING)
        head.append(code)
        if depth <= 0 and (not code.endswith(("\\", ",", "->", "=", "&&", "||")) or not code):
            break
    return _plain(head)


def _names(line: str, name: str) -> bool:
    """Whether a line says a name, and is no decorator or annotation."""
    code = line.lstrip()
    return name in code and not code.startswith(("@", "#"))


def _plain(parts: Sequence[str]) -> str:
    return _BLANKS.sub(" ", " ".join(parts)).replace(" )", ")").replace("( ", "(").replace(",)", ")").strip()
