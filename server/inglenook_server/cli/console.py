"""How the command line talks: answers to stdout, everything else to stderr. Knows no command.

Whatever is shown goes through here, and comes out printable: texts and names of files, a model's answer and an error's
words can do nothing to a terminal. Colours are ours alone, given as `style`; markup in a text is text.
"""

from __future__ import annotations

import json
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import IO, Any

from inglenook_indexer.text.printable import HIDDEN, printable
from inglenook_indexer.types import Progress
from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.segment import Segment
from rich.text import Text

OK = 0
FAILED = 1
"""Something went wrong; one sentence on stderr says what."""
USAGE = 2
"""The words of the command are off (typer's own code)."""
NOTHING_FOUND = 3
"""The command worked and found nothing."""
INTERRUPTED = 130
"""Ended by Ctrl-C, as shells count it."""

_HIDDEN = re.compile(f"[{HIDDEN}]")


class CleanConsole(Console):
    """A console whose every text is printable, in tables, bars and rules, too."""

    def __init__(self, file: IO[str]) -> None:
        super().__init__(file=file, soft_wrap=True, highlight=False, markup=False, emoji=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """A text, made printable before it is measured and laid out."""
        return super().render_str(printable(text), **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Everything else that has text; rich's own control codes are apart from it."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(printable(segment.text), segment.style)


def out() -> Console:
    """Where answers go."""
    return CleanConsole(sys.stdout)


def err() -> Console:
    """Where progress and problems go."""
    return CleanConsole(sys.stderr)


def write(piece: str) -> None:
    """A piece of an answer that comes bit by bit, at once."""
    sys.stdout.write(printable(piece))
    sys.stdout.flush()


def emit_json(data: object, *, indent: int | None = 2) -> None:
    """Print one JSON document, the whole of a `--json` answer, or a line of one; what is hidden is escaped in it."""
    text = json.dumps(data, ensure_ascii=False, indent=indent)
    sys.stdout.write(_HIDDEN.sub(lambda match: json.dumps(match[0])[1:-1], text) + "\n")
    sys.stdout.flush()


def complain(message: str, mend: str = "") -> None:
    """Say on stderr what went wrong and what helps."""
    console = err()
    console.print(message, style="bold red")
    if mend:
        console.print(f"→ {mend}")


def complain_of_fault() -> None:
    """Say on stderr where an error of ours came from; its words may quote a file."""
    err().print(traceback.format_exc(), end="")


def waiting(console: Console, message: str) -> AbstractContextManager[object]:
    """A spinner beside a message, where somebody looks on."""
    return console.status(Text(printable(message))) if console.is_terminal else nullcontext()


@contextmanager
def progress_bar(quiet: bool = False) -> Iterator[Callable[[Progress], None]]:
    """Draw `Progress` reports as bars on stderr, one a stage; they vanish when the work is done."""
    bars = Bars(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err(),
        transient=True,
        disable=quiet or not sys.stderr.isatty(),
    )
    tasks = {}
    with bars:

        def report(progress: Progress) -> None:
            if progress.stage not in tasks:
                tasks[progress.stage] = bars.add_task(progress.stage, total=None)
            bars.update(tasks[progress.stage], completed=progress.done, total=progress.total or None)

        yield report
