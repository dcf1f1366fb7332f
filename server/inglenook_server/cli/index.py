"""`inglenook index`: bring the index of a folder up to date, and keep it so with `--watch`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from inglenook_indexer.text.printable import one_line

from inglenook_server.cli.console import emit_json, err, out, progress_bar

if TYPE_CHECKING:
    from inglenook_indexer import Index

SHOWN_SKIPS = 5
"""Reasons printed without --json; `doctor FILE` tells of any one file."""


def index(
    path: Annotated[Path, typer.Argument(help="The folder to index.")] = Path(),
    tier: Annotated[
        int, typer.Option(min=1, max=2, help="2 waits until the encoder has embedded every chunk as well.")
    ] = 1,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Index everything anew.")] = False,
    watch: Annotated[
        bool, typer.Option("--watch", "-w", help="Then keep it up to date, a line for each batch; Ctrl-C ends it.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON; with --watch, by lines.")] = False,
) -> None:
    """Index a folder. Only what changed since the last run is read.

    Examples: `inglenook index`, `inglenook index ~/src/django --json`, `inglenook index --tier 2`,
    `inglenook index --watch`
    """
    from inglenook_indexer import Index

    workspace = Index(path)
    try:
        run(workspace, tier, rebuild, as_json)
        if watch:
            from inglenook_server.cli.follow import follow

            follow(workspace, as_json, idle_encoding(workspace) if tier == 2 else None)
    finally:
        workspace.close()


def idle_encoding(workspace: Index) -> Callable[[Callable[[], bool]], None]:
    """What embeds new chunks while nothing else happens. Raises ModelError where the encoder is missing."""
    from inglenook_indexer.errors import IndexBusy, IndexMissing

    from inglenook_server.models import ENCODER, ready

    encoder = ready(ENCODER).folder

    def embed(cancelled: Callable[[], bool]) -> None:
        status = workspace.status()
        if status.tier2_chunks < status.chunks:
            try:
                workspace.embed(encoder, cancelled=cancelled, idle=True)
            except (IndexBusy, IndexMissing):
                return  # the next batch tries again

    return embed


def run(workspace: Index, tier: int, rebuild: bool, as_json: bool) -> None:
    """Index once and tell what was done."""
    with progress_bar(as_json) as progress:
        report = workspace.refresh(rebuild=rebuild, progress=progress)
        if tier == 2:
            from inglenook_server.models import ENCODER, ready

            encoder = ready(ENCODER).folder
            embedded = workspace.embed(encoder, progress=progress)
    status = workspace.status()
    for message in report.messages:
        err().print(message, style="yellow")
    if as_json:
        emit_json({**asdict(report), "index": asdict(status)})
        return
    console = out()
    console.print(
        f"{report.files:,} files, {report.chunks:,} chunks: {report.changed:,} changed, {report.removed:,} removed, "
        f"{len(report.skipped):,} skipped, in {report.seconds:.1f} s."
    )
    if tier == 2:
        console.print(f"Encoder: {status.tier2_chunks:,} chunks embedded, in {embedded.seconds:.1f} s.")
    for skipped in report.skipped[:SHOWN_SKIPS]:
        err().print(one_line(f"skipped {skipped.path}: {skipped.reason}"), style="dim")
    if len(report.skipped) > SHOWN_SKIPS:
        err().print(f"… and {len(report.skipped) - SHOWN_SKIPS} more: --json lists them all.", style="dim")
    if not report.files:
        err().print("Nothing here could be indexed.", style="yellow")
