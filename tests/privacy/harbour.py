"""What tests of hostile files stand on: the files written, and answers of a model that is none. Asserts nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from unittest.mock import patch

from inglenook_indexer import Index
from inglenook_server.chat.answer import Answer, answer
from inglenook_server.chat.attachments.types import Given
from inglenook_server.chat.request import Event, Repository, make_request
from inglenook_server.generation.base import Generator, Message, Prompt
from inglenook_server.generation.echo_engine import EchoGenerator
from inglenook_server.settings import ChatSettings

from tests.privacy.injections import injections


def write_all(root: Path) -> None:
    """Every hostile file, in a folder that is made."""
    for one in injections():
        path = root / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(one.text, encoding="utf-8", newline="")


def ask(
    index: Index | None,
    question: str,
    *,
    says: Callable[[Prompt], str] = lambda _: "It waits.",
    generator: Generator | None = None,
    history: Sequence[Message] = (),
    near: str = "",
    given: Sequence[Given] = (),
    on_event: Callable[[Event], None] = lambda _: None,
    settings: ChatSettings | None = None,
) -> Answer:
    """An answer of a model that says what it is told to say, or of `generator`."""
    repository = Repository(index.root, index) if index is not None else None
    return answer(
        make_request(question, history, near=near, given=given, repository=repository),
        index=index,
        lease=lambda: nullcontext(generator or EchoGenerator(says)),
        settings=settings or ChatSettings(),
        on_event=on_event,
    )


@contextmanager
def undefended() -> Iterator[None]:
    """The model is shown each line of a file, whatever it says."""
    rooms = ("excerpts", "along", "prompt", "commands.task", "commands.tasks", "commands.changes")
    with ExitStack() as stack:
        for room in rooms:
            stack.enter_context(patch(f"inglenook_server.chat.{room}.without_orders", lambda text: text))
        stack.enter_context(patch("inglenook_server.chat.excerpts.without_orders_in_path", lambda path: path))
        yield
