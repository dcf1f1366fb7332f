"""The messages of `inglenook/explain`: why a completion or an answer is what it is."""

from __future__ import annotations

import attrs

from inglenook_server.protocol.chat import Usage
from inglenook_server.protocol.search import SearchHit


@attrs.define
class ExplainParams:
    """What to explain."""

    what: str = "completion"
    """Either "completion" or "answer"; the latter is the last one."""
    id: str = ""
    """The argument of the command that a suggestion carries; empty for the last suggestion."""


@attrs.define
class ExplainResult:
    """Why the last completion or answer is what it is."""

    prompt: str
    """The exact text that the model saw."""
    hits: list[SearchHit]
    """The spans of other files in the prompt."""
    timings: dict[str, float]
    """Milliseconds by stage."""
    usage: Usage
    reason: str
    """Why there is no suggestion; empty where there is one."""
    gate: str = ""
    """What was decided about spans of other files, and on what ground."""
    confidence: float = 1.0
    """The estimated chance that the suggestion is right, 0-1."""
    text: str = ""
    """The suggestion."""
    late: dict[str, float] = attrs.Factory(dict)
    """What came too late to be shown to the model, in words, and the milliseconds it had."""
