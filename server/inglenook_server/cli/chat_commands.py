"""The terminal's own commands in `inglenook chat`. Every other word with a `/` goes to the engine as it is typed."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.text.printable import one_line

from inglenook_server.chat.command_names import COMMANDS as ASKED
from inglenook_server.cli.console import err, out
from inglenook_server.cli.status import age
from inglenook_server.conversations import markdown
from inglenook_server.errors import RequestError

if TYPE_CHECKING:
    from inglenook_server.cli.chat_room import ChatRoom


@dataclass(frozen=True, slots=True)
class Command:
    """One command."""

    usage: str
    sentence: str
    act: Callable[[ChatRoom, str], None] | None
    """None leaves the program."""

    def run(self, room: ChatRoom, rest: str) -> bool:
        """Do it with what follows it; False to leave. Raises InglenookError."""
        word, _, wanted = self.usage.partition(" ")
        if rest and not wanted:
            raise RequestError(f"Nothing may follow {word}.", "/help says what there is.")
        if not rest and wanted and not wanted.startswith("["):
            raise RequestError(f"{word} needs {wanted}.", "/help says what there is.")
        if self.act is None:
            return False
        self.act(room, rest)
        return True


def new(room: ChatRoom, _: str) -> None:
    """Begin another conversation."""
    room.talk.new()
    room.opened()
    err().print("A new conversation.", style="dim")


def show_list(room: ChatRoom, _: str) -> None:
    """Number the conversations, the latest first."""
    listing = room.talk.kept.list()
    room.listed = tuple(one.id for one in listing.conversations)
    for number, one in enumerate(listing.conversations, 1):
        here = "  (this one)" if one.id == room.talk.id else ""
        messages = "1 message" if one.messages == 1 else f"{one.messages} messages"
        out().print(f"{number:3}  {one.title}  ({messages}, {age(time.time() - one.updated)}){here}")
    if listing.note:
        err().print(listing.note, style="yellow")
    if not listing.conversations:
        err().print("No conversation about this folder is kept.", style="yellow")


def open_one(room: ChatRoom, number: str) -> None:
    """Go on with a conversation, and show it."""
    said = room.talk.open(chosen(room, number))
    room.opened()
    console = out()
    for one in room.talk.messages:
        if one.role == "user":
            console.print(f"› {one.content}", style="bold")
        else:
            console.print(one.content)
            for source in one.sources:
                console.print(f"    {one_line(markdown.place(source))}", style="cyan")
        console.print("")
    if said:
        err().print(said, style="yellow")


def rename(room: ChatRoom, title: str) -> None:
    """Give the conversation a title."""
    begun(room)
    room.talk.kept.rename(room.talk.id, title)
    err().print("Renamed.", style="dim")


def delete(room: ChatRoom, number: str) -> None:
    """Delete a conversation for good."""
    id = chosen(room, number)
    room.talk.kept.delete(id)
    if id == room.talk.id:
        room.talk.new()
        room.opened()
    err().print(f"Conversation {number} is deleted.", style="dim")


def export(room: ChatRoom, name: str) -> None:
    """Write the conversation as Markdown: to a new file, or to stdout."""
    begun(room)
    text = markdown.document(room.talk.kept.load(room.talk.id))
    if not name:
        out().print(text, end="")
        return
    file = Path(name).expanduser()
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        raise RequestError(f"{file} is there already.", "Name another file.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", "") or "the name can't be used"
        raise RequestError(f"{file} can't be written: {reason}.", "Name another file.") from None
    err().print(f"Written to {file}.", style="dim")


def again(room: ChatRoom, _: str) -> None:
    """Ask the last question again; the new answer takes the place of the old one."""
    room.ask(last_question(room), instead=room.answered)


def edit(room: ChatRoom, text: str) -> None:
    """Ask the last question in other words; question and answer take the place of the old ones."""
    before = last_question(room)
    if not text and room.edit is None:
        raise RequestError("Without a terminal, /edit needs the new question behind it.")
    changed = text or (room.edit(before) if room.edit is not None else None)
    if changed is None or not changed.strip():
        err().print("Nothing was asked.", style="dim")
        return
    room.ask(changed.strip(), instead=room.answered)


def show_help(_room: ChatRoom, _: str) -> None:
    """List the commands."""
    width = max(len(command.usage) for command in COMMANDS.values())
    for command in COMMANDS.values():
        out().print(f"{command.usage:<{width}}  {command.sentence}")
    out().print(
        "\nEnter sends, Alt-Enter or Esc Enter begins a new line, Tab completes. Ctrl-C stops an answer, Ctrl-D leaves."
        "\nA question may begin with one of these:\n"
    )
    for one in ASKED:
        out().print(f"{f'/{one.name}':<{width}}  {one.sentence}")


def chosen(room: ChatRoom, number: str) -> str:
    """The id behind a number of the last list. Raises RequestError."""
    if not room.listed:
        room.listed = tuple(one.id for one in room.talk.kept.list().conversations)
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
    if not 0 < place <= len(room.listed):
        raise RequestError(f"“{number[:20]}” is no number of a conversation.", "/list shows them.")
    return room.listed[place - 1]


def begun(room: ChatRoom) -> None:
    """See that the conversation has something in it. Raises RequestError."""
    if not room.talk.messages:
        raise RequestError("This conversation has no answer yet.", "Ask something first, or /open one.")


def last_question(room: ChatRoom) -> str:
    """The last question, answered or not. Raises RequestError."""
    question = room.asked or room.talk.question
    if not question:
        raise RequestError("Nothing was asked yet.")
    return question


COMMANDS = {
    command.usage.partition(" ")[0]: command
    for command in (
        Command("/new", "Begin another conversation.", new),
        Command("/list", "Number the conversations about this folder.", show_list),
        Command("/open N", "Go on with the conversation of that number.", open_one),
        Command("/rename TITLE", "Give this conversation a title.", rename),
        Command("/delete N", "Delete the conversation of that number for good.", delete),
        Command("/export [FILE]", "Write this conversation as Markdown, to a new file or here.", export),
        Command("/again", "Ask the last question again, and forget its answer.", again),
        Command("/edit [QUESTION]", "Change the last question and ask it instead.", edit),
        Command("/help", "Show this.", show_help),
        Command("/quit", "Leave.", None),
    )
}
"""By its word, in the order in which /help shows them."""
