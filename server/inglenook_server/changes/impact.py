"""Touched definitions -> who uses them and was not touched, and which tests name them. Asks the index; reads no git."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from inglenook_indexer.symbols.path_order import is_test
from inglenook_indexer.types import Import, Reference, Symbol

from inglenook_server.changes.lines import normal, split
from inglenook_server.changes.symbols import CALLED, TYPES, TouchedSymbol

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches

MAX_SYMBOLS = 24
"""Definitions whose uses are looked up: a few milliseconds each."""
MAX_USES = 60
_BY_FOLDER = frozenset("go java kotlin scala csharp swift c cpp php ruby elixir lua bash dart".split())
"""Languages in which a name can be used without an import, in the same folder or after the file was included."""
_PACKAGE = frozenset(("__init__", "index", "mod", "lib", "main"))
"""Files that are named by their folder."""
_ORDER = {"removed": 0, "signature": 1, "body": 2, "added": 3}


@dataclass(frozen=True, slots=True)
class Impact:
    """What the change of one definition may reach."""

    symbol: TouchedSymbol
    callers: tuple[Reference, ...]
    """Calls, types and subclasses outside tests, in definitions that were not touched, where surely it is meant."""
    tests: tuple[Reference, ...]
    """The first place in each test that names it."""
    unsure: int = 0
    """Places outside tests that use something of that name, where it is not sure what is meant."""


def impacts(symbols: Sequence[TouchedSymbol], index: Searches) -> list[Impact]:
    """What each definition that can be called or derived from reaches, the most urgent first; none for the rest.

    Raises IndexMissing, StorageError.
    """
    inside = {(one.path, one.container) for one in symbols}
    asked = [one for one in symbols if one.kind in CALLED | TYPES and not is_test(one.path)]
    asked.sort(key=lambda one: (_ORDER[one.how], one.path, one.line))
    known = _Files(index)
    return [_impact(one, inside, index, known) for one in asked[:MAX_SYMBOLS]]


def _impact(symbol: TouchedSymbol, inside: set[tuple[str, str]], index: Searches, known: _Files) -> Impact:
    others = [
        one
        for one in index.definitions(symbol.name, limit=MAX_USES)
        if one.name == symbol.name and (one.path, one.parent) != (symbol.path, symbol.parent)
    ]
    found = [
        one
        for one in index.references(symbol.name, limit=MAX_USES)
        if one.name == symbol.name and one.relation != "import" and known.says(one)
    ]
    sure = [one for one in found if _means(one, symbol, others, known)]
    calls = [one for one in sure if not is_test(one.path) and not _touched(one, inside)]
    unsure = sum(not is_test(one.path) and not _touched(one, inside) for one in found) - len(calls)
    return Impact(symbol, tuple(calls), tuple(_first_of_each(one for one in sure if is_test(one.path))), unsure)


def _touched(one: Reference, inside: set[tuple[str, str]]) -> bool:
    """Whether a reference lies in a definition that was touched."""
    parts = one.container.split(" > ")
    return any((one.path, " > ".join(parts[:depth])) in inside for depth in range(1, len(parts) + 1))


def _means(one: Reference, symbol: TouchedSymbol, others: Sequence[Symbol], known: _Files) -> bool:
    """Whether a reference surely means this definition."""
    owner = symbol.parent.rpartition(" > ")[2]
    if owner and owner in (one.qualifier, *one.container.split(" > ")) and one.path == symbol.path:
        return True
    if one.path == symbol.path:
        return not owner and not any(other.path == symbol.path for other in others)
    imports = known.imports(one.path)
    if symbol.how == "removed" and any(_from_gone(found, symbol) for found in imports):
        return True
    if owner:
        taken = any(_takes(found, owner, symbol.path) for found in imports)
        return (not others or one.qualifier == owner) and (taken or one.qualifier == owner)
    if one.qualifier:
        named = PurePosixPath(symbol.path)
        module = named.parent.name if named.stem in _PACKAGE else named.stem
        folder = f"{named.parent.as_posix()}/"
        return any(
            found.target in (symbol.path, folder)
            and one.qualifier.rpartition(".")[2] in (module, named.parent.name, *_locals(found))
            for found in imports
        )
    if others:
        return any(found.target == symbol.path and _takes(found, symbol.name, symbol.path) for found in imports)
    if one.language in _BY_FOLDER:
        return True
    return any(found.target and _takes(found, symbol.name, symbol.path) for found in imports)


def _takes(one: Import, name: str, path: str) -> bool:
    """Whether an import brings `name`, or the whole file that defines it."""
    named = {taken.partition(" as ")[0] for taken in one.names}
    return name in named or (one.target == path and (not named or "*" in named))


def _from_gone(one: Import, symbol: TouchedSymbol) -> bool:
    """Whether an import names what its file does not define any more: the file may be gone, and is no target then."""
    named = {taken.partition(" as ")[0] for taken in one.names}
    module = one.module.replace("::", ".").replace("/", ".").rpartition(".")[2]
    return (
        not one.target and symbol.container.partition(" > ")[0] in named and module == PurePosixPath(symbol.path).stem
    )


def _locals(one: Import) -> Iterable[str]:
    """What an importing file calls what it imports."""
    return (taken.rpartition(" as ")[2] for taken in one.names)


def _first_of_each(found: Iterable[Reference]) -> list[Reference]:
    firsts: dict[tuple[str, str], Reference] = {}
    for one in found:
        firsts.setdefault((one.path, one.container), one)
    return list(firsts.values())


class _Files:
    """What files say and import, each asked for once."""

    def __init__(self, index: Searches) -> None:
        self._index = index
        self._lines: dict[str, list[str]] = {}
        self._imports: dict[str, list[Import]] = {}

    def says(self, one: Reference) -> bool:
        """Whether the line of a reference still says its name: the index may be behind the file."""
        if one.path not in self._lines:
            self._lines[one.path] = split(normal(self._index.text(one.path)))
        lines = self._lines[one.path]
        return one.line <= len(lines) and one.name in lines[one.line - 1]

    def imports(self, path: str) -> list[Import]:
        """What a file imports."""
        if path not in self._imports:
            self._imports[path] = self._index.imports(path)
        return self._imports[path]
