"""How the command line talks: answers to stdout, everything else to stderr. Knows no command."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from inglenook_indexer.types import Progress
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

OK = 0
FAILED = 1
"""Something went wrong; one sentence on stderr says what."""
USAGE = 2
"""The words of the command are off (typer's own code)."""
NOTHING_FOUND = 3
"""The command worked and found nothing."""
INTERRUPTED = 130
"""Ended by Ctrl-C, as shells count it."""


def out() -> Console:
    """Where answers go."""
    return Console(file=sys.stdout, soft_wrap=True, highlight=False)


def err() -> Console:
    """Where progress and complaints go."""
    return Console(file=sys.stderr, highlight=False, soft_wrap=True)


def emit_json(data: object) -> None:
    """Print one JSON document, the whole of a `--json` answer."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    sys.stdout.flush()


def complain(message: str, mend: str = "") -> None:
    """Say on stderr what went wrong and what helps."""
    console = err()
    console.print(message, style="bold red", markup=False)
    if mend:
        console.print(f"→ {mend}", markup=False)


@contextmanager
def progress_bar(quiet: bool = False) -> Iterator[Callable[[Progress], None]]:
    """Draw `Progress` reports as bars on stderr, one a stage; they vanish when the work is done."""
    bars = Bars(
        TextColumn("{task.description}"),
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
