"""What predictors look at and what they offer. Data only; knows no editor.

Offsets are into the text of the file that is named; lines are numbered from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from inglenook_server.next_edit.edit import Edit

if TYPE_CHECKING:
    from inglenook_server.next_edit.uses import Uses


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when a next edit is asked for."""

    edits: Sequence[Edit]
    """Latest last; the latest is one of `path`."""
    path: str
    text: str
    """Of the file that was edited last."""
    language: str
    """A key of the indexer's `LANGUAGES`."""
    uses: Uses | None = None
    """What the workspace says of names; None looks at this file alone."""
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What one predictor found out and another asks again: a file is parsed once."""

    @property
    def latest(self) -> Edit:
        """The edit that everything follows from."""
        return self.edits[-1]


@dataclass(frozen=True, slots=True)
class Offer:
    """`text[start:end]` of the file `path` may become `new`."""

    path: str
    start: int
    end: int
    new: str
    kind: str
    """What was seen, as measured: a key of `precision.MEASURED`."""
    confidence: float = 0.0
    """The chance that the user makes exactly this edit, 0-1."""
    old: str = ""
    """What stands there."""
