"""The frame of a commit's subject: what it is about, and how this repository words such. Pure; words nothing itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from inglenook_indexer.symbols.path_order import is_test

from inglenook_server.changes.commit_style import TYPES, CommitStyle, inflected
from inglenook_server.changes.lines import split
from inglenook_server.changes.symbols import TouchedSymbol
from inglenook_server.changes.types import Changes, FileChange

MAX_FACTS = 20
MAX_NAMES = 20_000
"""Words of the changed lines that a message may use as names."""
_WORD = re.compile(r"\w+")
_DOCS = (".md", ".rst", ".txt", ".adoc")
_BUILD = frozenset(
    "pyproject.toml setup.py setup.cfg package.json cargo.toml go.mod pom.xml build.gradle makefile cmakelists.txt"
    " constraints.txt requirements.txt dockerfile".split()
)
_GITMOJI = {
    "feat": ":sparkles:", "fix": ":bug:", "docs": ":memo:", "test": ":white_check_mark:", "build": ":wrench:",
    "ci": ":construction_worker:", "refactor": ":recycle:",
}  # fmt: skip
"""By gitmoji.dev."""


@dataclass(frozen=True, slots=True)
class CommitFrame:
    """What a subject has to keep to, and what it can say."""

    staged: bool
    """Whether it is about what is staged; else about the working tree, as nothing is staged."""
    style: CommitStyle
    prefixes: tuple[str, ...]
    """What it may begin with, the likeliest first, with the space behind; ("",) where subjects have none."""
    files: tuple[FileChange, ...]
    symbols: tuple[TouchedSymbol, ...]
    names: frozenset[str]
    """Every name that it may write as code."""

    @property
    def facts(self) -> tuple[str, ...]:
        """What has changed, a line for each file and definition, as a prompt has it."""
        lines = [f"{one.status} {one.path}" for one in self.files]
        lines += [f"{one.how} {one.kind} {one.full_name} in {one.path}" for one in self.symbols]
        return tuple(lines[:MAX_FACTS])

    @property
    def notes(self) -> tuple[str, ...]:
        """The style in words, as a prompt has it."""
        style = self.style
        found = [f"At most {style.max_length} characters, in one line, without a full stop."]
        found.append(f"Begins with {'a capital' if style.capitalised else 'a small'} letter after the prefix.")
        example = inflected("add", style.mood)
        found.append(f"The verb as in {example.capitalize() if style.capitalised else example!r}.")
        if self.prefixes != ("",):
            found.append("Begins with one of: " + ", ".join(one.strip() for one in self.prefixes))
        return tuple(found)


def frame_of(changes: Changes, symbols: Sequence[TouchedSymbol], style: CommitStyle, branch: str = "") -> CommitFrame:
    """The frame for a commit of these changes; `branch` may name the ticket, where subjects begin with one."""
    files = changes.files
    return CommitFrame(
        changes.staged, style, _prefixes(files, symbols, style, branch), files, tuple(symbols), _names(files, symbols)
    )


def _names(files: Iterable[FileChange], symbols: Iterable[TouchedSymbol]) -> frozenset[str]:
    found: set[str] = set()
    for one in files:
        for path in filter(None, (one.path, one.old_path)):
            found |= {path, *PurePosixPath(path).parts, *_WORD.findall(path)}
        for text, ranges in (
            (one.old, [(hunk.old_start, hunk.old_lines) for hunk in one.hunks]),
            (one.new, [(hunk.new_start, hunk.new_lines) for hunk in one.hunks]),
        ):
            lines = split(text)
            for start, count in ranges:
                for line in lines[start - 1 : start - 1 + count]:
                    if len(found) < MAX_NAMES:
                        found.update(_WORD.findall(line))
    for symbol in symbols:
        found |= {symbol.name, symbol.full_name, *symbol.full_name.split(".")}
    return frozenset(found)


def _kinds(files: Sequence[FileChange], symbols: Sequence[TouchedSymbol]) -> list[str]:
    """Types of Conventional Commits that the change may be, the likeliest first."""
    paths = [one.path for one in files]
    if all(is_test(path) for path in paths):
        return ["test", "tests"]
    if all(path.lower().endswith(_DOCS) or path.startswith("docs/") for path in paths):
        return ["docs"]
    if all(path.startswith((".github/", ".ci/", ".gitlab", ".circleci/")) for path in paths):
        return ["ci", "build", "chore"]
    if all(PurePosixPath(path).name.lower() in _BUILD for path in paths):
        return ["build", "chore"]
    code = [one for one in symbols if not is_test(one.path)]
    grown = sum(one.how == "added" for one in code)
    if all(one.status == "renamed" for one in files):
        return ["refactor", "chore"]
    if any(one.status == "added" and not is_test(one.path) for one in files) or 2 * grown > len(code):
        return ["feat", "refactor", "fix"]
    return ["fix", "refactor", "feat"]


def _prefixes(
    files: Sequence[FileChange], symbols: Sequence[TouchedSymbol], style: CommitStyle, branch: str
) -> tuple[str, ...]:
    ticket = ""
    if style.ticket and (found := re.search(rf"{re.escape(style.ticket)}-\d{{1,7}}", branch, re.IGNORECASE)):
        ticket = f"{found[0].upper()} "
    kinds = _kinds(files, symbols)
    if style.prefix == "conventional":
        scope = next((f"({one})" for one in style.scopes if _lies_in(one, files)), "")
        known = [kind for kind in kinds if kind in style.prefixes] or [
            kind for kind in [*kinds[:1], *style.prefixes] if kind in TYPES
        ]
        return tuple(f"{ticket}{kind}{scope}: " for kind in known[:3])
    if style.prefix == "component":
        found_in = [one for one in style.prefixes if _lies_in(one, files)]
        return tuple(f"{ticket}{one}: " for one in [*found_in, _component(files)][:3] if one) or (ticket,)
    if style.prefix == "tag":
        names = {one: one.strip("[]:").lower() for one in style.prefixes}
        meant = [one for kind in kinds for one in style.prefixes if names[one] == kind]
        meant += [one for one in style.prefixes if _lies_in(names[one], files)]
        known = meant or list(style.prefixes)
        if not meant and TYPES.isdisjoint(names.values()) and (part := _component(files)):
            known = [f"[{part}]{':' * style.prefixes[0].endswith(':')}"]
        return tuple(f"{ticket}{one} " for one in known[:3])
    if style.prefix == "gitmoji":
        written = any(one.startswith(":") for one in style.prefixes)
        marks = [_GITMOJI[kind] for kind in kinds if kind in _GITMOJI] if written else list(style.prefixes)
        known = [one for one in marks if one in style.prefixes] or marks
        return tuple(f"{ticket}{one} " for one in known[:3]) or (ticket,)
    return (ticket,)


def _lies_in(name: str, files: Iterable[FileChange]) -> bool:
    """Whether every changed file lies in the part that a scope names."""
    wanted = name.lower()
    return all(
        wanted in {part.lower() for part in (*PurePosixPath(one.path).parts, PurePosixPath(one.path).stem)}
        or one.path.lower().startswith(f"{wanted}/")
        for one in files
    )


def _component(files: Sequence[FileChange]) -> str:
    """The folder, or the file without its ending, that all changes lie in; empty where that is everything."""
    if len(files) == 1:
        return PurePosixPath(files[0].path).stem
    parts = [PurePosixPath(one.path).parts[:-1] for one in files]
    common: list[str] = []
    for names in zip(*parts, strict=False):
        if len(set(names)) > 1:
            break
        common.append(names[0])
    return common[-1] if common else ""
