"""What answers a question on the command line: the index, and the model from the first question on that needs it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from inglenook_indexer.text.printable import one_line

from inglenook_server.cli.console import err, out, waiting, write
from inglenook_server.cli.model import load_wanted, user_settings

if TYPE_CHECKING:
    from inglenook_indexer import Index

    from inglenook_server.chat.answer import Answer
    from inglenook_server.chat.attachments.types import Given
    from inglenook_server.chat.request import Event, OnEvent
    from inglenook_server.conversations.types import Message
    from inglenook_server.generation.base import Generator


class Answering:
    """An open index, the user's settings, and a model that is loaded once. Takes over the index, and closes it."""

    def __init__(self, index: Index, *, profile: str = "", quiet: bool = False) -> None:
        self.index = index
        self._settings = user_settings(profile)
        self._quiet = quiet
        self._generator: Generator | None = None

    @contextmanager
    def lease(self) -> Iterator[Generator]:
        """The model; loading it blocks for seconds. Raises ModelError or GenerationError."""
        if self._generator is not None and self._generator.death is not None:
            self._generator.close()
            self._generator = None
        if self._generator is None:
            self._generator = load_wanted(self.index.root, self._settings.generation, quiet=self._quiet)
        yield self._generator

    def __call__(
        self,
        question: str,
        history: Sequence[Message] = (),
        on_event: OnEvent = lambda _: None,
        cancelled: Callable[[], bool] | None = None,
        given: Sequence[Given] = (),
    ) -> Answer:
        """Answer a question; `history` is what was said before it, `given` goes along.

        Raises InglenookError and IndexerError.
        """
        from inglenook_server.chat.answer import answer
        from inglenook_server.chat.request import Repository, make_request
        from inglenook_server.generation import base

        earlier = [base.Message(one.role, one.content) for one in history]
        return answer(
            make_request(question, earlier, given=given, repository=Repository(self.index.root, self.index)),
            index=self.index,
            lease=self.lease,
            settings=self._settings.chat,
            on_event=on_event,
            cancelled=cancelled,
        )

    def close(self) -> None:
        """Give the memory back."""
        if self._generator is not None:
            self._generator.close()
        self.index.close()


def as_message(reply: Answer) -> Message:
    """An answer as a conversation keeps it."""
    from inglenook_server.conversations.types import Message, Source

    sources = tuple(Source(one.path, one.start_line, one.end_line) for one in reply.references)
    return Message("assistant", reply.text, reply.origin, reply.model, sources)


class Printer:
    """Prints the events of one answer. Places and what the model reads go to stderr, text to stdout."""

    def __init__(self) -> None:
        self._status: AbstractContextManager[object] | None = None

    def __call__(self, event: Event) -> None:
        """Print one event."""
        from inglenook_server.chat.request import PlacesFound, Reading, TextPiece

        console = err()
        match event:
            case PlacesFound(places):
                for place in places:
                    console.print(one_line(place.cited), style="cyan", end="")
                    console.print(f"  {one_line(place.signature or place.name)}", style="dim")
                console.print()
            case Reading(tokens):
                self._status = waiting(console, f"The model reads {tokens} tokens …")
                self._status.__enter__()
            case TextPiece(text):
                self.done()
                write(text)

    def done(self) -> None:
        """End the spinner, if there is one."""
        if self._status is not None:
            self._status.__exit__(None, None, None)
            self._status = None


def print_end(reply: Answer) -> None:
    """Say who answered and what there is to say about it, then what it rests on as `path:start-end`."""
    console = out()
    console.print("\n")
    if reply.struck:
        many = f"{reply.struck} sentences were" if reply.struck > 1 else "One sentence was"
        console.print(f"{many} left out: what the model said there of this code is not so.", style="yellow")
    if reply.note:
        console.print(reply.note, style="yellow")
    if reply.edit is not None:
        print_edit(reply)
    if reply.origin == "index":
        err().print("From the index.", style="dim")
        return
    for number, reference in enumerate(reply.references, 1):
        console.print(
            f"[{number}] {one_line(reference.path)}:{reference.start_line}-{reference.end_line}",
            style="cyan",
        )
    usage = reply.usage
    err().print(
        f"By the model {reply.model}: {usage.prompt_tokens} tokens read, {usage.generated_tokens} written, first after "
        f"{usage.first_token_ms / 1000:.1f} s, all after {usage.total_ms / 1000:.1f} s",
        style="dim",
    )


def print_edit(reply: Answer) -> None:
    """A proposed change as a diff; the terminal changes no file."""
    assert reply.edit is not None
    edit, console = reply.edit, out()
    console.print(f"{edit.title}, {one_line(edit.path)}:{edit.start_line} (nothing is changed):", style="bold")
    for line in edit.old_lines:
        console.print(f"-{line}", style="red")
    for line in edit.new_lines:
        console.print(f"+{line}", style="green")
