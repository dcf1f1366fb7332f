"""Who defines, refers to, imports and inherits from what: answered from the chunks' own rows, in both directions.

Unsaved buffers stand before the store. Names are looked up in any case, exact ones first; nothing is kept in memory but
what the store keeps for its look-ups and the names of the files. Knows nothing of LanceDB, parsers or disks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from inglenook_indexer.symbols import facts, path_order, qualified_names
from inglenook_indexer.symbols.fact_reader import MOST, MOST_NARROW, FactReader, Row, Rows
from inglenook_indexer.symbols.import_graph import IMPORT, ImportGraph, Known, folder_of, renamed, resolved
from inglenook_indexer.symbols.import_keys import LANGUAGES, PYTHON, import_keys_of
from inglenook_indexer.symbols.path_order import Keep
from inglenook_indexer.symbols.resolve import Files, place
from inglenook_indexer.text.languages import language_of
from inglenook_indexer.types import Answer, Import, Reference, Symbol

T = TypeVar("T")
_MOST_FAR = 120  # rows read where few of them are likely to fit
_HOMES = 60  # definitions of a name that a file may mean
_TOP_NAMES = 60  # names of one file that imports of it may name
_BY_NAME = frozenset(("kotlin", "scala", "java", "csharp", "elixir", "php"))
"""Languages whose imports name what a file defines, not the file."""
_LESS = frozenset(("implementation", "declaration", "attribute", "variable", "field", "section"))
"""Kinds that are seldom what "where is X defined" asks for, if there is another."""


class SymbolGraph:
    """`paths` are the files that unsaved buffers shadow; `files` those of the index."""

    def __init__(
        self, stored: Rows, unsaved: Rows, paths: Callable[[], frozenset[str]], files: Callable[[], Files]
    ) -> None:
        self._reader = FactReader(stored, unsaved, paths)
        self._imports = ImportGraph(self._reader, files)
        self._files = files

    def definitions(
        self, name: str, *, kind: str = "", language: str = "", path: str = "", near: str = "", limit: int = 60
    ) -> Answer[Symbol]:
        """Where `name` (or `Class.method`) is defined, the likeliest first: as seen from the file `near`, if given."""
        *before, last = qualified_names.parts(name)
        keep = path_order.inside(path, language)

        def read(row: Row) -> list[Symbol]:
            found = facts.symbols(row["facts"], row["path"], row["language"], last.lower())
            return [one for one in found if kind in ("", one.kind) and qualified_names.belongs(one, before)]

        def exact(one: Symbol) -> bool:
            return one.name == last and qualified_names.belongs(one, before, exactly=True)

        ways: list[tuple[str, Keep | None]] = [(last, keep)]
        if before:  # a class of that name; else a file or a folder; else anything around it
            ways = [
                (f"{before[-1]}.{last}", keep),
                (last, path_order.both(keep, qualified_names.inside(before[-1]))),
                (last, keep),
            ]
        found: Answer[Symbol] = Answer()
        for key, kept in ways:
            found = self._reader.gather([facts.defined(key)], kept, read, lambda one: one.name == last, limit)
            if found:
                break
        read_before: Known = {}
        if near and not found.exact:  # what is near may lie further down than was read
            read_before = self._imports.of([near])
            known = {near, folder_of(near), *(one.target for one in read_before[near])}
            close = path_order.both(keep, lambda path, _: path in known or folder_of(path) in known)
            more = self._reader.gather([facts.defined(key)], close, read, exact, limit)
            found = Answer(dict.fromkeys([*more, *found]), found.total, exact=False)
        ranked = _exact(_exact(found, lambda one: one.name == last), exact)
        nearness = self._imports.nearness(last, near, {one.path for one in ranked}, read_before) if near else {}
        ranked.sort(key=lambda one: (nearness.get(one.path, 9), one.kind in _LESS, *path_order.of(one.path), one.line))
        return _cut(ranked, found, limit)

    def references(
        self,
        name: str,
        *,
        relation: str = "",
        language: str = "",
        path: str = "",
        defined_in: str = "",
        limit: int = 60,
    ) -> Answer[Reference]:
        """Who refers to `name`. `defined_in` keeps the files in which that name means the definition in that file."""
        *before, last = qualified_names.parts(name)
        owner = before[-1] if before else ""
        relations = (relation,) if relation else facts.RELATIONS

        def read(row: Row) -> list[Reference]:
            return facts.references(row["facts"], row["path"], row["language"], last, relations)

        def own(one: Reference) -> bool:
            return one.qualifier == owner or owner in one.container.split(" > ")

        def enough(one: Reference) -> bool:
            return one.name == last and not defined_in and (not owner or own(one))

        keys = [facts.mentioned(one, last) for one in relations]
        most = MOST_NARROW if owner or defined_in else MOST
        found = self._reader.gather(keys, path_order.inside(path, language), read, enough, limit, most)
        ranked = _exact(found, lambda one: one.name == last)
        if defined_in:
            defined = self.definitions(last, limit=_HOMES)
            homes = {defined_in, *(one.path for one in defined)}
            here = [one for one in defined if one.path == defined_in]
            is_member = not here or any(one.parent for one in here)
            places = set(map(_where, ranked))
            alone = {one.path for one in defined if not one.parent}
            behind = {one.path for one in defined} - alone if defined_in in alone else set()
            meant = self._imports.meaning(last, places, homes, defined_in, is_member=is_member, behind_dots=behind)
            ranked = [one for one in ranked if _where(one) in meant]
        ranked.sort(key=lambda one: (bool(owner) and not own(one), *path_order.of(one.path), one.line))
        return _cut(ranked, found, limit)

    def outline(self, path: str) -> list[Symbol]:
        """Every definition of a file, in order."""
        found = [
            one
            for row in self._reader.of_files(facts.within, [path])
            for one in facts.symbols(row["facts"], path, row["language"])
        ]
        return sorted(found, key=lambda one: (one.line, -one.end_line))

    def mentions(self, path: str, start_line: int, end_line: int) -> list[Reference]:
        """What the lines of a file refer to, imports apart, by line."""
        found = [
            one
            for row in self._reader.of_files(facts.within, [path])
            for one in facts.mentions(row["facts"], path, row["language"], start_line, end_line)
        ]
        return sorted(found, key=lambda one: one.line)

    def imports(self, path: str) -> list[Import]:
        """What a file imports, in order, each with the file it means."""
        return self._imports.of([path])[path]

    def importers(self, path: str, *, limit: int = 60) -> Answer[Import]:
        """Who imports a file: the imports that mean it, or the folder it is a part of."""
        files, language = self._files(), language_of(path)
        here, folder = place(path), path.rpartition("/")[0]
        names = {here.rpartition("/")[2], path.rpartition("/")[2].partition(".")[0], folder.rpartition("/")[2]} - {""}
        outline = self.outline(path) if language in _BY_NAME else []
        top = {one.name for one in outline[:_TOP_NAMES] if not one.parent or one.kind == "module"}
        keys = [facts.mentioned("import", name) for name in sorted(names | top)]
        if language in LANGUAGES:
            # Inside a Python package nothing is imported by its name alone: `import io` is not this project's `io`.
            packaged = language == PYTHON and f"{here.rpartition('/')[0]}/__init__.py" in files.paths
            keys = [facts.located(mark) for mark in import_keys_of(here) if "/" in mark or not packaged]
        said = {".", *(name.lower() for name in names)}
        said_by_name = said | {name.lower() for name in top}
        is_package = language == PYTHON and path.endswith("/__init__.py")

        def read(row: Row) -> Iterable[Import]:
            by_name = row["language"] in _BY_NAME
            if row["path"] == path:
                return
            for one in facts.imports(row["facts"], row["path"], said_by_name if by_name else said):
                if is_package and one.names and _names_package(one, row["language"], path, files):
                    yield Import(one.module, one.names, one.path, one.line, path)
                    continue
                for meant in resolved(one, row["language"], files):
                    if meant.target == path or (meant.target == f"{folder}/" and _takes(meant, top, by_name)):
                        yield meant

        # Another project beside this one may have a module of that name: its imports of that are read last; and where
        # it has the same file at the same place, as a copy has, not at all, for an import means what is nearest. A
        # package's own `__init__` is no such file: it goes by its folder's name, and most folders have one.
        project, _, rest = path.partition("/")
        around = f"{project}/" if rest else ""
        copies = language == PYTHON and rest != "__init__.py"

        def far(other: str, _: str) -> bool:
            copied = copies and f"{other.partition('/')[0]}/{rest}" in files.paths
            return not other.startswith(around) and not copied

        found = self._reader.gather(keys, lambda path, _: path.startswith(around), read, lambda _: True, limit)
        if len(found) < limit and around:
            more = self._reader.gather(keys, far, read, lambda _: True, limit, _MOST_FAR)
            found = Answer(dict.fromkeys([*found, *more]), exact=found.exact and more.exact)
        ranked = sorted(found, key=lambda one: (*path_order.of(one.path), one.line))
        # What was not read imports something of that name, but perhaps not this file.
        return _cut(ranked, Answer(found, exact=found.exact), limit)


def _exact(found: Sequence[T], exact: Callable[[T], bool]) -> list[T]:
    """Those that fit exactly, if any do; else all."""
    return [one for one in found if exact(one)] or list(found)


def _where(one: Reference) -> tuple[str, str]:
    """The file of a mention, and what stands before its dot."""
    return one.path, IMPORT if one.relation == "import" else one.qualifier


def _cut(ranked: Sequence[T], found: Answer[T], limit: int) -> Answer[T]:
    """The first of what was found. How many there are is known where all was read, and nothing else was left out."""
    if found.exact:
        return Answer(ranked[:limit], len(ranked))
    return Answer(ranked[:limit], found.total if len(ranked) == len(found) else len(ranked), exact=False)


def _names_package(one: Import, language: str, path: str, files: Files) -> bool:
    """Whether an import names a package, even where all that it takes of it are submodules."""
    return not one.module.startswith(".") and files.target(language, one.module, one.path) == path


def _takes(one: Import, top: set[str], by_name: bool) -> bool:
    """Whether an import of a folder takes this file's part of it."""
    if not by_name or "*" in one.names or not one.names:
        return True
    return any(renamed(name)[0] in top for name in one.names)
