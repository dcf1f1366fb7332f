"""A proposed change of whole lines of one file. Plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines `start_line` to `end_line` (1-based, inclusive) become `new_lines`.

    `old_lines` are what stands there. What is inserted carries the line beside it in both, so that it can be told
    whether the place is there still; only where a file is made are they empty (`start_line` 1, `end_line` 0).
    """

    path: str
    start_line: int
    end_line: int
    new_lines: tuple[str, ...]
    old_lines: tuple[str, ...]
    title: str

    def applied(self, lines: Sequence[str]) -> list[str]:
        """The file's lines after the change."""
        return [*lines[: self.start_line - 1], *self.new_lines, *lines[self.end_line :]]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no edit, in a sentence."""

    sentence: str
