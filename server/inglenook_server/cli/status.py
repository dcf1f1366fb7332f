"""`inglenook status`: what the index of a folder holds, where it lies, and what is still to be done."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import typer

from inglenook_server.cli.console import NOTHING_FOUND, emit_json, err, out

UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


@dataclass(frozen=True, slots=True)
class Standing:
    """How one index stands."""

    root: str
    folder: str
    files: int
    chunks: int
    encoded: int
    """Chunks that have the encoder's vector as well."""
    waiting: int
    """Chunks that have not."""
    encoder: str
    """Whether the encoder is installed, else the command that fetches it."""
    bytes: int
    sizes: dict[str, int]
    """Bytes by part: chunks with words and static vectors, the encoder's vectors, the rest."""
    updated: float
    """Seconds since the epoch of the last commit; 0 without one."""
    writing: bool
    """Whether a process is writing it now."""


def status(
    path: Annotated[Path, typer.Argument(help="The folder whose index is meant.")] = Path(),
    as_json: Annotated[bool, typer.Option("--json", help="Print {root, files, chunks, ...}.")] = False,
) -> None:
    """Tell what is indexed: files, chunks, both tiers, size and place on disk, age, and who is at work on it.

    Examples: `inglenook status`, `inglenook status ~/src/django --json`
    """
    found = standing(path)
    if as_json:
        emit_json(asdict(found))
    elif found.files:
        show(found)
    if not found.files:
        if not as_json:
            err().print(f"{found.root} is not indexed yet.", style="yellow")
            err().print(f"→ inglenook index {path}")
        raise typer.Exit(NOTHING_FOUND)


def standing(path: Path) -> Standing:
    """Look at the index of a folder without opening it. Raises WorkspaceError."""
    from inglenook_indexer import Index
    from inglenook_indexer.store.known_indexes import busy, size

    index = Index(path)
    status = index.status()
    store, encodings = size(index.folder / "store"), size(index.folder / "encodings")
    return Standing(
        root=status.root,
        folder=status.folder,
        files=status.files,
        chunks=status.chunks,
        encoded=status.tier2_chunks,
        waiting=max(0, status.chunks - status.tier2_chunks),
        encoder=encoder(),
        bytes=status.bytes,
        sizes={"chunks": store, "encoder": encodings, "other": max(0, status.bytes - store - encodings)},
        updated=status.updated,
        writing=busy(index.folder),
    )


def encoder() -> str:
    """`installed`, or the command that makes it so."""
    from inglenook_server.errors import ModelError
    from inglenook_server.models import ENCODER, installed

    try:
        installed(ENCODER)
    except ModelError as error:
        return error.mend or error.message
    return "installed"


def show(found: Standing) -> None:
    """Print it for a person."""
    console = out()
    parts = ", ".join(f"{name} {megabytes(size)}" for name, size in found.sizes.items())
    second = f"{found.encoded:,} of {found.chunks:,} chunks have the encoder's vectors"
    if found.waiting and found.encoder == "installed":
        second += f"; {found.waiting:,} wait for `inglenook index --tier 2`"
    elif found.waiting:
        second += f"; {found.encoder}"
    rows = {
        "workspace": found.root,
        "index": found.folder,
        "holds": f"{found.files:,} files, {found.chunks:,} chunks",
        "tier 2": second,
        "on disk": f"{megabytes(found.bytes)} ({parts})",
        "updated": age(time.time() - found.updated) if found.updated else "never",
        "writer": "a process is writing it now" if found.writing else "none at work",
    }
    for name, value in rows.items():
        console.print(f"{name:>9}", style="bold", end="  ")
        console.print(value)


def megabytes(size: int) -> str:
    """A size for a person."""
    return f"{size / 1e6:,.1f} MB"


def age(seconds: float) -> str:
    """How long ago, in the largest unit that fits."""
    for length, name in UNITS:
        count = int(seconds // length)
        if count:
            return f"{count} {name}{'s' if count != 1 else ''} ago"
    return "just now"
