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

    table = Table(box=None, pad_edge=False)
    for title in ("", "suggested", "shown", "accepted", "", "partly", "typed", "dismissed", "characters"):
        table.add_column(title, justify="left" if not title else "right")
    for age in next(iter(groups)).survival:
        table.add_column(f"{age} s", justify="right")
    table.add_column("p50 ms", justify="right")
    table.add_column("p95 ms", justify="right")
    for group in groups:
        table.add_row(
            f"{group.split} {group.value}".strip(),
            *(f"{group.suggested:,}", f"{group.shown:,}", share(group.acceptance), bar(group.acceptance)),
            *(f"{group.partly:,}", f"{group.typed:,}", f"{group.dismissed:,}", f"{group.characters:,}"),
            *(share(value) for value in group.survival.values()),
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
