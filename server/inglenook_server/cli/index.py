"""`inglenook index`: bring the index of a folder up to date."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from inglenook_server.cli.console import emit_json, err, out, progress_bar

SHOWN_SKIPS = 5
"""Reasons printed without --json; `doctor FILE` tells of any one file."""


def index(
    path: Annotated[Path, typer.Argument(help="The folder to index.")] = Path(),
    tier: Annotated[
        int, typer.Option(min=1, max=2, help="2 waits until the encoder has embedded every chunk as well.")
    ] = 1,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Index everything anew.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Index a folder. Only what changed since the last run is read.

    Examples: `inglenook index`, `inglenook index ~/src/django --json`, `inglenook index --tier 2`
    """
    from inglenook_indexer import Index

    workspace = Index(path)
    with progress_bar(as_json) as progress:
        report = workspace.refresh(rebuild=rebuild, progress=progress)
        if tier == 2:
            from inglenook_server.models import ENCODER, installed

            encoder = installed(ENCODER).folder
            embedded = workspace.embed(encoder, progress=progress)
    status = workspace.status()
    workspace.close()
    for message in report.messages:
        err().print(message, style="yellow", markup=False)
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
        err().print(f"skipped {skipped.path}: {skipped.reason}", style="dim", markup=False)
    if len(report.skipped) > SHOWN_SKIPS:
        err().print(f"… and {len(report.skipped) - SHOWN_SKIPS} more: --json lists them all.", style="dim")
    if not report.files:
        err().print("Nothing here could be indexed.", style="yellow")
