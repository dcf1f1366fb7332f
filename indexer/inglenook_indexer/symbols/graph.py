"""Who defines, refers to, imports and inherits from what: answered from the chunks' own rows, in both directions.

Unsaved buffers stand before the store. Names are looked up in any case, exact ones first; nothing is kept in memory but
what the store keeps for its look-ups and the names of the files. Knows nothing of LanceDB, parsers or disks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from inglenook_indexer.languages import language_of
from inglenook_indexer.symbols import facts, order
from inglenook_indexer.symbols.landmarks import LANGUAGES, PYTHON, landmarks_of
from inglenook_indexer.symbols.order import Keep
from inglenook_indexer.symbols.resolve import Files, place
from inglenook_indexer.types import Answer, Import, Reference, Symbol

T = TypeVar("T")
_PAGE = 60  # rows read at first, of which each has an answer most of the time; then twice as many: 2 ms
_MOST = 700  # rows read for one answer; beyond that it says that it is not whole
_MOST_NARROW = 1500  # where few of the rows fit: what narrows a question is seen in the rows alone
_MOST_FAR = 120  # where few of the rows are likely to fit
_HOMES = 60  # definitions of a name that a file may mean
_TOP_NAMES = 60  # names of one file that imports of it may name
_CHASE = 4  # re-exports followed one after the other
_BY_NAME = frozenset(("kotlin", "scala", "java", "csharp", "elixir", "php"))
"""Languages whose imports name what a file defines, not the file."""
_SPLIT = re.compile(r"::|->|[.#\\/>\s]+")
_LESS = frozenset(("implementation", "declaration", "attribute", "variable", "field", "section"))
"""Kinds that are seldom what "where is X defined" asks for, if there is another."""

Row = Mapping[str, Any]


class Rows(Protocol):
    """Whatever has rows of path, language and facts by their keys: the store, the unsaved buffers."""

    def having(
        self, keys: Sequence[int], limit: int, skip: int = 0, keep: Keep | None = None
    ) -> tuple[Sequence[Row], int]:
        """`limit` rows after the first `skip`, by `order.of` their files; and how many there are that `keep` keeps."""
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
    ) -> Answer[Symbol]:
        """Where `name` (or `Class.method`) is defined, the likeliest first: as seen from the file `near`, if given."""
        *before, last = _parts(name)
        keep = order.inside(path, language)

        def read(row: Row) -> list[Symbol]:
            found = facts.symbols(row["facts"], row["path"], row["language"], last.lower())
            return [one for one in found if kind in ("", one.kind) and (not before or _belongs(one, before))]

        def exact(one: Symbol) -> bool:
            return one.name == last and (not before or _belongs(one, before, True))

        ways: list[tuple[str, Keep | None]] = [(last, keep)]
        if before:  # a class of that name; else a file or a folder; else anything around it
            ways = [(f"{before[-1]}.{last}", keep), (last, order.both(keep, _around(before[-1]))), (last, keep)]
        found: Answer[Symbol] = Answer()
        for key, kept in ways:
            found = self._gather([facts.defined(key)], kept, read, lambda one: one.name == last, limit)
            if found:
                break
        read_before: dict[str, list[Import]] = {}
        if near and not found.exact:  # what is near may lie further down than was read
            read_before = self._imports([near])
            known = {near, _folder(near), *(one.target for one in read_before[near])}
            close = order.both(keep, lambda path, _: path in known or _folder(path) in known)
            more = self._gather([facts.defined(key)], close, read, exact, limit)
            found = Answer(dict.fromkeys([*more, *found]), found.total, exact=False)
        ranked = _exact(_exact(found, lambda one: one.name == last), exact)
        nearness = self._nearness(last, near, ranked, read_before) if near else {}
        ranked.sort(key=lambda one: (nearness.get(one.path, 9), one.kind in _LESS, *order.of(one.path), one.line))
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
        *before, last = _parts(name)
        owner = before[-1] if before else ""
        relations = (relation,) if relation else facts.RELATIONS

        def read(row: Row) -> list[Reference]:
            return facts.references(row["facts"], row["path"], row["language"], last, relations)

        def own(one: Reference) -> bool:
            return one.qualifier == owner or owner in one.container.split(" > ")

        def enough(one: Reference) -> bool:
            return one.name == last and not defined_in and (not owner or own(one))

        keys = [facts.mentioned(one, last) for one in relations]
        most = _MOST_NARROW if owner or defined_in else _MOST
        found = self._gather(keys, order.inside(path, language), read, enough, limit, most)
        ranked = _exact(found, lambda one: one.name == last)
        if defined_in:
            meant = self._meaning(last, {one.path for one in ranked}, defined_in)
            ranked = [one for one in ranked if one.path in meant]
        ranked.sort(key=lambda one: (bool(owner) and not own(one), *order.of(one.path), one.line))
        return _cut(ranked, found, limit)

    def outline(self, path: str) -> list[Symbol]:
        """Every definition of a file, in order."""
        found = [
            one
            for row in self._of_files(facts.within, [path])
            for one in facts.symbols(row["facts"], path, row["language"])
        ]
        return sorted(found, key=lambda one: (one.line, -one.end_line))

    def imports(self, path: str) -> list[Import]:
        """What a file imports, in order, each with the file it means."""
        return self._imports([path])[path]

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
            keys = [facts.located(mark) for mark in landmarks_of(here) if "/" in mark or not packaged]
        said = {".", *(name.lower() for name in names)}
        said_by_name = said | {name.lower() for name in top}

        def read(row: Row) -> Iterable[Import]:
            by_name = row["language"] in _BY_NAME
            if row["path"] == path:
                return
            for one in facts.imports(row["facts"], row["path"], said_by_name if by_name else said):
                for meant in self._resolved(one, row["language"], files):
                    if meant.target == path or (meant.target == f"{folder}/" and _takes(meant, top, by_name)):
                        yield meant

        # Another project beside this one may have a module of that name: its imports of that are read last; and where
        # it has the same file at the same place, as a copy has, not at all, for an import means what is nearest.
        project, _, rest = path.partition("/")
        around = f"{project}/" if rest else ""

        def far(other: str, _: str) -> bool:
            copied = language == PYTHON and f"{other.partition('/')[0]}/{rest}" in files.paths
            return not other.startswith(around) and not copied

        found = self._gather(keys, lambda path, _: path.startswith(around), read, lambda _: True, limit)
        if len(found) < limit and around:
            more = self._gather(keys, far, read, lambda _: True, limit, _MOST_FAR)
            found = Answer(dict.fromkeys([*found, *more]), exact=found.exact and more.exact)
        ranked = sorted(found, key=lambda one: (*order.of(one.path), one.line))
        # What was not read imports something of that name, but perhaps not this file.
        return _cut(ranked, Answer(found, exact=found.exact), limit)

    def _gather(
        self,
        keys: Sequence[int],
        keep: Keep | None,
        read: Callable[[Row], Iterable[T]],
        counts: Callable[[T], bool],
        limit: int,
        most: int = _MOST,
    ) -> Answer[T]:
        """What is read in the rows that have one of the keys, page by page until `limit` of it counts."""
        found: dict[T, None] = {}
        seen, page, total = 0, max(_PAGE, limit), 1
        while seen < min(total, most) and sum(map(counts, found)) < limit:
            page = min(page, most - seen)
            rows, total = self._rows(keys, page, seen, keep)
            seen += page
            page *= 2
            for row in rows:
                found.update(dict.fromkeys(read(row)))
        return Answer(found, len(found) + max(0, total - seen), exact=seen >= total)

    def _rows(self, keys: Sequence[int], limit: int, skip: int, keep: Keep | None) -> tuple[list[Row], int]:
        """Some rows with one of the keys, of the store where no buffer shadows it; with the first, all of the buffers.

        And how many there are.
        """
        shadowed = self._paths()
        if not shadowed:
            rows, total = self._stored.having(keys, limit, skip, keep)
            return list(rows), total
        rows, total = self._stored.having(keys, limit, skip, order.both(keep, lambda path, _: path not in shadowed))
        unsaved, more = self._unsaved.having(keys, _MOST_NARROW, 0, keep)
        return [*(unsaved if not skip else ()), *rows], total + more

    def _of_files(self, key: Callable[[str], int], paths: Sequence[str]) -> list[Row]:
        """All rows of some files that have the key which `key` makes of the path."""
        wanted = frozenset(paths)
        keys = [key(path) for path in wanted]
        return self._rows(keys, _MOST_NARROW * len(keys), 0, lambda path, _: path in wanted)[0]

    def _imports(self, paths: Sequence[str]) -> dict[str, list[Import]]:
        """What each of some files imports, in order."""
        files = self._files()
        found: dict[str, list[Import]] = {path: [] for path in paths}
        for row in self._of_files(facts.importing, paths):
            for one in facts.imports(row["facts"], row["path"]):
                found[row["path"]] += self._resolved(one, row["language"], files)
        return {path: sorted(some, key=lambda one: one.line) for path, some in found.items()}

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

    def _nearness(
        self, name: str, near: str, found: Sequence[Symbol], known: dict[str, list[Import]]
    ) -> dict[str, int]:
        """Path of a definition -> how near it is to a file: the same, imported by it, in its folder, anywhere."""
        homes = {one.path for one in found}
        nearness = {path: 2 for path in homes if _folder(path) == _folder(near)}
        nearness |= dict.fromkeys(self._imported(name, near, homes, known), 1)
        return nearness | ({near: 0} if near in homes else {})

    def _meaning(self, name: str, paths: Iterable[str], home: str) -> set[str]:
        """Those of `paths` in which `name` means its definition in `home`."""
        homes = {home, *(one.path for one in self.definitions(name, limit=_HOMES))}
        unsure = [path for path in paths if path != home and path not in homes]
        known = self._imports(unsure) if unsure else {}
        return {home, *(path for path in unsure if self._means(name, path, homes, home, known))}

    def _means(self, name: str, path: str, homes: set[str], home: str, known: dict[str, list[Import]]) -> bool:
        imported = self._imported(name, path, homes, known)
        if imported:
            return home in imported
        siblings = {one for one in homes if _folder(one) == _folder(path)}
        return home in siblings if siblings else homes == {home}

    def _imported(self, name: str, path: str, homes: set[str], known: dict[str, list[Import]]) -> set[str]:
        """Those of `homes` that a file's imports lead to for `name`, through re-exports where need be.

        `known` are imports that were read before, by file; what is read is added.
        """
        seen, level = {path}, {(path, name)}
        for _ in range(_CHASE):
            new = sorted({file for file, _ in level} - set(known))
            if new:
                known |= self._imports(new)
            following: set[tuple[str, str]] = set()
            for file, wanted in level:
                for one in known[file]:
                    taken = {original for original, local in map(_renamed, one.names) if local == wanted}
                    if one.target and (taken or "*" in one.names or not one.names or one.target.endswith("/")):
                        following.add((one.target, min(taken, default=wanted)))
            direct = {home for home in homes for target, _ in following if target in (home, _folder(home))}
            if direct:
                return direct
            level = {(file, wanted) for file, wanted in following if file not in seen and not file.endswith("/")}
            seen |= {file for file, _ in level}
        return set()


def _parts(name: str) -> list[str]:
    """`Class.method`, `a::b`, `A#b` in parts, of which there is at least one."""
    return [part for part in _SPLIT.split(name.strip().removesuffix("()")) if part] or [""]


def _exact(found: Sequence[T], exact: Callable[[T], bool]) -> list[T]:
    """Those that fit exactly, if any do; else all."""
    return [one for one in found if exact(one)] or list(found)


def _belongs(one: Symbol, before: Sequence[str], exactly: bool = False) -> bool:
    """Whether what stands before the dot says where a symbol is: its classes, and the folders and file around them."""
    around = [re.sub(r"<.*", "", part) for part in _SPLIT.split(one.parent) if part]
    if exactly:
        return around[-len(before) :] == list(before)
    rest = iter([part.lower() for part in (*place(one.path).split("/"), *around)])
    return all(part.lower() in rest for part in before)


def _around(part: str) -> Keep:
    """Files that are called so, or lie in a folder that is."""
    wanted = part.lower()
    return lambda path, _: wanted in place(path).lower().split("/")


def _cut(ranked: Sequence[T], found: Answer[T], limit: int) -> Answer[T]:
    """The first of what was found. How many there are is known where all was read, and nothing else was left out."""
    if found.exact:
        return Answer(ranked[:limit], len(ranked))
    return Answer(ranked[:limit], found.total if len(ranked) == len(found) else len(ranked), exact=False)


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
