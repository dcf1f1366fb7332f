"""Which files of a repository an adapter learns from, and which it is judged on. Knows no tokens and no model.

Nothing that the ignore or secret rules exclude is read, and lines with a masked secret are left out, so that an adapter
can't recite one.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inglenook_server.errors import AdapterError

PROSE = ("text", "markdown")
"""Languages that are no code: an adapter serves completion, and lock files or logs would crowd the code out."""
MIN_FILES = 6
"""Below this, learning, choosing and judging can't each have a file of their own that says anything."""
MIN_CHARS = 8_000
"""About five rows; less than that changes nothing measurable."""
HELD_OUT_SHARE = 0.15
VALIDATION_SHARE = 0.08
"""Of the characters. Held-out files give the figures that are reported; validation files choose the best moment."""
MAX_FILE_SHARE = 0.3
"""A file larger than this part of the repository is learned from, never judged on: it would be the whole verdict."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file's training text."""

    path: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Split:
    """A repository divided by file; no text is in two parts."""

    train: tuple[Document, ...]
    validation: tuple[Document, ...]
    held_out: tuple[Document, ...]


def documents(root: Path) -> list[Document]:
    """The code of the workspace at `root`, by path. Raises WorkspaceError when the folder can't be read."""
    from inglenook_indexer.files.discover import Candidate, check_root, walk
    from inglenook_indexer.files.read import read
    from inglenook_indexer.types import SourceFile

    root = check_root(root)
    found = []
    for candidate in walk(root):
        file = read(root, candidate) if isinstance(candidate, Candidate) else None
        if isinstance(file, SourceFile) and file.language not in PROSE:
            found.append(Document(file.path, without_masks(file.text), file.language))
    return sorted(found, key=lambda document: document.path)


def without_masks(text: str) -> str:
    """`text` without its masked lines: asterisks in a row are no code worth imitating."""
    mask = re.compile("[*·•\U0001f512]{6,}")
    return "".join(line for line in text.splitlines(keepends=True) if not mask.search(line))


def split(documents: Sequence[Document], seed: int) -> Split:
    """Divide by file. A file keeps its place when others come or go, so adapters of two commits are judged alike.

    Copies of a file count once. Raises AdapterError when there is too little code.
    """
    unique = {document.text.strip(): document for document in reversed(documents) if document.text.strip()}
    ordered = sorted(unique.values(), key=lambda document: _draw(document.path, seed))
    total = sum(len(document.text) for document in ordered)
    if len(ordered) < MIN_FILES or total < MIN_CHARS:
        raise AdapterError(
            f"There is too little code to train on: {len(ordered)} files, {total:,} characters "
            f"(at least {MIN_FILES} files and {MIN_CHARS:,} characters are needed).",
            "Choose a larger folder, or see with `inglenook doctor` which files are left out and why.",
        )
    train: list[Document] = []
    validation: list[Document] = []
    held_out: list[Document] = []
    held = validating = 0
    for document in ordered:
        if len(document.text) > MAX_FILE_SHARE * total:
            train.append(document)
        elif held < HELD_OUT_SHARE * total:
            held_out.append(document)
            held += len(document.text)
        elif validating < VALIDATION_SHARE * total:
            validation.append(document)
            validating += len(document.text)
        else:
            train.append(document)
    if not (train and validation and held_out):
        raise AdapterError(
            "The code sits in too few files to hold any of them out.",
            "Choose a larger folder: an adapter that nothing judges is not worth having.",
        )
    return Split(tuple(train), tuple(validation), tuple(held_out))


def _draw(path: str, seed: int) -> bytes:
    return hashlib.blake2b(f"{seed}:{path}".encode(), digest_size=8).digest()
