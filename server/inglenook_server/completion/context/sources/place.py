"""What a source is asked for: a cursor in a file, and what a session knows around it. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inglenook_indexer.types import Chunk, Hit

from inglenook_server.completion.syntax.cursor import Cursor

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches


@dataclass(frozen=True, slots=True)
class Edit:
    """A recent change of a file: the lines that changed (1-based, inclusive) and three around them, as they are now."""

    path: str
    start_line: int
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What another server says of a line of the file (1-based)."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What only a session knows. Texts of files that may not be shown beside others are not in it."""

    buffers: Mapping[str, str] = field(default_factory=dict)
    """Open files by path, the last used first; the file of the cursor may be among them."""
    edits: tuple[Edit, ...] = ()
    """Latest last."""
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor, where it is, and what there is to look at."""

    cursor: Cursor
    path: str
    language: str
    index: Searches | None = None
    surroundings: Surroundings = field(default_factory=Surroundings)


def hit(path: str, language: str, text: str, start_line: int, score: float, **parts: float) -> Hit:
    """Lines of a file as a hit, so that every source speaks alike. Bytes are left at 0."""
    end_line = start_line + max(text.count("\n") - text.endswith("\n"), 0)
    return Hit(Chunk(path, language, text, start_line, end_line, 0, 0), score, parts)
