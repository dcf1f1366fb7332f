"""Candidates -> the rows of one commit and what to note of each file: read, cut, embed. The same in every process.

Knows nothing of the store's folder or of the manifest; pure but for reading the files.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inglenook_indexer.files.discover import Candidate
from inglenook_indexer.files.read import read
from inglenook_indexer.types import Skipped, SourceFile

if TYPE_CHECKING:
    from inglenook_indexer.chunks.rows import Cutter
COLLECTED = 50_000, 20, 100
"""Objects made between two looks for garbage, and looks between two thorough ones."""
Group = list[tuple[Candidate, str]]
"""Files to look at, each with the digest that the index has of it, or an empty one."""


@dataclass(slots=True)
class Batch:
    """What became of a group of files."""

    rows: Any
    """Their chunks: a table, or its bytes on the way between processes."""
    files: list[tuple[Candidate, str, int]] = field(default_factory=list)
    """(file, digest, chunks) of each file in `rows`, blank ones included."""
    same: list[Candidate] = field(default_factory=list)
    """Read, and found to be what the index has already."""
    skipped: list[tuple[Candidate, Skipped]] = field(default_factory=list)
    vanished: list[Candidate] = field(default_factory=list)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage less often: a file's tree alone has thousands of objects, and looking costs a twentieth."""
    before = gc.get_threshold()
    gc.set_threshold(*COLLECTED)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def cut(root: Path, group: Group, cutter: Cutter) -> Batch:
    """Read and cut a group. A file that can't be read is noted, and stops nothing."""
    batch = Batch(None)
    sources: list[SourceFile] = []
    cut_here: list[Candidate] = []
    for candidate, digest in group:
        found = read(root, candidate)
        if found is None:
            batch.vanished.append(candidate)
        elif isinstance(found, Skipped):
            batch.skipped.append((candidate, found))
        elif found.digest == digest:
            batch.same.append(candidate)
        else:
            sources.append(found)
            cut_here.append(candidate)
    batch.rows = cutter.rows(sources)
    counts = Counter(batch.rows["path"].to_pylist())
    batch.files = [(candidate, one.digest, counts[one.path]) for candidate, one in zip(cut_here, sources, strict=True)]
    return batch
