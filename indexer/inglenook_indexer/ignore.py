"""Which paths a workspace's ignore files leave out: git's rules, `.inglenookignore` above them. Reads only those.

At every level the deepest file wins, and in a file the last pattern that matches; a pattern with `!` lifts an earlier
one. `.inglenookignore` is asked before `.gitignore`, and `.git/info/exclude` last.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

OWN_FILE = ".inglenookignore"
GIT_FILE = ".gitignore"
IGNORE_FILES = frozenset({OWN_FILE, GIT_FILE})
_MAX_BYTES = 1_000_000  # of one ignore file: a longer one is a mistake, and is not read


@dataclass(frozen=True, slots=True)
class Rules:
    """The compiled ignore files of one folder and, through `parent`, of those above it."""

    folder: str
    """POSIX, relative to the workspace root; empty for the root. Of a folder above the root: "" as well."""
    prefix: str
    """What to put before a path relative to `folder`, for rules of folders above the root."""
    own: GitIgnoreSpec | None
    git: GitIgnoreSpec | None
    parent: Rules | None

    def verdict(self, path: str, is_folder: bool) -> tuple[bool | None, str]:
        """(True, why) if ignored, (False, why) if lifted by `!`, (None, "") if no pattern speaks of `path`.

        `path` is relative to the workspace root. Folders above it are not asked about.
        """
        for kind in ("own", "git"):
            level: Rules | None = self
            while level is not None:
                spec = level.own if kind == "own" else level.git
                if spec is not None:
                    relative = path[len(level.folder) + 1 :] if level.folder else path
                    result = spec.check_file(f"{level.prefix}{relative}{'/' if is_folder else ''}")
                    if result.include is not None:
                        name = OWN_FILE if kind == "own" else GIT_FILE
                        where = f"{level.folder}/{name}" if level.folder else name
                        return result.include, where
                level = level.parent
        return None, ""


def _compile(file: Path) -> GitIgnoreSpec | None:
    """The patterns of one ignore file; None where there is none or it can't be read."""
    from pathspec import GitIgnoreSpec

    try:
        if file.stat().st_size > _MAX_BYTES:
            return None
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    kept: list[str] = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except ValueError:
            continue  # git, too, ignores a pattern that it can't parse
        kept.append(line)
    return GitIgnoreSpec.from_lines(kept) if kept else None


def rules_of(folder: Path, relative: str, parent: Rules | None, names: frozenset[str] | None = None) -> Rules | None:
    """The rules that hold in `folder`, whose path from the root is `relative`. `names` spares a look where known."""
    own = _compile(folder / OWN_FILE) if names is None or OWN_FILE in names else None
    git = _compile(folder / GIT_FILE) if names is None or GIT_FILE in names else None
    return parent if own is None and git is None else Rules(relative, "", own, git, parent)


def base_rules(root: Path) -> Rules | None:
    """What holds above the workspace: `.git/info/exclude`, and ignore files from the repository's top down to it."""
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), None)
    if top is None:
        return None
    rules: Rules | None = None
    exclude = _compile(_git_folder(top / ".git") / "info" / "exclude")
    prefix = f"{root.relative_to(top).as_posix()}/" if root != top else ""
    if exclude is not None:
        rules = Rules("", prefix, None, exclude, None)
    for folder in reversed([folder for folder in root.parents if folder == top or top in folder.parents]):
        own, git = _compile(folder / OWN_FILE), _compile(folder / GIT_FILE)
        if own is not None or git is not None:
            rules = Rules("", f"{root.relative_to(folder).as_posix()}/", own, git, rules)
    return rules


def _git_folder(dot_git: Path) -> Path:
    """The shared git folder: `.git` itself, or where the file `.git` of a worktree or submodule points."""
    try:
        if dot_git.is_file():
            pointer = dot_git.read_text("utf-8").removeprefix("gitdir:").strip()
            folder = (dot_git.parent / pointer).resolve()
            common = folder / "commondir"
            return (folder / common.read_text("utf-8").strip()).resolve() if common.is_file() else folder
    except OSError:
        pass
    return dot_git
