"""Why is this file in the index, or not, and what is withheld? Asks the same rules, in the same order, as the index.

Never tells a secret itself: places and reasons only. Needs neither the store nor llama-index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from inglenook_indexer.files.discover import Candidate, candidate, walk
from inglenook_indexer.files.read import content
from inglenook_indexer.files.regular_file import digest
from inglenook_indexer.secrets.redact import find_secrets, mask_path
from inglenook_indexer.store.manifest import Manifest
from inglenook_indexer.types import Skipped

_SHOWN_LINES = 10  # of a file with many masked ranges


@dataclass(frozen=True, slots=True)
class Withheld:
    """A file, or lines of one, that nobody but its own editor gets to see."""

    path: str
    """POSIX, relative to the workspace; a folder ends with `/`. A secret in the path itself is masked."""
    line: int
    """1-based; 0 where the whole file is withheld."""
    end_line: int
    reason: str


def withheld(root: Path, cancelled: Callable[[], bool] | None = None) -> Iterator[Withheld]:
    """Everything in the workspace that the secret rules keep back, file by file. Reads every file that is indexed."""
    for one in walk(root):
        if cancelled is not None and cancelled():
            return
        if isinstance(one, Skipped):
            if one.secret:
                yield Withheld(one.path, 0, 0, one.reason)
        else:
            yield from _ranges(root, one)


def _ranges(root: Path, one: Candidate) -> Iterator[Withheld]:
    found = content(root, one)
    if found is None or isinstance(found, Skipped):
        return
    text, _ = found
    line, at = 1, 0
    for span in find_secrets(text, one.path):
        line += text.count("\n", at, span.start)
        at = span.start
        yield Withheld(one.path, line, line + text.count("\n", span.start, span.end), span.reason)


def explain(root: Path, path: str | None, manifest: Manifest | None) -> str:
    """One or two sentences for a person. `path` is relative to `root`; None means outside it."""
    if path is None:
        return f"It lies outside the workspace {root}."
    shown = mask_path(path)
    if path == "" or (root / path).is_dir():
        inside = sum(1 for file in manifest.files if not path or file.startswith(f"{path}/")) if manifest else 0
        return f"{shown or '.'} is a folder; {inside} files in it are indexed."
    outcome = candidate(root, path)
    if isinstance(outcome, str):
        return f"{shown} is not indexed: {outcome}."
    if outcome is None:
        return f"{shown} does not exist."
    found = content(root, outcome)
    if isinstance(found, Skipped):
        return f"{shown} is not indexed: {found.reason}."
    entry = manifest.files.get(path) if manifest else None
    if entry is None:
        return f"{shown} is not indexed yet. Run `inglenook index`."
    if found is not None and digest(found[1]) != entry.digest:
        return f"{shown} is indexed ({entry.chunks} chunks), but has changed since. Run `inglenook index`."
    lines = sorted({one.line for one in _ranges(root, outcome)})
    masked = ""
    if lines:
        listed = ", ".join(map(str, lines[:_SHOWN_LINES])) + (", ..." if len(lines) > _SHOWN_LINES else "")
        masked = f" What looks like a secret is masked in {'line' if len(lines) == 1 else 'lines'} {listed}."
    return f"{shown} is indexed: {entry.chunks} chunks, {entry.encoded} of them by the encoder as well.{masked}"
