"""Imports followed from file to file, to the definition that a name means. Knows no language's rules: `resolve` does.

Re-exports are followed where need be.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

from inglenook_indexer.symbols import facts
from inglenook_indexer.symbols.fact_reader import FactReader
from inglenook_indexer.symbols.import_keys import LANGUAGES
from inglenook_indexer.symbols.resolve import Files
from inglenook_indexer.text.languages import language_of
from inglenook_indexer.types import Import

Known = dict[str, list[Import]]
"""Imports that were read before, by file: whoever is given it adds what is read."""
Place = tuple[str, str]
"""A file, and a name in it: what stands before the dot (or nothing), or what is wanted of it."""
IMPORT = "import"
"""What stands in a place instead, where it is an import: no name of code is this word."""
_CHASE = 4  # re-exports followed one after the other


class ImportGraph:
    """`files` are those of the index, as of now. The `homes` of a name are the files that define it."""

    def __init__(self, reader: FactReader, files: Callable[[], Files]) -> None:
        self._reader = reader
        self._files = files

    def of(self, paths: Sequence[str]) -> Known:
        """What each of some files imports, in order, with the file that each means."""
        files = self._files()
        found: Known = {path: [] for path in paths}
        for row in self._reader.of_files(facts.importing, paths):
            for one in facts.imports(row["facts"], row["path"]):
                found[row["path"]] += resolved(one, row["language"], files)
        return {path: sorted(some, key=lambda one: one.line) for path, some in found.items()}

    def nearness(self, name: str, near: str, homes: set[str], known: Known) -> dict[str, int]:
        """Home -> how near it is to a file: the same, imported by it, in its folder; others are left out."""
        nearness = {path: 2 for path in homes if folder_of(path) == folder_of(near)}
        nearness |= dict.fromkeys(self._imported(name, near, homes, known), 1)
        return nearness | ({near: 0} if near in homes else {})

    def meaning(
        self,
        name: str,
        places: Collection[Place],
        homes: set[str],
        home: str,
        *,
        is_member: bool = True,
        behind_dots: Collection[str] = (),
    ) -> set[Place]:
        """Those of `places` in which `name` means its definition in `home`, which is one of `homes`.

        `is_member` says that it may be a method there, which is called on values. The homes `behind_dots` define
        nothing but methods and fields of that name, so that the name alone means what they import, if they do.
        """
        known = self.of(sorted({path for path, before in places if before or path not in homes} | {*behind_dots}))
        shadowed = {path for path in behind_dots if language_of(path) in LANGUAGES}
        return {one for one in places if self._means(name, *one, homes, home, known, is_member, shadowed)}

    def _means(
        self,
        name: str,
        path: str,
        before: str,
        homes: set[str],
        home: str,
        known: Known,
        is_member: bool,
        shadowed: set[str],
    ) -> bool:
        if before == IMPORT or (not before and path in shadowed):
            imported = self._imported(name, path, homes, known)
            if imported or path in homes:
                return home in imported
            before = ""
        through = [one for one in known[path] if _binds(one, before)] if before else []
        on_value = not through and not is_member and language_of(path) in LANGUAGES
        if before and (through or on_value):
            # What stands before the dot is imported, as `models.Model` is. Or it is a value, as `Math.round` is, or a
            # module that `require` gave a name which is not known.
            through = through or [one for one in known[path] if not one.names]
            return home in self._reached({(one.target, name) for one in through if one.target}, {path}, homes, known)
        if path in homes:
            return path == home
        imported = self._imported(name, path, homes, known)
        if imported:
            return home in imported
        siblings = {one for one in homes if folder_of(one) == folder_of(path)}
        return home in siblings if siblings else homes == {home}

    def _imported(self, name: str, path: str, homes: set[str], known: Known) -> set[str]:
        """Those of `homes` that a file's imports lead to for `name`."""
        return self._reached(self._taken({(path, name)}, known), {path}, homes, known)

    def _reached(self, wanted: set[Place], seen: set[str], homes: set[str], known: Known) -> set[str]:
        """Those of `homes` that are meant by names in files, (file, name) each, or by what these import as such."""
        for step in range(_CHASE):
            direct = {home for home in homes for target, _ in wanted if target in (home, folder_of(home))}
            if direct or step == _CHASE - 1:
                return direct
            level = {(file, name) for file, name in wanted if file not in seen and not file.endswith("/")}
            seen |= {file for file, _ in level}
            wanted = self._taken(level, known)
        return set()

    def _taken(self, level: set[Place], known: Known) -> set[Place]:
        """(file, name) of what these files import by the names that are wanted of them."""
        if new := sorted({file for file, _ in level} - set(known)):
            known |= self.of(new)
        following: set[Place] = set()
        for file, wanted in level:
            for one in known[file]:
                taken = {original for original, local in map(renamed, one.names) if local == wanted}
                if one.target and (taken or "*" in one.names or not one.names or one.target.endswith("/")):
                    following.add((one.target, min(taken, default=wanted)))
        return following


def _binds(one: Import, local: str) -> bool:
    """Whether an import gives its file the name `local`."""
    if any(renamed(name)[1] == local for name in one.names):
        return True
    return not one.names and facts.last_part(one.module) == local


def resolved(one: Import, language: str, files: Files) -> list[Import]:
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


def renamed(name: str) -> tuple[str, str]:
    """`a as b` -> (a, b); `a` -> (a, a)."""
    original, _, local = name.partition(" as ")
    return original, local or original


def folder_of(path: str) -> str:
    """A file's folder, as the target of an import names it: with a slash at its end."""
    return f"{path.rpartition('/')[0]}/"
