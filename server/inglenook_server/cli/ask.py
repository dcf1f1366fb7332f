"""`inglenook ask`: answer a question about a repository, from the index or with the model, and cite the places."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inglenook_server.cli.answering import Answering, Printer, as_message, print_end
from inglenook_server.cli.console import emit_json, err
from inglenook_server.cli.workspace import open_index

if TYPE_CHECKING:
    from inglenook_server.cli.talk import Talk


def ask(
    question: Annotated[str, typer.Argument(help="A question about the code.")],
    path: Annotated[Path, typer.Argument(help="The folder it is about.")] = Path(),
    profile: Annotated[str, typer.Option(help='"fast", "balanced" or "quality"; your settings decide otherwise.')] = "",
    refresh: Annotated[bool, typer.Option(help="Index first what changed since the last time.")] = True,
    go_on: Annotated[
        bool, typer.Option("--continue", "-c", help="Go on with this folder's last conversation, and keep the answer.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print {answer, origin, references: [...]}.")] = False,
) -> None:
    """Ask about a repository; the answer streams, its sources follow as file:line.

    What the index knows by itself ("Who calls parse_cookie?") is answered without a model. Nothing is kept of it, but
    with --continue.

    Examples: `inglenook ask "How are retries done?"`, `inglenook ask "What calls parse_cookie?" ~/src/django --json`,
    `inglenook ask -c "And who tests it?"`
    """
    from inglenook_indexer.secrets.detector import warm
    from inglenook_indexer.secrets.plain_words import is_plain

    if not is_plain(question):
        warm()  # it is masked, by rules that take a third of a second to load
    index = open_index(path, refresh=refresh, quiet=as_json)
    talk = last_conversation(index.root) if go_on else None
    answering = Answering(index, profile=profile, quiet=as_json)
    printer = Printer()
    try:
        reply = answering(question, talk.said() if talk else (), (lambda _: None) if as_json else printer)
        problem = talk.add(question, as_message(reply)) if talk else ""
    finally:
        printer.done()
        answering.close()
    if as_json:
        emit_json(
            {
                "answer": reply.text,
                "origin": reply.origin,
                "references": [asdict(reference) for reference in reply.references],
                "places": [asdict(place) for place in reply.places],
                "edit": asdict(reply.edit) if reply.edit is not None else None,
                "note": reply.note,
                "struck": reply.struck,
                "stop_reason": reply.stop_reason,
                "usage": asdict(reply.usage),
            }
        )
    else:
        print_end(reply)
    if problem:
        err().print(problem, style="yellow")


def last_conversation(root: Path) -> Talk:
    """The latest conversation about the folder that can be read, or a new one. Raises ConversationError."""
    from inglenook_server.cli.talk import Talk
    from inglenook_server.conversations.store import of_workspace

    talk = Talk(of_workspace(root))
    listing = talk.kept.list()
    readable = next((one for one in listing.conversations if one.messages), None)
    if readable is None:
        err().print("No conversation about this folder is kept; this begins one.", style="dim")
    else:
        talk.open(readable.id)
    return talk
