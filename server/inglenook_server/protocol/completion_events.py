"""What clients say of suggestions: what became of them, and for how long none are wanted."""

from __future__ import annotations

import attrs


@attrs.define
class CompletionEvent:
    """What became of a suggestion, for the local statistics only."""

    id: str
    """The argument of the command that the suggestion carries."""
    kind: str
    """One of "shown", "accepted", "partiallyAccepted" and "dismissed"."""


@attrs.define
class AcceptedArguments:
    """The suggestion that was accepted."""

    id: str


@attrs.define
class SnoozeArguments:
    """For how long nothing is suggested by itself."""

    minutes: float = 30.0
    """At most a day; 0 ends the pause."""
