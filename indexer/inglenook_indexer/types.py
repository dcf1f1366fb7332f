"""What the indexer speaks in: files, chunks, hits, reports. Plain frozen data; knows nothing of stores or editors.

Paths are POSIX and relative to the workspace root. Lines are 1-based and inclusive at both ends. Bytes are UTF-8
offsets, half open.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

FORMAT = 5
"""Of what an index holds on disk. Raised whenever rows written before can't be used any more; a store of another format
is set aside and made again."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One readable text file of the workspace, as it was on disk (or in an editor's buffer) when it was read."""

    path: str
    text: str
    language: str
    """A key of `languages.LANGUAGES`, or "text"."""
    digest: str
    """blake2b-128 of the file's bytes, hex."""
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole lines of one file, cut on syntax borders where the language allows it."""

    path: str
    language: str
    text: str
    start_line: int
    end_line: int
    start_byte: int
    end_byte: int
    symbol: str = ""
    """Enclosing definitions, outermost first, as in "Pool > Worker > run"; empty at module level."""
    defines: tuple[str, ...] = ()
    """Names whose definitions start in this chunk, in order."""
    kinds: tuple[str, ...] = ()
    """What kinds of symbols start in this chunk, constants and fields too; see `symbols.patterns.KINDS`."""
    facts: str = field(default="", repr=False, compare=False)
    """What `symbols.facts` packed about its definitions and references; empty in the hits of a search."""
    keys: tuple[int, ...] = field(default=(), repr=False, compare=False)
    """What it is looked up by; empty in the hits of a search."""

    @property
    def id(self) -> str:
        """Unique within one version of the workspace."""
        return f"{self.path}:{self.start_line}-{self.end_line}"


@dataclass(frozen=True, slots=True)
class Symbol:
    """One definition."""

    name: str
    kind: str
    """One of `symbols.patterns.KINDS`: "function", "method", "class", "interface", "constant", ..."""
    path: str
    line: int
    end_line: int
    language: str
    parent: str = ""
    """Enclosing definitions, outermost first, as in "Pool > Worker"; empty at module level."""
    doc: str = ""
    """The first sentence of its docstring, or of the comment above it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One place that refers to a name."""

    name: str
    """As it is written there, without what stands before the dot."""
    relation: str
    """"call", "type", "inherit" or "import"."""
    path: str
    line: int
    language: str
    container: str = ""
    """The definition it stands in, as in "Pool > run": who calls, what inherits; empty at module level."""
    qualifier: str = ""
    """What stands before the dot, where that is a name; for an import, the module."""


@dataclass(frozen=True, slots=True)
class Import:
    """One module that a file imports."""

    module: str
    """As it is written: "..models", "./button", "crate::store"."""
    names: tuple[str, ...]
    """What is taken from it, in places `name as other`; `*` is everything."""
    path: str
    """The importing file."""
    line: int
    target: str = ""
    """The file that is meant, or with a `/` at its end the folder; empty where it is not in the workspace."""


class Answer(list[T], Generic[T]):
    """What was found, in order, and how much there is: very common names are told of in part."""

    def __init__(self, found: Iterable[T] = (), total: int | None = None, *, exact: bool = True) -> None:
        super().__init__(found)
        self.total = len(self) if total is None else total
        """Places there are; where not `exact`, at least so many."""
        self.exact = exact

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return self.exact and self.total == len(self)


@dataclass(frozen=True, slots=True)
class Hit:
    """One ranked chunk, and why it ranks where it does."""

    chunk: Chunk
    score: float
    """Fused score; comparable within one query only."""
    parts: Mapping[str, float] = field(default_factory=dict)
    """What went into the score, by name: "bm25", "vector", "symbol", "path", "penalty", ..."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not in the index, and the reason in words a person can act on."""

    path: str
    reason: str
    secret: bool = False
    """Whether the secret rules keep it out: by its name, or by that of a folder, whose path then ends with `/`."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a long operation is. `total` is 0 while it is not known yet."""

    stage: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Report:
    """What one index run did."""

    files: int
    """Files in the index after the run."""
    chunks: int
    changed: int
    """Files chunked and written by this run."""
    removed: int
    skipped: tuple[Skipped, ...]
    seconds: float
    cancelled: bool = False
    messages: tuple[str, ...] = ()
    """Sentences for the user: a store that was set aside, for instance."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is in an index now."""

    root: str
    folder: str
    files: int
    chunks: int
    tier2_chunks: int
    """Chunks that the encoder has embedded as well."""
    bytes: int
    updated: float
    """Seconds since the epoch of the last commit; 0 when there is none."""


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A name that something in the workspace defines."""

    name: str
    path: str
    """The file that defines it; of several the first, those of tests last."""
    places: int = 1
    """How many chunks define it."""
