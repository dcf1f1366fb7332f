"""The messages of `inglenook/nextEdit`: where the next edit is due, and what became of the offer."""

from __future__ import annotations

import attrs
from lsprotocol import types as lsp


@attrs.define
class NextEditParams:
    """Asks what follows from the edits that were made last. Send it when the user pauses, or has applied an offer."""

    uri: str
    """The document that was edited last."""
    busy: bool = False
    """Whether a selection, a list of suggestions, a snippet or a rename is open: then nothing is offered."""


@attrs.define
class NextEdit:
    """One place, and what it would say. Ranges are of the document as the server has it."""

    id: str
    """Names it in `inglenook/nextEditEvent`."""
    uri: str
    path: str
    range: lsp.Range
    old_text: str
    """What stands in the range: where it differs from the editor's text, the offer is out of date."""
    new_text: str
    kind: str
    """What was seen: its first part is "pair", "alone" or "across" (the same change again), "rename", "signature" or
    "elsewhere"."""
    confidence: float
    """The measured chance that it is right, 0-1."""


@attrs.define
class NextEditResult:
    """The next edit first, then the other places of the same change; none where nothing is certain enough."""

    edits: list[NextEdit]


@attrs.define
class NextEditEvent:
    """What became of an offer. A rejected edit is not offered again in this session."""

    id: str
    kind: str
    """One of "shown", "accepted" and "rejected"."""
