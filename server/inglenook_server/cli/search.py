"""`inglenook search`: the places of a repository that answer a query, best first. Needs no model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from inglenook_server.cli.console import NOTHING_FOUND, emit_json, err, out
from inglenook_server.cli.symbols import known_kind
from inglenook_server.cli.workspace import open_index

SHOWN_LINES = 6
"""Lines of each hit printed to a terminal."""


def search(
    query: Annotated[str, typer.Argument(help="Words, a name, a question, an error message.")],
    path: Annotated[Path, typer.Argument(help="The folder to search.")] = Path(),
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many places.")] = 10,
    within: Annotated[str, typer.Option("--path", help="Only files whose path holds this.")] = "",
    language: Annotated[str, typer.Option(help='Only this language, as in "python".')] = "",
    kind: Annotated[str, typer.Option(help='Only places that define such a symbol, as in "class" or "method".')] = "",
    explain: Annotated[bool, typer.Option("--explain", help="Show what each score is made of.")] = False,
    refresh: Annotated[bool, typer.Option(help="Index first what changed since the last time.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print {references: [...]}.")] = False,
) -> None:
    """Search a repository by meaning, words and names.

    Examples: `inglenook search "where are cookies parsed"`, `inglenook search HttpResponse ~/src/django --json`
    """
    known_kind(kind)
    index = open_index(path, refresh=refresh, quiet=as_json)
    hits = index.search(query, limit=limit, path=within, language=language, kind=kind)
    index.close()
    if as_json:
        references = [
            {
                "path": hit.chunk.path,
                "start_line": hit.chunk.start_line,
                "end_line": hit.chunk.end_line,
                "score": hit.score,
                "symbol": hit.chunk.symbol,
                **({"parts": dict(hit.parts)} if explain else {}),
            }
            for hit in hits
        ]
        emit_json({"references": references})
    else:
        console = out()
        for hit in hits:
            chunk = hit.chunk
            console.print(f"{chunk.path}:{chunk.start_line}-{chunk.end_line}", style="bold cyan", markup=False, end="")
            console.print(f"  {hit.score:.3f}  {chunk.symbol}", style="dim", markup=False)
            if explain:
                parts = "  ".join(f"{name} {value:.3f}" for name, value in hit.parts.items())
                console.print(f"    {parts}", style="magenta", markup=False)
            lines = chunk.text.strip("\n").splitlines()
            for line in lines[:SHOWN_LINES]:
                console.print(f"    {line}", markup=False)
            if len(lines) > SHOWN_LINES:
                console.print("    …", style="dim")
    if not hits:
        if not as_json:
            err().print("Nothing found.", style="yellow")
        raise typer.Exit(NOTHING_FOUND)
