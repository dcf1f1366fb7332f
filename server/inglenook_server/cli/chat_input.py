"""The prompt of `inglenook chat`: lines of text with history and completion, by prompt_toolkit. Knows no engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Protocol

from inglenook_indexer.errors import IndexerError
from inglenook_indexer.text.printable import one_line, printable
from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion, ThreadedCompleter
from prompt_toolkit.document import Document
from prompt_toolkit.filters import completion_is_selected
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output

from inglenook_server.cli.chat_commands import COMMANDS
from inglenook_server.conversations.store import Conversations
from inglenook_server.errors import InglenookError

REMEMBERED = 20
"""Conversations whose questions the arrow keys go through."""
MENU_LINES = 6
"""Kept free below the prompt for completions."""


class Suggestion(Protocol):
    """What could stand at the cursor."""

    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def insert(self) -> str: ...  # noqa: D102
    @property
    def detail(self) -> str: ...  # noqa: D102


class Suggestions(Protocol):
    """What could stand instead of the text from `start` to its end."""

    @property
    def start(self) -> int: ...  # noqa: D102
    @property
    def items(self) -> Sequence[Suggestion]: ...  # noqa: D102


Suggest = Callable[[str, int], Suggestions | None]
"""Given a text and the offset of its end, in characters."""


class Prompt:
    """Reads what a user types. Without `input` and `output`, at the terminal."""

    def __init__(
        self,
        history: Sequence[str] = (),
        suggest: Suggest | None = None,
        *,
        input: Input | None = None,
        output: Output | None = None,
    ) -> None:
        self._session: PromptSession[str] = PromptSession(
            "› ",
            multiline=True,
            prompt_continuation="  ",
            history=InMemoryHistory(list(history)),
            completer=ThreadedCompleter(_Completer(suggest)),
            complete_while_typing=True,
            key_bindings=_keys(),
            reserve_space_for_menu=MENU_LINES,
            input=input,
            output=output,
        )

    def read(self) -> str | None:
        """What is typed; None for Ctrl-D. Raises KeyboardInterrupt for Ctrl-C."""
        return self._ask("")

    def edit(self, text: str) -> str | None:
        """What the user makes of a text; None where they leave it by Ctrl-C or Ctrl-D."""
        try:
            return self._ask(printable(text))
        except KeyboardInterrupt:
            return None

    def _ask(self, text: str) -> str | None:
        try:
            return self._session.prompt(default=text)
        except EOFError:
            return None


def earlier_questions(kept: Conversations) -> list[str]:
    """The questions of the latest conversations, the oldest first. Nothing else is remembered of what was typed."""
    questions: list[str] = []
    with suppress(InglenookError):
        for info in reversed(kept.list().conversations[:REMEMBERED]):
            with suppress(InglenookError):
                questions += [one.content for one in kept.load(info.id).messages if one.role == "user"]
    return questions


class _Completer(Completer):
    """Our own commands at the beginning, and what else is suggested anywhere."""

    def __init__(self, suggest: Suggest | None) -> None:
        self._suggest = suggest

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """What could stand at the cursor."""
        text = document.text_before_cursor
        if text.startswith("/") and " " not in text:
            for word, command in COMMANDS.items():
                if word.startswith(text):
                    yield Completion(word, -len(text), display_meta=command.sentence)
        if self._suggest is None:
            return
        try:
            found = self._suggest(text, len(text))
        except (InglenookError, IndexerError):
            return  # the answer will say what is wrong
        for one in found.items if found is not None else ():
            yield Completion(
                printable(one.insert),
                found.start - len(text) if found is not None else 0,
                display=one_line(one.label),
                display_meta=one_line(one.detail),
            )


def _keys() -> KeyBindings:
    """Enter sends, or takes the completion that is chosen; Alt-Enter begins a line."""
    keys = KeyBindings()

    @keys.add("enter", filter=~completion_is_selected)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("enter", filter=completion_is_selected)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.complete_state = None
        get_app().invalidate()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys
