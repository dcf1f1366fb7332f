"""`inglenook complete`: what the model would write at a cursor."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from inglenook_server.cli.console import NOTHING_FOUND, emit_json, err, out
from inglenook_server.cli.model import load_model
from inglenook_server.cli.workspace import enclosing_workspace, open_index
from inglenook_server.errors import RequestError

PLACE = re.compile(r"(?P<file>.+):(?P<line>\d+):(?P<column>\d+)")


def complete(
    place: Annotated[str, typer.Argument(metavar="FILE:LINE:COL", help="A cursor; line and column count from 1.")],
    root: Annotated[Path | None, typer.Option(help="The workspace; found from the file otherwise.")] = None,
    profile: Annotated[str, typer.Option(help='"fast", "balanced" or "quality"; your settings decide otherwise.')] = "",
    refresh: Annotated[bool, typer.Option(help="Index first what changed since the last time.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print {text, references: [...], timings_ms}.")] = False,
) -> None:
    """Complete the code at a cursor, as the editor would.

    Example: `inglenook complete src/app.py:41:9`
    """
    from inglenook_server.completion.complete import complete as complete_at

    file, line, column = parse_place(place)
    text = read_document(file)
    offset = offset_at(text, line, column, place)
    workspace = (root or enclosing_workspace(file)).resolve()
    index = open_index(workspace, refresh=refresh, quiet=as_json)
    if not file.resolve().is_relative_to(workspace):
        raise RequestError(f"{file} is not inside the workspace {workspace}.", "Name another one with --root.")
    settings, generator = load_model(workspace, profile=profile, quiet=as_json)
    try:
        completion = complete_at(
            path=file.resolve().relative_to(workspace).as_posix(),
            text=text,
            offset=offset,
            index=index,
            generator=generator,
            settings=settings.completion,
        )
    finally:
        generator.close()
        index.close()
    if as_json:
        explanation = completion.explanation
        references = [
            {
                "path": hit.chunk.path,
                "start_line": hit.chunk.start_line,
                "end_line": hit.chunk.end_line,
                "score": hit.score,
            }
            for hit in explanation.hits
        ]
        emit_json(
            {
                "text": completion.text,
                "references": references,
                "timings_ms": dict(explanation.timings_ms),
                "usage": asdict(explanation.usage),
            }
        )
    else:
        show(text, offset, completion.text)
    if not completion.text:
        if not as_json:
            err().print("The model has nothing to add here.", style="yellow")
        raise typer.Exit(NOTHING_FOUND)


def show(text: str, offset: int, completion: str, above: int = 4) -> None:
    """Print the cursor's surroundings, with the completion standing out where it would go."""
    console = out()
    before = "\n".join(text[:offset].split("\n")[-above - 1 :])
    console.print(before, end="")
    console.print(completion, style="bold green", end="")
    console.print(text[offset:].split("\n", 1)[0])


def parse_place(place: str) -> tuple[Path, int, int]:
    """Split FILE:LINE:COL. Raises RequestError."""
    match = PLACE.fullmatch(place)
    if match is None:
        raise RequestError(f"{place} names no cursor.", "Write it as FILE:LINE:COL, as in src/app.py:41:9.")
    return Path(match["file"]), int(match["line"]), int(match["column"])


def read_document(file: Path) -> str:
    """The file's text. Raises RequestError."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise RequestError(f"{file} can't be read: {(error.strerror or str(error)).lower()}.") from None
    except UnicodeDecodeError:
        raise RequestError(f"{file} is not UTF-8 text.", "Inglenook completes UTF-8 files only.") from None


def offset_at(text: str, line: int, column: int, place: str) -> int:
    """The offset of a 1-based cursor. Raises RequestError when it lies outside the document."""
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        raise RequestError(f"{place} lies outside the document, which has {len(lines)} lines.")
    length = len(lines[line - 1])
    if not 1 <= column <= length + 1:
        raise RequestError(f"{place} lies outside the document: line {line} ends at column {length + 1}.")
    return sum(len(before) + 1 for before in lines[: line - 1]) + column - 1
