"""Whose vectors the store holds: the encoder's name, version and folder, in one small file beside it."""

from __future__ import annotations

import json
from pathlib import Path

from inglenook_indexer.embed.base import Embedder
from inglenook_indexer.system.atomic_write import write_atomically


def identity(encoder: Embedder) -> str:
    """What vectors must have in common to be compared."""
    return f"{encoder.name}:{encoder.version}"


def remember(file: Path, encoder: Embedder, folder: Path) -> bool:
    """Note whose vectors the store holds from now on; True if they were another encoder's. Raises OSError."""
    wanted = {"encoder": identity(encoder), "folder": str(folder.resolve())}
    try:
        found = json.loads(file.read_text("utf-8"))
        before = str(found.get("encoder", ""))
    except (OSError, ValueError, AttributeError):
        found, before = {}, ""
    if found != wanted:
        write_atomically(file, json.dumps(wanted))
    return before != wanted["encoder"]


def remembered(file: Path) -> tuple[Path, str] | None:
    """The folder of the encoder whose vectors the store holds, if it is still there, and that encoder's identity."""
    try:
        found = json.loads(file.read_text("utf-8"))
        folder = Path(found["folder"])
        return (folder, str(found["encoder"])) if (folder / "config.json").is_file() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
