"""`inglenook chat`: talk about a repository in the terminal; conversations are kept."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inglenook_server.cli.console import FAILED, err
from inglenook_server.cli.workspace import open_index

if TYPE_CHECKING:
    from inglenook_server.cli.chat_input import Prompt
    from inglenook_server.cli.chat_room import ChatRoom

Read = Callable[[], str | None]
"""Gives what the user says next; None when there is no more."""


def chat(
    path: Annotated[Path, typer.Argument(help="The folder it is about.")] = Path(),
    profile: Annotated[str, typer.Option(help='"fast", "balanced" or "quality"; your settings decide otherwise.')] = "",
    refresh: Annotated[bool, typer.Option(help="Index first what changed since the last time.")] = True,
) -> None:
    """Talk about a repository: answers stream, their sources follow as file:line. /help says what else there is.

    Conversations are kept on this machine, by folder, with their secrets masked; `inglenook clean --conversations`
    removes them. Where there is no terminal, each line of stdin is a question.

    Examples: `inglenook chat`, `inglenook chat ~/src/django`, `inglenook chat < questions.txt`
    """
    from inglenook_server.cli.answering import Answering
    from inglenook_server.cli.chat_room import ChatRoom
    from inglenook_server.cli.talk import Talk
    from inglenook_server.conversations.store import of_workspace

    index = open_index(path, refresh=refresh)
    answering = Answering(index, profile=profile)
    room = ChatRoom(answering, Talk(of_workspace(index.root)))
    try:
        if sys.stdin.isatty() and sys.stdout.isatty():
            from inglenook_server.chat.command_names import COMMANDS
            from inglenook_server.chat.suggest import suggest
            from inglenook_server.cli.chat_input import Prompt, earlier_questions

            prompt = Prompt(
                earlier_questions(room.talk.kept), lambda text, offset: suggest(text, offset, index, COMMANDS)
            )
            room.edit = prompt.edit
            err().print(f"About {index.root}. /help says what there is; Ctrl-D leaves.", style="dim")
            converse(room, typed(prompt))
        else:
            converse(room, lines())
            if room.failed:
                raise typer.Exit(FAILED)
    finally:
        room.close()
        answering.close()


def converse(room: ChatRoom, read: Read) -> None:
    """Take what the user says until there is no more, or until they leave."""
    while (said := read()) is not None and room.take(said):
        pass


def typed(prompt: Prompt) -> Read:
    """What is typed at a prompt, where Ctrl-C clears the line."""

    def read() -> str | None:
        while True:
            try:
                return prompt.read()
            except KeyboardInterrupt:
                err().print("Ctrl-D or /quit leaves.", style="dim")

    return read


def lines() -> Read:
    """Questions from stdin, one a line."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    return lambda: sys.stdin.readline() or None
