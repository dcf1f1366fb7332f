"""`inglenook demo`: every use once, on a real repository, in one process that loads the model once."""

from __future__ import annotations

import random
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer
from inglenook_indexer.types import Hit
from rich.console import Console

from inglenook_server.cli.answering import Printer, print_end
from inglenook_server.cli.complete import show
from inglenook_server.cli.console import out
from inglenook_server.cli.model import load_model
from inglenook_server.cli.workspace import open_index

LOOKED_FOR = "the function that does the main work of this project"
"""What the demonstration asks about, where it is given no question."""
SEED = 7
"""Which of the repository's functions the completion is shown at: the same one every time."""


def demo(
    path: Annotated[Path, typer.Argument(help="A repository.")] = Path(),
    question: Annotated[str, typer.Option(help="What to ask it; about one of its functions otherwise.")] = "",
    profile: Annotated[str, typer.Option(help='"fast", "balanced" or "quality".')] = "",
) -> None:
    """Index a repository, ask it a question, complete one line of it."""
    from inglenook_server.chat.answer import answer
    from inglenook_server.chat.request import make_request
    from inglenook_server.completion.complete import complete as complete_at

    console = out()
    heading(console, f"Index {path.resolve().name}")
    index = open_index(path)
    status = index.status()
    console.print(f"{status.files:,} files in {status.chunks:,} chunks, {status.bytes / 1e6:.1f} MB on disk.")

    question = question or pick_question(index.search(LOOKED_FOR, limit=20))
    heading(console, question)
    settings, generator = load_model(index.root, profile=profile)
    reply = answer(
        make_request(question),
        index=index,
        lease=lambda: nullcontext(generator),
        settings=settings.chat,
        on_event=Printer(),
    )
    print_end(reply)

    heading(console, "One completion")
    place = pick_cursor(index.root, index.search("def function that returns a value", limit=20))
    if place is None:
        console.print("No function body found to complete in.")
    else:
        file, offset = place
        text = (index.root / file).read_text(encoding="utf-8")
        line = text.count("\n", 0, offset) + 1
        line_end = text.find("\n", offset)
        there = text[offset : len(text) if line_end < 0 else line_end]
        completion = complete_at(
            path=file,
            text=text[:offset] + text[offset + len(there) :],
            offset=offset,
            index=index,
            generator=generator,
            settings=settings.completion,
        )
        console.print(f"{file}:{line} (the file has there: {there.strip()})", style="dim")
        show(text[:offset] + text[offset + len(there) :], offset, completion.text)
        total = completion.explanation.timings_ms.get("total", completion.explanation.usage.total_ms)
        console.print(
            f"{total:.0f} ms, most of it to read the prompt, which an editor's next key finds cached", style="dim"
        )
    generator.close()
    index.close()


def pick_question(hits: list[Hit]) -> str:
    """A question about the best hit that defines something, or about the project where none does."""
    for hit in hits:
        if hit.chunk.symbol and hit.chunk.language not in ("markdown", "text"):
            return f"How does {hit.chunk.symbol.split(' > ')[-1]} in {hit.chunk.path} work?"
    return "What is this project about?"


def heading(console: Console, text: str) -> None:
    """Open a section."""
    console.print()
    console.rule(text, align="left", style="dim")


def pick_cursor(root: Path, hits: list[Hit]) -> tuple[str, int] | None:
    """A cursor in the middle of a statement inside one of `hits`: (path, offset), or None.

    Of a line such as `return render(request, name)` the cursor stands after `return `.
    """
    rng = random.Random(SEED)
    for hit in rng.sample(hits, len(hits)):
        file = root / hit.chunk.path
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        lines = text.split("\n")
        for number in range(hit.chunk.start_line, min(hit.chunk.end_line, len(lines))):
            line = lines[number]
            start = line.find("return ")
            if start >= 0 and not line[:start].strip() and "(" in line[start:]:
                offset = sum(len(above) + 1 for above in lines[:number]) + start + len("return ")
                return hit.chunk.path, offset
    return None
