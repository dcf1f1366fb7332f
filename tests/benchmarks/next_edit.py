"""Next edits, replayed from the histories of real repositories: the first edits of a commit are given, the next asked.

`place`: the offer touches a place that the commit still changes. `em`: it makes exactly that change. Both are over all
cases that have a follow-up in the same file; `precision_shown` is over the offers that are made. Noise: offers after
the single change of commits that changed one place.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.benchmarks.next_edit_cases import Case
from tests.benchmarks.next_edit_history import Part


@dataclass
class Replay:
    """The files of a case as they are edited."""

    lines: dict[str, list[str]]
    """Path -> the old file."""
    done: list[Part]

    def state(self, path: str, also: Sequence[Part] = ()) -> list[str]:
        """A file with what is done, and `also`, applied."""
        lines = list(self.lines[path])
        for part in sorted((one for one in (*self.done, *also) if one.path == path), key=lambda one: -one.line):
            lines[part.line : part.line + len(part.old)] = part.new
        return lines

    def place(self, part: Part) -> tuple[int, int]:
        """Lines [first, last) that a part not yet done will replace, in the file as it is."""
        shift = sum(len(one.new) - len(one.old) for one in self.done if one.path == part.path and one.line < part.line)
        return part.line + shift, part.line + shift + len(part.old)
