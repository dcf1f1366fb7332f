"""`inglenook search`: the places of a repository that answer a query, best first. Needs no model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from inglenook_indexer.text.printable import one_line

from inglenook_server.cli.console import NOTHING_FOUND, emit_json, err, out
from inglenook_server.cli.symbols import known_kind
from inglenook_server.cli.workspace import open_index

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

SHOWN_LINES = 6
"""Lines of each hit printed to a terminal."""
MEASURES = ("bm25", "vector", "encoder_vector", "tier")
"""Parts as they were measured; the others are points that add up to the score."""


def search(
    query: Annotated[str, typer.Argument(help="Words, a name, a question, an error message, a bug report.")],
    path: Annotated[Path, typer.Argument(help="The folder to search.")] = Path(),
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many places.")] = 10,
    within: Annotated[str, typer.Option("--path", help='Only this folder, file, or pattern such as "src/*.py".')] = "",
    language: Annotated[str, typer.Option(help='Only this language, as in "python".')] = "",
    kind: Annotated[str, typer.Option(help='Only places that define such a symbol, as in "class" or "method".')] = "",
    explain: Annotated[bool, typer.Option("--explain", help="Show what each score is made of.")] = False,
    rerank: Annotated[
        float,
        typer.Option(
            min=0,
            max=60,
            metavar="SECONDS",
            help="Let the encoder read the best places first, for so long, where `index --tier 2` has not yet.",
        ),
    ] = 0,
    refresh: Annotated[bool, typer.Option(help="Index first what changed since the last time.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print {references: [...]}.")] = False,
) -> None:
    """Search a repository by meaning, words and names.

    Examples: `inglenook search "where are cookies parsed"`, `inglenook search HttpResponse ~/src/django --json`,
    `inglenook search retries --path src/net --language python --explain`,
    `inglenook search "wait longer after each failure" --rerank 0.5`, `inglenook search "$(cat report.md)"`
    """
    known_kind(kind)
    check_language(language)
    encoder = None
    if rerank:
        from inglenook_server.models import ENCODER, ready

        encoder = ready(ENCODER).folder
    index = open_index(path, refresh=refresh, quiet=as_json)
    hits = index.search(query, limit=limit, path=within, language=language, kind=kind, rerank_s=rerank, encoder=encoder)
    index.close()
    from inglenook_indexer.search.report.clues import reasons

    whys = reasons(query, hits)
    if as_json:
        references = [
            {
                "path": hit.chunk.path,
                "start_line": hit.chunk.start_line,
                "end_line": hit.chunk.end_line,
                "score": hit.score,
                "symbol": hit.chunk.symbol,
                **({"why": why} if why else {}),
                **({"parts": dict(hit.parts)} if explain else {}),
            }
            for hit, why in zip(hits, whys, strict=True)
        ]
        emit_json({"references": references})
    else:
        console = out()
        for hit, why in zip(hits, whys, strict=True):
            chunk = hit.chunk
            console.print(f"{one_line(chunk.path)}:{chunk.start_line}-{chunk.end_line}", style="bold cyan", end="")
            console.print(f"  {hit.score:.3f}  {one_line(chunk.symbol)}", style="dim")
            if why:
                console.print(f"    why: {one_line(why)}", style="green")
            if explain:
                console.print(explained(hit), style="magenta")
            lines = chunk.text.strip("\n").splitlines()
            for line in lines[:SHOWN_LINES]:
                console.print(f"    {line}")
            if len(lines) > SHOWN_LINES:
                console.print("    …", style="dim")
    if not hits:
        if not as_json:
            err().print("Nothing found.", style="yellow")
        raise typer.Exit(NOTHING_FOUND)


def check_language(language: str) -> None:
    """Raise BadParameter, with a guess, for a language that nobody knows."""
    from difflib import get_close_matches

    from inglenook_indexer.text.languages import LANGUAGES

    if language and language not in LANGUAGES:
        near = get_close_matches(language, LANGUAGES, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(sorted(LANGUAGES))}."
        raise typer.BadParameter(f"no language is called {language!r}; {hint}", param_hint="--language")


def explained(hit: Hit) -> str:
    """A score's parts: what was measured, and what each part adds."""
    measured = [f"{name} {hit.parts[name]:.4g}" for name in MEASURES if name in hit.parts]
    added = [f"{name} {value:+.3f}" for name, value in hit.parts.items() if name not in MEASURES and value]
    lines = [("measured", measured), ("adds", added)]
    return "\n".join(f"    {name:>8}  {'  '.join(values)}" for name, values in lines if values)
