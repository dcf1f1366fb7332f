"""A conversation as it is kept. Plain data; knows no file and no wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Source:
    """A span that an answer rests on. Lines are 1-based and inclusive."""

    path: str
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Message:
    """One question, or one answer in Markdown. What follows `content` is of answers alone."""

    role: Role
    content: str
    origin: str = ""
    """Who answered: "index" or "model"; empty where that is not known."""
    model: str = ""
    """The model's name; empty where none was asked."""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Info:
    """What a list shows of a conversation."""

    id: str
    title: str
    updated: float
    """Seconds since the epoch of its last message."""
    messages: int
    workspace: str = ""
    """The folder that it is about, as a path; empty where that is not known."""
    renamed: bool = False
    """Whether the user gave it its title."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A whole conversation, in order."""

    info: Info
    messages: tuple[Message, ...]
    lost: int = 0
    """Messages that can't be read any more, because the file is damaged."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The conversations of a workspace."""

    conversations: tuple[Info, ...]
    """The latest first; one whose file is damaged is among them, so that it can be deleted."""
    note: str = ""
    """A sentence about what can't be read; empty where all can."""
