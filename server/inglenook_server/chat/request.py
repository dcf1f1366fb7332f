"""A question with what goes along with it, and the pieces of its answer. Plain data; knows no wire and no engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook_indexer.secrets.redact import mask_secrets

from inglenook_server.chat.attachments.types import Given
from inglenook_server.chat.places import Place
from inglenook_server.errors import RequestError
from inglenook_server.generation.base import Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from inglenook_server.workspace.workspace import Searches


@dataclass(frozen=True, slots=True)
class Repository:
    """A folder whose changes may be asked about, and its index, with paths relative to it."""

    root: Path
    index: Searches
    prefix: str = ""
    """What its paths begin with where several folders are open, as in "api/"."""


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What was asked, its secrets masked."""

    question: str
    history: tuple[Message, ...] = ()
    near: str = ""
    """The file that the user is in, as the index names it; empty where that is not known."""
    given: tuple[Given, ...] = ()
    """What the client sends along."""
    repository: Repository | None = None
    """Whose changes "what has changed" means; None where no folder is open."""


def make_request(
    question: str,
    history: Sequence[Message] = (),
    *,
    near: str = "",
    given: Sequence[Given] = (),
    repository: Repository | None = None,
) -> ChatRequest:
    """Mask what may be secret. Raises RequestError for an empty question."""
    if not question.strip():
        raise RequestError("The question is empty.", "Ask something about the code.")
    masked = tuple(Message(message.role, mask_secrets(message.content)[0]) for message in history)
    return ChatRequest(mask_secrets(question)[0].strip(), masked, near, tuple(given), repository)


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of the answer's text; the pieces add up to it."""

    text: str


@dataclass(frozen=True, slots=True)
class PlacesFound:
    """Where the answer would be found; comes before any text."""

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The model begins to read a prompt of so many tokens."""

    tokens: int


Event = TextPiece | PlacesFound | Reading
OnEvent = Callable[[Event], None]
