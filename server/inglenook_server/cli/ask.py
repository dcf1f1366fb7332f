"""`inglenook ask`: answer a question about a repository with the local model, and cite the places."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from inglenook_indexer.printable import one_line

from inglenook_server.cli.console import emit_json, err, out, write
from inglenook_server.cli.model import load_model
from inglenook_server.cli.workspace import open_index

if TYPE_CHECKING:
    from inglenook_server.chat.answer import Answer


def ask(
    question: Annotated[str, typer.Argument(help="A question about the code.")],
    path: Annotated[Path, typer.Argument(help="The folder it is about.")] = Path(),
    profile: Annotated[str, typer.Option(help='"fast" or "balanced"; your settings decide otherwise.')] = "",
    refresh: Annotated[bool, typer.Option(help="Index first what changed since the last time.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print {answer, references: [...]}.")] = False,
) -> None:
    """Ask about a repository; the answer streams, its sources follow as file:line.

    Examples: `inglenook ask "How are retries done?"`, `inglenook ask "What calls parse_cookie?" ~/src/django --json`
    """
    from inglenook_server.chat.answer import answer

    index = open_index(path, refresh=refresh, quiet=as_json)
    settings, generator = load_model(index.root, profile=profile, quiet=as_json)

    try:
        reply = answer(
            question,
            index=index,
            generator=generator,
            settings=settings.chat,
            on_text=None if as_json else write,
        )
    finally:
        generator.close()
        index.close()
    if as_json:
        emit_json(
            {
                "answer": reply.text,
                "references": [asdict(reference) for reference in reply.references],
                "note": reply.note,
                "stop_reason": reply.stop_reason,
                "usage": asdict(reply.usage),
            }
        )
        return
    print_references(reply)


def print_references(reply: Answer) -> None:
    """Say what there is to say about an answer, then what it rests on as `path:start-end`, which terminals can open."""
    console = out()
    console.print("\n")
    if reply.note:
        console.print(reply.note, style="yellow")
    for number, reference in enumerate(reply.references, 1):
        console.print(
            f"[{number}] {one_line(reference.path)}:{reference.start_line}-{reference.end_line}",
            style="cyan",
        )
    usage = reply.usage
    err().print(
        f"{usage.prompt_tokens} tokens read, {usage.generated_tokens} written, first after "
        f"{usage.first_token_ms / 1000:.1f} s, all after {usage.total_ms / 1000:.1f} s",
        style="dim",
    )
