"""Which paths a workspace's ignore files leave out: git's rules, `.inglenookignore` above them. Reads only those.

From strong to weak: `.inglenookignore` files, the deepest first; then, as in git, `.gitignore` files from the path's
folder up to the top of its repository, `.git/info/exclude`, and the global excludes file. In one file the last pattern
that matches decides; `!` lifts. In a nested repository git's rules begin anew; `.inglenookignore` goes on. A folder
without git is treated as a repository of its own. An ignore file that can't be read leaves out all of its folder.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from inglenook_indexer.files.git_config import Repository, repository, settings
from inglenook_indexer.files.regular_file import read_checked
from inglenook_indexer.files.wildmatch import Pattern, is_literal, parse

OWN_FILE = ".inglenookignore"
GIT_FILE = ".gitignore"
IGNORE_FILES = frozenset({OWN_FILE, GIT_FILE})
_MAX_BYTES = 1_000_000  # of one ignore file: a longer one is a mistake
_REMEMBERED = 256  # ignore files whose patterns are kept parsed: a watcher asks about one path at a time


class Verdict(NamedTuple):
    """What the ignore files say about a path."""

    ignored: bool | None
    """None where no pattern speaks of it."""
    where: str = ""
    """The file that decided, and after a colon the line in it."""
    own: bool = False
    """Whether that was an `.inglenookignore`."""


_SILENT = Verdict(None)


class _Patterns:
    """The patterns of one ignore file; plain names and endings, which most are, are looked at all at once."""

    __slots__ = ("_endings", "_fold", "_names", "_others", "_patterns")

    def __init__(self, patterns: list[Pattern], fold: bool) -> None:
        self._patterns = patterns[::-1]
        self._fold = fold
        names, endings, self._others = set(), [], []
        for pattern in patterns:
            if pattern.by_name and is_literal(pattern.source):
                names.add(pattern.source)
            elif pattern.by_name and pattern.source[:1] == b"*" and is_literal(pattern.source[1:]):
                endings.append(pattern.source[1:])
            else:
                self._others.append(pattern)
        self._names, self._endings = frozenset(names), tuple(endings)

    def __bool__(self) -> bool:
        return bool(self._patterns)

    def last(self, whole: bytes, name: bytes, is_folder: bool) -> Pattern | None:
        """The last pattern that matches a path relative to the file's folder, whose last part is `name`."""
        if self._fold:
            whole, name = whole.lower(), name.lower()
        if not (
            name in self._names
            or name.endswith(self._endings)
            or any(pattern.matches(name if pattern.by_name else whole) for pattern in self._others)
        ):
            return None
        for pattern in self._patterns:
            if (is_folder or not pattern.folders_only) and pattern.matches(name if pattern.by_name else whole):
                return pattern
        return None


@dataclass(frozen=True, slots=True)
class Level:
    """The patterns of one file, and through `parent` those it overrides."""

    folder: str
    """What its patterns are relative to: POSIX, relative to the workspace; empty for the root and folders above it."""
    prefix: bytes
    """What to put before a path relative to `folder`, for files above the root."""
    patterns: _Patterns
    where: str
    parent: Level | None

    def decide(self, path: str, is_folder: bool) -> tuple[bool, str] | None:
        """(ignored, by which file and line), or None if neither this file nor those below it speak of `path`."""
        level: Level | None = self
        encoded = os.fsencode(path)
        name = encoded[encoded.rfind(b"/") + 1 :]
        while level is not None:
            whole = level.prefix + (os.fsencode(path[len(level.folder) + 1 :]) if level.folder else encoded)
            found = level.patterns.last(whole, name, is_folder)
            if found is not None:
                return not found.lifts, f"{level.where}:{found.line}" if found.line else level.where
            level = level.parent
        return None


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds in one folder."""

    own: Level | None = None
    git: Level | None = None
    fold: bool = False
    """Whether this repository's git takes upper and lower case for the same."""

    def verdict(self, path: str, is_folder: bool) -> Verdict:
        """What the ignore files say of `path`, relative to the workspace root. Folders above it are not asked about."""
        for level, own in ((self.own, True), (self.git, False)):
            found = level.decide(path, is_folder) if level is not None else None
            if found is not None:
                return Verdict(*found, own)
        return _SILENT


@functools.lru_cache(maxsize=_REMEMBERED)
def _parsed(data: bytes, fold: bool) -> _Patterns:
    return _Patterns(parse(data, fold), fold)


def _everything() -> _Patterns:
    return _Patterns([Pattern(b"*", lifts=False, folders_only=False, by_name=True, fold=False)], False)


def _level(
    file: Path, where: str, parent: Level | None, folder: str = "", prefix: str = "", *, fold: bool = False,
    follow: bool = False,
) -> Level | None:  # fmt: skip
    """`parent` with the patterns of `file` above it, or `parent` itself where there are none.

    `follow`: git reads `info/exclude` through a link, but no `.gitignore`.
    """
    try:
        data = read_checked(file, _MAX_BYTES, follow=follow)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return parent
    except OSError:
        if file.is_symlink() or not file.is_file():
            return parent  # git does not read these either
        return Level(folder, b"", _everything(), f"{where} (which can't be read)", parent)
    if len(data) > _MAX_BYTES:
        return Level(folder, b"", _everything(), f"{where} (which is over 1 MB)", parent)
    patterns = _parsed(data, fold)
    return Level(folder, os.fsencode(prefix), patterns, where, parent) if patterns else parent


def _fresh(found: Repository | None, folder: str = "", prefix: str = "") -> tuple[Level | None, bool]:
    """Git's rules at the top of a repository, its `.gitignore` not among them yet; and whether case is all one."""
    wanted = settings(found)
    level = None
    if wanted.excludes is not None:
        level = _level(
            wanted.excludes, str(wanted.excludes), None, folder, prefix, fold=wanted.ignore_case, follow=True
        )
    if found is not None:
        exclude = found.common / "info" / "exclude"
        where = f"{folder}/.git/info/exclude" if folder else ".git/info/exclude"
        level = _level(exclude, where, level, folder, prefix, fold=wanted.ignore_case, follow=True)
    return level, wanted.ignore_case


def rules_of(folder: Path, relative: str, parent: Rules, names: frozenset[str] | None = None) -> Rules:
    """The rules that hold in `folder`, whose path from the root is `relative`. `names` spares looks where known."""
    own, git, fold = parent.own, parent.git, parent.fold
    if relative and (names is None or ".git" in names) and (nested := repository(folder, strict=True)) is not None:
        git, fold = _fresh(nested, relative)
    above = f"{relative}/" if relative else ""
    if names is None or OWN_FILE in names:
        own = _level(folder / OWN_FILE, above + OWN_FILE, own, relative, fold=fold)
    if names is None or GIT_FILE in names:
        git = _level(folder / GIT_FILE, above + GIT_FILE, git, relative, fold=fold)
    if own is parent.own and git is parent.git:
        return parent
    return Rules(own, git, fold)


def base_rules(root: Path) -> Rules:
    """What holds above the workspace: global excludes, `.git/info/exclude`, ignore files from its repository's top."""
    found = next((one for folder in (root, *root.parents) if (one := repository(folder)) is not None), None)
    if found is None:
        git, fold = _fresh(None)
        return Rules(None, git, fold)
    prefix = f"{root.relative_to(found.top).as_posix()}/" if root != found.top else ""
    git, fold = _fresh(found, prefix=prefix)
    own = None
    for folder in reversed([folder for folder in root.parents if folder.is_relative_to(found.top)]):
        prefix = f"{root.relative_to(folder).as_posix()}/"
        own = _level(folder / OWN_FILE, str(folder / OWN_FILE), own, prefix=prefix, fold=fold)
        git = _level(folder / GIT_FILE, str(folder / GIT_FILE), git, prefix=prefix, fold=fold)
    return Rules(own, git, fold)
