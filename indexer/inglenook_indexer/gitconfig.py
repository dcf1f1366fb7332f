"""What git's settings say about ignoring: the global excludes file, and whether case counts. Reads files; runs no git.

Looked at in git's order: system, user, repository, worktree, with `include.path` and `includeIf "gitdir:..."` followed.
Conditions on branches and remotes are not followed: they would need git itself.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inglenook_indexer.regular import read_regular
from inglenook_indexer.wildmatch import parse

_MAX_BYTES = 1_000_000  # of one configuration file
_MAX_DEPTH = 10  # of includes, as in git
_SECTION = re.compile(r'\s*\[\s*([A-Za-z0-9.-]+)\s*(?:"((?:[^"\\]++|\\.)*+)")?\s*\]')
_SETTING = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:=(.*))?$", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "b": "\b", '"': '"', "\\": "\\"}
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
        folder = (top / os.fsdecode(data.removeprefix(b"gitdir:").strip())).resolve()
        common = read_regular(folder / "commondir", _MAX_BYTES)
        return Repository(top, folder, (folder / os.fsdecode(common.strip())).resolve() if common else folder)
    except (OSError, ValueError, RuntimeError):  # a loop of links, a NUL in a name
        return Repository(top, dot_git, dot_git)


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


def _all(found: Repository | None, home: Path) -> Iterator[tuple[str, str, Path]]:
    """Every (key, value, file) of every file that counts, the later the stronger."""
    environment = os.environ
    if environment.get("GIT_CONFIG_NOSYSTEM", "0").lower() in ("0", "false", "no", "off", ""):
        named = environment.get("GIT_CONFIG_SYSTEM")
        system = [named] if named else ["/etc/gitconfig", "/usr/local/etc/gitconfig", "/opt/homebrew/etc/gitconfig"]
        if os.name == "nt" and not named:
            system = [str(Path(environment.get("PROGRAMFILES", "C:/Program Files")) / "Git/etc/gitconfig")]
        for name in system:
            yield from _read(Path(name), found)
    named = environment.get("GIT_CONFIG_GLOBAL")
    for file in [Path(named)] if named is not None else [home / "config", Path.home() / ".gitconfig"]:
        yield from _read(file, found)
    if found is not None:
        yield from _read(found.common / "config", found)
        yield from _read(found.folder / "config.worktree", found)


def _read(file: Path, found: Repository | None, depth: int = 0) -> Iterator[tuple[str, str, Path]]:
    """The settings of one file, those of files it includes where the include stands."""
    data = read_regular(file, _MAX_BYTES, follow=True)
    if data is None or depth > _MAX_DEPTH:
        return
    for section, subsection, name, value in _entries(data.decode("utf-8", "surrogateescape")):
        if name == "path" and (section == "include" or (section == "includeif" and _holds(subsection, file, found))):
            yield from _read(_path(value, file.parent), found, depth + 1)
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
        return base / Path(value.removeprefix(":(optional)")).expanduser()
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
