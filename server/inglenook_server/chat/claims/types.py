"""What a check of claims asks of an index, and what it leaves behind. Plain data; knows no index and no model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from inglenook_indexer.types import Reference, Symbol


class Unchecked(Exception):
    """The index can't say now: it takes too long, or can't be read."""


class Known(Protocol):
    """What is known of the workspace. Every question may raise Unchecked."""

    @property
    def present(self) -> bool:
        """Whether there is a workspace at all."""
        ...

    def symbols(self, name: str) -> Sequence[Symbol]:
        """Where `name`, in any case, is defined. `name` has no dots."""
        ...

    def references(self, name: str) -> Sequence[Reference]:
        """Who calls `name`, uses it as a type, inherits from it or imports it."""
        ...

    def has_file(self, path: str) -> str | None:
        """The whole path of a file that is given by it, by its end or without its extension; None for no or several."""
        ...

    def outline(self, path: str) -> Sequence[Symbol]:
        """Every symbol that a file defines, in order; none for a file that is not there."""
        ...

    def text(self, path: str) -> str:
        """What a file says; empty for one that is not there."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """A span of the workspace that an answer names. Lines are 1-based and inclusive."""

    path: str
    start_line: int
    end_line: int

    @property
    def cited(self) -> str:
        """`path:line` or `path:start-end`."""
        end = f"-{self.end_line}" if self.end_line > self.start_line else ""
        return f"{self.path}:{self.start_line}{end}"


@dataclass(frozen=True, slots=True)
class Struck:
    """A sentence that was left out."""

    sentence: str
    reason: str
    """In a sentence, for a person."""
