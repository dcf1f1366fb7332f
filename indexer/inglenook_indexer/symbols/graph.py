"""Who defines, refers to, imports and inherits from what: answered from the chunks' own rows, in both directions.

Unsaved buffers stand before the store. Names are looked up in any case, exact ones first; nothing is kept in memory but
what the store keeps for its look-ups and the names of the files. Knows nothing of LanceDB, parsers or disks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from itertools import chain
from typing import Any, Protocol

from inglenook_indexer.languages import language_of
from inglenook_indexer.symbols import facts
from inglenook_indexer.symbols.landmarks import LANGUAGES, landmarks_of
from inglenook_indexer.symbols.resolve import Files, place
from inglenook_indexer.types import Import, Reference, Symbol

_ROWS = 60  # rows looked at for one key where nothing narrows the question: some 2 ms
_ROWS_NARROW = 1500  # where a filter follows
_ROWS_IMPORTERS = 600
_TOP_NAMES = 60  # names of one file that imports of it may name
_CHASE = 4  # re-exports followed one after the other
_BY_NAME = frozenset(("kotlin", "scala", "java", "csharp", "elixir", "php"))
"""Languages whose imports name what a file defines, not the file."""
_SPLIT = re.compile(r"::|->|[.#\\/>\s]+")
_TESTS = re.compile(r"(?:^|/)(?:tests?|testing|specs?|__tests__|examples?|docs?)/|(?:^|/)test_|[._]test\.|_spec\.")
_LESS = frozenset(("implementation", "declaration", "attribute", "variable", "field", "section"))
"""Kinds that are seldom what "where is X defined" asks for, if there is another."""

Row = Mapping[str, Any]


class Rows(Protocol):
    """Whatever has rows of path, language and facts by their keys: the store, the unsaved buffers."""

    def having(self, keys: Sequence[int], limit: int) -> Sequence[Row]:
        """At most `limit` rows for each key."""
        ...


class SymbolGraph:
    """`paths` are the files that unsaved buffers shadow; `files` those of the index."""

    def __init__(
        self, stored: Rows, unsaved: Rows, paths: Callable[[], frozenset[str]], files: Callable[[], Files]
    ) -> None:
        self._stored = stored
        self._unsaved = unsaved
        self._paths = paths
        self._files = files

    def definitions(
        self, name: str, *, kind: str = "", language: str = "", path: str = "", near: str = "", limit: int = 60
    ) -> list[Symbol]:
        """Where `name` (or `Class.method`) is defined, the likeliest first: as seen from the file `near`, if given."""
        *before, last = _parts(name)
        rows = self._rows([facts.defined(".".join((before[-1], last)))], _ROWS_NARROW) if before else []
        if not rows:  # no class of that name: a module, or nothing before it at all
            narrow = kind or language or path or before
            rows = self._rows([facts.defined(last)], _ROWS_NARROW if narrow else max(_ROWS, limit))
        found = [
            one
            for row in rows
            if _inside(row, path, language)
            for one in facts.symbols(row["facts"], row["path"], row["language"], last.lower())
            if not kind or one.kind == kind
        ]
        found = _exact(found, lambda one: one.name == last)
        if before:
            found = _exact([one for one in found if _belongs(one, before)], lambda one: _belongs(one, before, True))
        order = self._nearness(last, near, found) if near else {}
        found.sort(key=lambda one: (order.get(one.path, 9), one.kind in _LESS, bool(_TESTS.search(one.path)),
                                    one.path, one.line))  # fmt: skip
        return found[:limit]

    def references(
        self,
        name: str,
        *,
        relation: str = "",
        language: str = "",
        path: str = "",
        defined_in: str = "",
        limit: int = 60,
    ) -> list[Reference]:
        """Who refers to `name`. `defined_in` keeps the files in which that name means the definition in that file."""
        *before, last = _parts(name)
        relations = (relation,) if relation else facts.RELATIONS
        narrow = language or path or defined_in or before
        rows = self._rows(
            [facts.mentioned(one, last) for one in relations], _ROWS_NARROW if narrow else max(_ROWS, limit)
        )
        found = [
            one
            for row in rows
            if _inside(row, path, language)
            for one in facts.references(row["facts"], row["path"], row["language"], last, relations)
        ]
        found = _exact(found, lambda one: one.name == last)
        if defined_in:
            meant = self._meaning(last, {one.path for one in found}, defined_in)
            found = [one for one in found if one.path in meant]
        owner = before[-1] if before else ""

        def order(one: Reference) -> tuple[bool, bool, str, int]:
            own = owner and (one.qualifier == owner or owner in one.container.split(" > "))
            return not own, bool(_TESTS.search(one.path)), one.path, one.line

        return sorted(found, key=order)[:limit]

    def outline(self, path: str) -> list[Symbol]:
        """Every definition of a file, in order."""
        rows = self._rows([facts.within(path)], _ROWS_NARROW)
        found = [
            one for row in rows if row["path"] == path for one in facts.symbols(row["facts"], path, row["language"])
        ]
        return sorted(found, key=lambda one: (one.line, -one.end_line))

    def imports(self, path: str) -> list[Import]:
        """What a file imports, in order, each with the file it means."""
        files = self._files()
        rows = self._rows([facts.importing(path)], _ROWS_NARROW)
        found = [self._resolved(one, row["language"], files) for row in rows if row["path"] == path
                 for one in facts.imports(row["facts"], path)]  # fmt: skip
        return sorted(chain.from_iterable(found), key=lambda one: one.line)

    def importers(self, path: str, *, limit: int = 60) -> list[Import]:
        """Who imports a file: the imports that mean it, or the folder it is a part of."""
        files, language = self._files(), language_of(path)
        here, folder = place(path), path.rpartition("/")[0]
        names = {here.rpartition("/")[2], path.rpartition("/")[2].partition(".")[0], folder.rpartition("/")[2]} - {""}
        outline = self.outline(path) if language in _BY_NAME else []
        top = {one.name for one in outline[:_TOP_NAMES] if not one.parent or one.kind == "module"}
        keys = [facts.mentioned("import", name) for name in sorted(names | top)]
        if language in LANGUAGES:
            keys = [facts.located(mark) for mark in landmarks_of(here)]
        found = []
        for row in self._rows(keys, _ROWS_IMPORTERS):
            by_name = row["language"] in _BY_NAME
            for one in facts.imports(row["facts"], row["path"]):
                if one.path == path or not (language in LANGUAGES or _may_mean(one, names, top if by_name else set())):
                    continue
                for meant in self._resolved(one, row["language"], files):
                    if meant.target == path or (meant.target == f"{folder}/" and _takes(meant, top, by_name)):
                        found.append(meant)
        found = list(dict.fromkeys(found))
        return sorted(found, key=lambda one: (bool(_TESTS.search(one.path)), one.path, one.line))[:limit]

    def _rows(self, keys: Sequence[int], limit: int) -> list[Row]:
        """Rows with one of the keys, of the store where no buffer shadows it, and of the buffers."""
        shadowed = self._paths()
        rows = [row for row in self._stored.having(keys, limit) if row["path"] not in shadowed]
        return [*rows, *self._unsaved.having(keys, limit)] if shadowed else rows

    def _resolved(self, one: Import, language: str, files: Files) -> list[Import]:
        """An import with its target; a name that is a submodule is an import of its own."""
        target = files.target(language, one.module, one.path)
        rest, split = [], []
        for name in one.names:
            plain = name.partition(" as ")[0]
            member = files.member(language, target, plain) if target else ""
            if not member and language == "python" and not one.module.strip("."):
                member = files.target(language, one.module + plain, one.path)
            if member and member != target:
                split.append(Import(one.module, (name,), one.path, one.line, member))
            else:
                rest.append(name)
        if rest or not split:
            split.append(Import(one.module, tuple(rest), one.path, one.line, target))
        return split

    def _nearness(self, name: str, near: str, found: Sequence[Symbol]) -> dict[str, int]:
        """Path of a definition -> how near it is to a file: the same, imported by it, in its folder, anywhere."""
        homes = {one.path for one in found}
        order = {path: 2 for path in homes if path.rpartition("/")[0] == near.rpartition("/")[0]}
        order |= dict.fromkeys(self._imported(name, near, homes), 1)
        return order | ({near: 0} if near in homes else {})

    def _meaning(self, name: str, paths: Iterable[str], home: str) -> set[str]:
        """Those of `paths` in which `name` means its definition in `home`."""
        homes = {one.path for one in self.definitions(name, limit=_ROWS)}
        meant = set()
        for path in paths:
            if path == home or (path not in homes and self._means(name, path, homes, home)):
                meant.add(path)
        return meant

    def _means(self, name: str, path: str, homes: set[str], home: str) -> bool:
        imported = self._imported(name, path, homes)
        if imported:
            return home in imported
        folder = path.rpartition("/")[0]
        siblings = {one for one in homes if one.rpartition("/")[0] == folder}
        return home in siblings if siblings else homes == {home}

    def _imported(self, name: str, path: str, homes: set[str]) -> set[str]:
        """Those of `homes` that a file's imports lead to for `name`, through re-exports where need be."""
        seen, level = {path}, {(path, name)}
        for _ in range(_CHASE):
            following: set[tuple[str, str]] = set()
            for file, wanted in sorted(level):
                for one in self.imports(file):
                    taken = {original for original, local in map(_renamed, one.names) if local == wanted}
                    if one.target and (taken or "*" in one.names or not one.names or one.target.endswith("/")):
                        following.add((one.target, next(iter(taken), wanted)))
            direct = {home for home in homes for target, _ in following if target in (home, _folder(home))}
            if direct:
                return direct
            level = {(file, wanted) for file, wanted in following if file not in seen and not file.endswith("/")}
            seen |= {file for file, _ in level}
        return set()


def _parts(name: str) -> list[str]:
    """`Class.method`, `a::b`, `A#b` in parts, of which there is at least one."""
    return [part for part in _SPLIT.split(name.strip().removesuffix("()")) if part] or [""]


def _exact(found: list[Any], exact: Callable[[Any], bool]) -> list[Any]:
    """Those that fit exactly, if any do; else all."""
    return [one for one in found if exact(one)] or found


def _belongs(one: Symbol, before: Sequence[str], exactly: bool = False) -> bool:
    """Whether what stands before the dot says where a symbol is: its classes, and the folders and file around them."""
    around = [re.sub(r"<.*", "", part) for part in _SPLIT.split(one.parent) if part]
    if exactly:
        return around[-len(before) :] == list(before)
    rest = iter([part.lower() for part in (*place(one.path).split("/"), *around)])
    return all(part.lower() in rest for part in before)


def _inside(row: Row, path: str, language: str) -> bool:
    """Whether a row passes the filters, as those of a search do."""
    if language and row["language"] != language:
        return False
    clean = path.removeprefix("./").rstrip("/")
    if not clean or clean == ".":
        return True
    return (
        fnmatchcase(row["path"], clean) if "*" in clean else row["path"] == clean or row["path"].startswith(f"{clean}/")
    )


def _may_mean(one: Import, names: set[str], top: set[str]) -> bool:
    """Whether an import is worth resolving: it says the name of the file, of its folder, or of what it defines."""
    said = {facts.last_part(word).lower() for word in (one.module, *one.names)}
    return bool(said & {"."} or said & {name.lower() for name in names | top})


def _takes(one: Import, top: set[str], by_name: bool) -> bool:
    """Whether an import of a folder takes this file's part of it."""
    if not by_name or "*" in one.names or not one.names:
        return True
    return any(_renamed(name)[0] in top for name in one.names)


def _renamed(name: str) -> tuple[str, str]:
    """`a as b` -> (a, b); `a` -> (a, a)."""
    original, _, local = name.partition(" as ")
    return original, local or original


def _folder(path: str) -> str:
    return f"{path.rpartition('/')[0]}/"
