"""What git's settings say about ignoring: the global excludes file, and whether case counts. Reads files; runs no git.

Looked at in git's order: system, user, repository, worktree, with `include.path` and `includeIf "gitdir:..."` followed.
Conditions on branches and remotes are not followed: they would need git itself.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath

from inglenook_indexer.files.regular_file import read_regular
from inglenook_indexer.files.wildmatch import parse

_MAX_BYTES = 1_000_000  # of one configuration file
_MAX_DEPTH = 10  # of includes, as in git
_MAX_FILES = 64  # that the settings of one repository are spread over: files that include each other would never end
_SECTION = re.compile(r'\s*+\[\s*+([A-Za-z0-9.-]++)\s*+(?:"((?:[^"\\]|\\.)*+)"\s*+)?\]')
_SETTING = re.compile(r"\s*+([A-Za-z][A-Za-z0-9-]*+)\s*+(?:=(.*))?$", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "b": "\b", '"': '"', "\\": "\\"}
_OPTIONAL = ":(optional)"
_TRUE = frozenset({"", "true", "yes", "on", "1"})


@dataclass(frozen=True, slots=True)
class Repository:
    """Where git keeps what belongs to one working tree."""

    top: Path
    folder: Path
    """Of this working tree alone."""
    common: Path
    """Shared by all worktrees: `info/exclude` and `config` lie here."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What was asked of git's settings."""

    excludes: Path | None
    """The global excludes file, whether it exists or not."""
    ignore_case: bool


def repository(top: Path, *, strict: bool = False) -> Repository | None:
    """The repository whose working tree begins at `top`; None if none does.

    `strict` asks for a HEAD, as git does, lest an empty folder `.git` ends the rules of the repository around it.
    """
    found = _repository(top)
    return None if found is None or (strict and not os.path.lexists(found.folder / "HEAD")) else found


def _repository(top: Path) -> Repository | None:
    dot_git = top / ".git"
    if dot_git.is_dir():
        return Repository(top, dot_git, dot_git)
    data = read_regular(dot_git, _MAX_BYTES)
    if data is None or not data.startswith(b"gitdir:"):
        return None
    try:
        folder = _named(top, data.removeprefix(b"gitdir:"))
        common = read_regular(folder / "commondir", _MAX_BYTES)
        return Repository(top, folder, _named(folder, common) if common else folder)
    except (OSError, ValueError, RuntimeError):  # another machine, a loop of links, a NUL in a name
        return Repository(top, dot_git, dot_git)


def _named(base: Path, data: bytes) -> Path:
    """The folder that a file of a repository names. Raises ValueError for one on another machine, OSError."""
    name = os.fsdecode(data.strip())
    if os.name == "nt" and elsewhere(name, str(base)):
        raise ValueError("a folder on another machine")
    return (base / name).resolve()


def elsewhere(name: str, base: str) -> bool:
    """Whether `name`, as Windows reads it, lies on another machine (or is no file) and `base` not on the same share.

    To look there would tell that machine who the user is: a repository, which may be a stranger's, can't ask for it.
    """
    drive = PureWindowsPath(name).drive
    return drive.startswith("\\\\") and drive.lower() != PureWindowsPath(base).drive.lower()


def settings(found: Repository | None) -> Settings:
    """The settings that hold in a repository, or outside one."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "git"
    excludes: Path | None = home / "ignore"
    ignore_case = False
    for key, value, file in _all(found, home):
        if key == "core.excludesfile":
            excludes = _path(value, found.top if found else file.parent) if value else None
        elif key == "core.ignorecase":
            ignore_case = value.lower() in _TRUE
    return Settings(excludes, ignore_case)


def own_settings(found: Repository) -> dict[str, str]:
    """What a repository's own configuration says, key by key, sections with a second name and includes left out."""
    data = read_regular(found.common / "config", _MAX_BYTES, follow=True) or b""
    entries = _entries(data.decode("utf-8", "surrogateescape"))
    return {f"{section}.{name}": value for section, subsection, name, value in entries if not subsection}


def _all(found: Repository | None, home: Path) -> Iterator[tuple[str, str, Path]]:
    """Every (key, value, file) of every file that counts, the later the stronger."""
    environment = os.environ
    left = itertools.count(_MAX_FILES, -1)
    if environment.get("GIT_CONFIG_NOSYSTEM", "0").lower() in ("0", "false", "no", "off", ""):
        named = environment.get("GIT_CONFIG_SYSTEM")
        system = [named] if named else ["/etc/gitconfig", "/usr/local/etc/gitconfig", "/opt/homebrew/etc/gitconfig"]
        if os.name == "nt" and not named:
            system = [str(Path(environment.get("PROGRAMFILES", "C:/Program Files")) / "Git/etc/gitconfig")]
        for name in system:
            yield from _read(Path(name), found, left)
    named = environment.get("GIT_CONFIG_GLOBAL")
    for file in [Path(named)] if named is not None else [home / "config", Path.home() / ".gitconfig"]:
        yield from _read(file, found, left)
    if found is not None:
        yield from _read(found.common / "config", found, left, near=True)
        yield from _read(found.folder / "config.worktree", found, left, near=True)


def _read(
    file: Path, found: Repository | None, left: Iterator[int], depth: int = 0, *, near: bool = False
) -> Iterator[tuple[str, str, Path]]:
    """The settings of one file, those of files it includes where the include stands; none once no files are `left`.

    `near` passes over those that name a file on another machine.
    """
    data = read_regular(file, _MAX_BYTES, follow=True) if depth <= _MAX_DEPTH and next(left) > 0 else None
    if data is None:
        return
    for section, subsection, name, value in _entries(data.decode("utf-8", "surrogateescape")):
        if near and os.name == "nt" and elsewhere(value.removeprefix(_OPTIONAL), str(file)):
            continue
        if name == "path" and (section == "include" or (section == "includeif" and _holds(subsection, file, found))):
            yield from _read(_path(value, file.parent), found, left, depth + 1, near=near)
        elif not subsection:
            yield f"{section}.{name}", value, file


def _entries(text: str) -> Iterator[tuple[str, str, str, str]]:
    """(section, subsection, name, value); section and name in lower case. Lines that say nothing are passed over."""
    section = subsection = ""
    joined = re.sub(r"(?<!\\)((?:\\\\)*)\\\r?\n", r"\1", text.removeprefix("\ufeff"))
    for line in joined.split("\n"):
        header = _SECTION.match(line)
        if header is not None:
            section, subsection = header[1].lower(), re.sub(r"\\(.)", r"\1", header[2] or "")
            line = line[header.end() :]
        setting = _SETTING.match(line)
        if setting is not None and section:
            yield section, subsection, setting[1].lower(), "" if setting[2] is None else _value(setting[2])


def _value(raw: str) -> str:
    """A value without its quotes, escapes, comment and outer space."""
    out: list[str] = []
    kept = 0  # length of `out` without trailing spaces outside quotes
    quoted = False
    characters = iter(raw.strip())
    for character in characters:
        if character == '"':
            quoted = not quoted
        elif character == "\\":
            following = next(characters, "")
            out.append(_ESCAPES.get(following, following))
        elif character in "#;" and not quoted:
            break
        else:
            out.append(character)
            if character.isspace() and not quoted:
                continue
        kept = len(out)
    return "".join(out[:kept])


def _path(value: str, base: Path) -> Path:
    """A path of a setting: `~` means home, a relative one starts at `base`."""
    try:
        return base / Path(value.removeprefix(_OPTIONAL)).expanduser()
    except RuntimeError:  # a user nobody knows
        return base / value


def _holds(condition: str, file: Path, found: Repository | None) -> bool:
    """Whether an includeIf applies; only conditions on the git folder can."""
    kind, _, pattern = condition.partition(":")
    if kind not in ("gitdir", "gitdir/i") or found is None or not pattern:
        return False
    if pattern.startswith("~/"):
        pattern = f"{Path.home().as_posix()}/{pattern[2:]}"
    elif pattern.startswith("./"):
        pattern = f"{file.parent.as_posix()}/{pattern[2:]}"
    elif not pattern.startswith("/"):
        pattern = f"**/{pattern}"
    pattern += "**" if pattern.endswith("/") else ""
    patterns = parse(os.fsencode(pattern), fold=kind == "gitdir/i")
    text = os.fsencode(found.folder.as_posix()).removeprefix(b"/")
    return any(one.matches(text.lower() if one.fold else text) for one in patterns)
