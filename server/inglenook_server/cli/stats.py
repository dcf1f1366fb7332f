"""`inglenook stats`: what became of suggestions on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inglenook_server.cli.console import NOTHING_FOUND, emit_json, err, out

if TYPE_CHECKING:
    from inglenook_server.stats.summary import Group

BAR = 20
"""Cells of a bar in the terminal."""
WIDE = 130
"""Columns of a terminal that holds the whole table; a narrower one gets the figures that say most."""


def stats(
    plot: Annotated[Path | None, typer.Option(help="Write a picture, too: a .png, .svg or .pdf file.")] = None,
    erase: Annotated[bool, typer.Option("--erase", help="Forget everything that was counted.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print {groups: [...]}.")] = False,
) -> None:
    """Show how suggestions were taken: acceptance, survival, latency, by language, model, adapter and retrieval.

    Everything is counted on this machine and stays here; no text of yours is kept, only numbers.

    Example: `inglenook stats --plot completions.png`
    """
    from inglenook_server.stats.store import Statistics
    from inglenook_server.stats.summary import summarise

    statistics = Statistics()
    if erase:
        count = statistics.erase()
        if as_json:
            emit_json({"erased": count})
        else:
            out().print(f"Erased what was counted of {count:,} suggestions.")
        return
    suggestions = statistics.all()
    groups = summarise(suggestions)
    if plot is not None and suggestions:
        from inglenook_server.stats.plot import plot as draw

        draw(groups, plot)
    if as_json:
        emit_json({"groups": [asdict(group) for group in groups]})
    elif suggestions:
        show(groups)
    if not suggestions:
        if not as_json:
            err().print("Nothing was suggested yet.", style="yellow")
        raise typer.Exit(NOTHING_FOUND)


def show(groups: Sequence[Group]) -> None:
    """Print the table and the bars."""
    from rich.table import Table

    wide = out().width >= WIDE
    ages = list(next(iter(groups)).survival)
    counts = ("partly", "typed", "dismissed", "characters") if wide else ()
    table = Table(box=None, pad_edge=False)
    table.add_column("")
    for title in ("suggested", "shown", "accepted"):
        table.add_column(title, justify="right", no_wrap=True)
    if wide:
        table.add_column("", no_wrap=True)
    for title in (*counts, *(f"{age} s" for age in (ages if wide else ages[-1:])), "p50 ms", "p95 ms"):
        table.add_column(title, justify="right", no_wrap=True)
    for group in groups:
        survival = [share(value) for value in group.survival.values()]
        table.add_row(
            f"{group.split} {group.value}".strip(),
            *(f"{group.suggested:,}", f"{group.shown:,}", share(group.acceptance)),
            *((bar(group.acceptance),) if wide else ()),
            *(f"{getattr(group, name):,}" for name in counts),
            *(survival if wide else survival[-1:]),
            *(number(group.latency_p50_ms), number(group.latency_p95_ms)),
        )
    out().print(table)


def bar(value: float | None) -> str:
    """A fraction as a bar."""
    filled = round((value or 0.0) * BAR)
    return "█" * filled + "·" * (BAR - filled)


def share(value: float | None) -> str:
    """A fraction in per cent."""
    return "-" if value is None else f"{value:.0%}"


def number(value: float | None) -> str:
    """Milliseconds."""
    return "-" if value is None else f"{value:,.0f}"
