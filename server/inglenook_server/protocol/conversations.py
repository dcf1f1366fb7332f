"""The messages about conversations that are kept: list, load, rename, delete, export."""

from __future__ import annotations

import attrs

from inglenook_server.protocol.chat import Reference


@attrs.define
class ConversationInfo:
    """One conversation that is kept."""

    id: str
    title: str
    updated: float
    """Seconds since the epoch of its last message."""
    messages: int


@attrs.define
class ConversationsParams:
    """One action: "list", "load", "rename", "delete" or "export"."""

    action: str = "list"
    id: str = ""
    """The conversation, for all but "list"."""
    title: str = ""
    """The new title, for "rename"."""


@attrs.define
class KeptMessage:
    """One turn as it was kept; what follows `content` is of answers alone."""

    role: str
    content: str
    origin: str = ""
    """Who answered: "index" or "model"; empty where that is not known."""
    model: str = ""
    """Empty where no model was asked."""
    references: list[Reference] = attrs.field(factory=list)
    """What the answer rests on. Files may have changed since."""


@attrs.define
class ConversationsResult:
    """What is there after the action."""

    conversations: list[ConversationInfo]
    """All of this workspace, the latest first."""
    messages: list[KeptMessage] = attrs.field(factory=list)
    """Of "load"."""
    markdown: str = ""
    """Of "export"."""
    note: str = ""
    """A sentence about what is kept and can't be read; empty where all can."""
