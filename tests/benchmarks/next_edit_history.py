"""A repository's history as changes: what each commit replaced in files of code. Reads git; knows no predictor."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from inglenook_indexer.text.languages import LANGUAGES, language_of

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_MOST_FILES = 12
_MOST_HUNKS = 80
_MOST_LINES = 20
"""Of one hunk: longer ones are written at once, or moved."""
_MOST_BYTES = 200_000


@dataclass(frozen=True)
class Part:
    """Lines of one file that a commit replaced. `line` is 0-based, in the old file."""

    path: str
    line: int
    old: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True)
class Commit:
    """What a commit changed; only files of code that were there before and after."""

    hash: str
    parts: tuple[Part, ...]
    blobs: dict[str, str]
    """Path -> the old file's object."""


def commits(folder: Path, last: str, most: int) -> Iterator[Commit]:
    """The commits before `last`, newest first, that could be an afternoon's edits: few files, few hunks."""
    endings = [f"*{one}" for name in LANGUAGES for one in LANGUAGES[name].extensions if LANGUAGES[name].grammar]
    command = ["git", "-C", str(folder), "log", last, "--no-merges", f"-{most}", "-p", "-U0", "--diff-filter=M"]
    command += ["--no-renames", "--full-index", "--no-color", "--no-ext-diff", "--no-textconv", "--format=%x00%H"]
    command += ["--", *(one for one in endings if one not in ("*.md", "*.markdown", "*.mdx"))]
    done = subprocess.run(command, capture_output=True, check=True)
    for block in done.stdout.decode("utf-8", "replace").split("\0")[1:]:
        if len(block) < _MOST_BYTES and (found := _commit(block)) is not None:
            yield found


def _commit(block: str) -> Commit | None:
    lines = block.split("\n")
    parts: list[Part] = []
    blobs: dict[str, str] = {}
    path, at = "", 1
    while at < len(lines):
        line = lines[at]
        if line.startswith("index "):
            blob = line.split()[1].partition("..")[0]
        elif line.startswith("--- a/"):
            path = line[6:].rstrip("\t")
            blobs[path] = blob
        elif match := _HUNK.match(line):
            count, new_count = (int(match[n]) if match[n] else 1 for n in (2, 4))
            body = lines[at + 1 : at + 1 + count + new_count + 2]
            old = tuple(one[1:] for one in body if one.startswith("-"))[:count]
            new = tuple(one[1:] for one in body if one.startswith("+"))[:new_count]
            start = int(match[1]) - 1 if count else int(match[1])
            if max(count, new_count) > _MOST_LINES:
                parts.append(Part(path, start, old, new))
            elif count == new_count:
                parts += [
                    Part(path, start + n, old[n : n + 1], new[n : n + 1]) for n in range(count) if old[n] != new[n]
                ]
            else:
                parts.append(Part(path, start, old, new))
            at += count + new_count
        at += 1
    if not parts or len(blobs) > _MOST_FILES or len(parts) > _MOST_HUNKS:
        return None
    if any("\r" in one for part in parts for one in (*part.old, *part.new)):
        return None
    return Commit(lines[0], tuple(parts), blobs)


def file_text(folder: Path, blob: str) -> str | None:
    """An old file; None where it is no UTF-8 text of an ordinary size."""
    done = subprocess.run(["git", "-C", str(folder), "cat-file", "blob", blob], capture_output=True, check=False)
    try:
        text = done.stdout.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if not done.returncode and len(text) < _MOST_BYTES and "\r" not in text else None


def language(path: str) -> str:
    """A file's language."""
    return language_of(path)
