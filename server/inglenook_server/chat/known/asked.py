"""A question with the index that it is put to, and what it is about: symbols, files or folders. Knows no answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from inglenook_indexer.symbols import path_order, qualified_names
from inglenook_indexer.symbols.resolve import place
from inglenook_indexer.text.languages import language_of
from inglenook_indexer.text.words import looks_like_symbol
from inglenook_indexer.types import Answer

from inglenook_server.chat.known.draft import Draft
from inglenook_server.chat.known.kinds import FUNCTIONS, TYPES, VALUES, is_member
from inglenook_server.chat.known.namesakes import told_apart
from inglenook_server.chat.questions.forms import Question

if TYPE_CHECKING:
    from inglenook_indexer.types import Import, Symbol

    from inglenook_server.workspace.workspace import Searches

MOST = 600
"""Places that are asked for: they are counted, and the first of them shown."""
_NARROW = 8
"""Files and folders, at most, that one path may mean."""
_EDGES = "`'\"“”„‘’«»「」『』 \t\n?!,;"
_PROMISES = frozenset(("interface", "type"))
_OF_FILES = frozenset(("importers", "imports", "contents"))
"""Forms in which a dotted name is a module rather than a method."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a question is about; nothing of it where the index has nothing of that name."""

    symbols: tuple[Symbol, ...] = ()
    """The likeliest first."""
    also: tuple[Symbol, ...] = ()
    """Declarations and implementations beside them."""
    total: int = 0
    """How many symbols there are; where not `exact`, at least so many."""
    exact: bool = True
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    elsewhere: tuple[Symbol, ...] = ()
    """Symbols of that name that are not where the question narrows itself to."""


@dataclass(frozen=True)
class Asked:
    """One question. `near` is the path of the file that the user is in."""

    question: Question
    index: Searches
    near: str = ""
    name: str = field(init=False, default="")
    """The subject without quotation marks and call brackets."""

    _lines: dict[str, list[str]] = field(init=False, default_factory=dict, repr=False, compare=False)
    _imports: dict[str, list[Import]] = field(init=False, default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", bare(self.question.subject))

    @property
    def last(self) -> str:
        """The name without what stands before its dot."""
        return qualified_names.parts(self.name)[-1]

    @property
    def is_codelike(self) -> bool:
        """Whether the name is written as names in code or paths are, or the question says what it is."""
        if self.question.kind and " " not in self.name:
            return True
        return (
            looks_like_symbol(self.question.subject.strip(_EDGES))
            or _is_path(self.name)
            or "`" in self.question.subject
        )

    @property
    def is_about_path(self) -> bool:
        """Whether the subject is a file or a folder, by what the question says or how it is written."""
        if self.question.kind in ("file", "folder") or "/" in self.name:
            return True
        return self.question.form in _OF_FILES and _is_path(self.name)

    def draft(self, subject: str = "") -> Draft:
        """An answer to begin with."""
        return Draft(self.question.language, subject or self.name)

    @cached_property
    def files(self) -> list[str]:
        """The indexed files."""
        return self.index.files()

    @cached_property
    def subject(self) -> Subject:
        """What the question is about. Raises what the index raises."""
        if self.question.form in _OF_FILES and "." in self.name and not _is_path(self.name):
            files, folders = self.paths(re.sub(r"::|\.", "/", self.name))
            if files or folders:
                return _of_module(self.question.form, files, folders)
        if self.question.kind in ("file", "folder") or _is_path(self.name):
            files, folders = self.paths(self.name)
            if folders and (self.question.kind == "folder" or not _is_file(self.name)):
                files = ()
            elif files:
                folders = ()
            if files or folders or self.question.kind in ("file", "folder"):
                return Subject(files=files, folders=folders)
        found = self._symbols()
        named = (*found.symbols, *found.elsewhere)
        if self.question.form in _OF_FILES:
            named = tuple(one for one in named if one.name == self.last)
        if not named and re.fullmatch(r"[\w.:/-]+", self.name):
            files, folders = self.paths(re.sub(r"::|\.", "/", self.name))
            if files or folders:
                return _of_module(self.question.form, files, folders)
        return found

    def lines(self, path: str) -> list[str]:
        """The lines of an indexed file, read once for an answer."""
        if path not in self._lines:
            self._lines[path] = self.index.text(path).split("\n")
        return self._lines[path]

    def imports(self, path: str) -> list[Import]:
        """What an indexed file imports, read once for an answer."""
        if path not in self._imports:
            self._imports[path] = self.index.imports(path)
        return self._imports[path]

    def files_in(self, folder: str) -> list[str]:
        """The indexed files of a folder and those below it; of the root, all."""
        return [path for path in self.files if not folder or path.startswith(f"{folder}/")]

    def paths(self, written: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Files and folders that are called so: exactly, else by how their paths end, with or without their ending."""
        wanted = written.removeprefix("./").strip("/")
        if not wanted or wanted == ".":
            return (), ("",) if written else ()
        folders = {folder for inside in {path.rpartition("/")[0] for path in self.files} for folder in _folders(inside)}
        exact = [path for path in self.files if path == wanted]
        named = exact or [path for path in self.files if path.endswith(f"/{wanted}")]
        named = named or [path for path in self.files if (here := place(path)) == wanted or here.endswith(f"/{wanted}")]
        inside = [wanted] if wanted in folders else sorted(one for one in folders if one.endswith(f"/{wanted}"))
        return tuple(sorted(named, key=self._path_order)), tuple(inside)

    @cached_property
    def narrowed(self) -> tuple[str, ...] | None:
        """The files and folders that the question narrows itself to; None where it does not, or names none of these."""
        if not self.question.path:
            return None
        files, folders = self.paths(bare(self.question.path))
        return (*files, *folders) or None

    def is_within(self, path: str) -> bool:
        """Whether a file lies where the question narrows itself to."""
        narrowed = self.narrowed
        return narrowed is None or any(one in ("", path) or path.startswith(f"{one}/") for one in narrowed)

    def _symbols(self) -> Subject:
        narrowed = self.narrowed
        found = self._defined(narrowed or ("",))
        elsewhere = self._defined(("",) if narrowed is not None and not found else ())
        elsewhere.sort(key=self._likeliness)
        symbols, also = told_apart(found)
        symbols.sort(key=self._likeliness)
        if len(symbols) > 1:
            symbols.sort(key=self._only_promises)
        left_out = len(found) - len(symbols)
        total = max(found.total - left_out, len(symbols))
        return Subject(tuple(symbols), tuple(also), total, found.exact, elsewhere=tuple(elsewhere))

    def _defined(self, places: Sequence[str]) -> Answer[Symbol]:
        """What has the name in these files and folders, of the kind that the question says if there is one."""
        parts = [self.index.definitions(self.name, path=one, near=self.near, limit=MOST) for one in places[:_NARROW]]
        found = Answer([one for part in parts for one in part], sum(part.total for part in parts))
        found.exact = all(part.exact for part in parts)
        for kinds in _kinds(self.question.kind):
            if kept := [one for one in found if one.kind in kinds]:
                return Answer(kept, exact=found.exact)
        return found

    @cached_property
    def of_that_name(self) -> list[Symbol]:
        """Every definition of the name, whatever kind the question says."""
        return [one for one in self.index.definitions(self.last, limit=MOST) if one.name == self.last]

    def _likeliness(self, one: Symbol) -> tuple[int, bool, bool]:
        """What a plain name means first: what the user's file defines or imports, then what stands at a top level."""
        nearness = 0 if one.path == self.near else 1 if one.path in self._imported else 2
        return nearness, path_order.is_test(one.path), "." not in self.name and is_member(one)

    def _only_promises(self, one: Symbol) -> bool:
        """Whether it is a member of an interface, which has no body of its own."""
        owner = one.parent.rpartition(" > ")[2]
        if not is_member(one) or not owner or one.path == self.near:
            return False
        homes = self.index.definitions(owner, path=one.path, limit=_NARROW)
        return any(home.kind in _PROMISES and home.line <= one.line <= home.end_line for home in homes)

    @cached_property
    def _imported(self) -> frozenset[str]:
        """The files that the user's file imports."""
        return frozenset(one.target for one in self.index.imports(self.near)) if self.near else frozenset()

    @property
    def is_any_member(self) -> bool:
        """Whether a method is asked about by its bare name, which several classes have, none of them near."""
        symbols = self.subject.symbols or self.subject.elsewhere
        if "." in self.name or len({(one.path, one.parent) for one in symbols if is_member(one)}) < 2:
            return False
        return is_member(symbols[0]) and symbols[0].path != self.near and symbols[0].path not in self._imported

    def _path_order(self, path: str) -> tuple[bool, bool, int, str]:
        return path != self.near, path_order.is_test(path), path.count("/"), path


def _of_module(form: str, files: tuple[str, ...], folders: tuple[str, ...]) -> Subject:
    """A module written with dots: the contents are the folder's, imports are of the file that stands for it."""
    as_folder = folders and (form == "contents" or not files)
    return Subject(folders=folders) if as_folder else Subject(files=files)


def bare(subject: str) -> str:
    """A name or a path without what is around it."""
    return subject.strip(_EDGES).removesuffix("()").rstrip(":")


def full_name(one: Symbol) -> str:
    """A symbol's name with what it belongs to, as in `Pool.run`."""
    return dotted(f"{one.parent} > {one.name}") if one.parent else one.name


def dotted(container: str) -> str:
    """Enclosing definitions as one name."""
    return container.replace(" > ", ".")


def places_of(symbols: Iterable[Symbol]) -> list[tuple[str, int, int]]:
    """Where symbols are defined."""
    return [(one.path, one.line, one.end_line) for one in symbols]


def _kinds(kind: str) -> tuple[frozenset[str], ...]:
    """What a kind means: itself, else what other languages call so."""
    if kind in ("", "file", "folder"):
        return ()
    own = frozenset(("method", "constructor")) if kind == "method" else frozenset((kind,))
    return own, *(group for group in (TYPES, FUNCTIONS, VALUES) if kind in group)


def _is_path(name: str) -> bool:
    return "/" in name.strip("/") or name.endswith("/") or ("." in name and language_of(name) != "text")


def _is_file(name: str) -> bool:
    return "." in name.rpartition("/")[2] and language_of(name) != "text"


def _folders(folder: str) -> list[str]:
    """A folder and those around it; of the root none."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
