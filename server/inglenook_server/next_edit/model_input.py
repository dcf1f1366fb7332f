"""What a model would be shown at a place that is already found. No model is asked yet: this is the form of the data.

The edits as they were and as they are, then the place's own lines. A model would write a few lines at most, and be
listened to only where it agrees with what the predictor expects there.
"""

from __future__ import annotations

from dataclasses import dataclass

from inglenook_server.documents import line_begin, line_end
from inglenook_server.next_edit.offer import Offer, Situation

EDITS = 3
"""Edits that are shown; older ones say little of the next one."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One edit, as text."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ModelInput:
    """One place to be rewritten."""

    edits: tuple[Shown, ...]
    """Latest last."""
    path: str
    candidate: str
    """The lines of the place as they are."""
    expected: str
    """What the predictor would make of them."""


def model_input(offer: Offer, situation: Situation) -> ModelInput:
    """The data for an offer in the file that was edited. Lines are whole, without the last line end."""
    text = situation.text
    low, high = line_begin(text, offer.start), line_end(text, offer.end)
    edits = tuple(Shown(one.path, "\n".join(one.old), "\n".join(one.new)) for one in situation.edits[-EDITS:])
    expected = text[low : offer.start] + offer.new + text[offer.end : high]
    return ModelInput(edits, offer.path, text[low:high], expected)
