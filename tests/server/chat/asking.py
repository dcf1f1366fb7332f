"""A question put to the chat with a model that says what a test wants, or with none at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from inglenook_server.chat.answer import Answer, answer
from inglenook_server.chat.attachments.types import Given
from inglenook_server.chat.request import Event, PlacesFound, Reading, Repository, TextPiece, make_request
from inglenook_server.generation.base import Message, Prompt
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.settings import ChatSettings


@dataclass
class Asked:
    """What came of one question."""

    reply: Answer
    events: list[Event] = field(default_factory=list)

    @property
    def streamed(self) -> str:
        return "".join(one.text for one in self.events if isinstance(one, TextPiece))

    @property
    def kinds(self) -> list[str]:
        """The kinds of events in their order, each run of one kind once."""
        names = {TextPiece: "text", PlacesFound: "places", Reading: "reading"}
        kinds = [names[type(one)] for one in self.events]
        return [one for at, one in enumerate(kinds) if not at or kinds[at - 1] != one]


@contextmanager
def no_model():
    raise AssertionError("a model was asked for")
    yield


def ask(
    question: str,
    index=None,
    says: str | Callable[[Prompt], str] | None = None,
    *,
    given: Sequence[Given] = (),
    history: Sequence[tuple[str, str]] = (),
    near: str = "",
    settings: ChatSettings | None = None,
    cancelled: Callable[[list[Event]], bool] | None = None,
) -> Asked:
    """Ask; without `says` a model that is asked fails the test."""
    events: list[Event] = []

    @contextmanager
    def lease():
        yield EchoGenerator(says if callable(says) else lambda _: says)

    request = make_request(
        question,
        [Message(role, content) for role, content in history],
        near=near,
        given=given,
        repository=Repository(index.root, index) if index is not None else None,
    )
    reply = answer(
        request,
        index=index,
        lease=lease if says is not None else no_model,
        settings=settings or ChatSettings(),
        on_event=events.append,
        cancelled=(lambda: cancelled(events)) if cancelled is not None else None,
    )
    return Asked(reply, events)


def selected(path: str, first: int, last: int, text: str) -> Given:
    """A selection as the edge gives it: the whole buffer, and which lines of it."""
    return Given("selection", path, start_line=first, end_line=last, text=text)


def at(path: str, line: int, text: str) -> Given:
    """The cursor."""
    return Given("cursor", path, start_line=line, text=text)
