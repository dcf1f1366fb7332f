"""`index_status`: what is indexed of the folders that are served, how up to date it is, what is still to be done."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from inglenook_server.mcp.budget import fit

if TYPE_CHECKING:
    from inglenook_server.mcp.freshness import Freshness
    from inglenook_server.mcp.served import Served


def index_status(served: Served, *, budget: int) -> str:
    """A line or two for each folder. Raises StorageError."""
    return fit("", [_of(one) for one in served.fresh], budget, lambda left: f"… {left} more folders: raise budget.")


def _of(one: Freshness) -> str:
    from inglenook_indexer.store.known_indexes import busy

    status = one.folder.workspace.index.status()
    root = one.folder.path
    if not status.files:
        return one.missing()
    said = f"{root}: {status.files:,} files, {status.chunks:,} chunks, last changed {_ago(status.updated)}."
    if 0 < status.tier2_chunks < status.chunks:
        said += f" The encoder has read {status.tier2_chunks:,} of them."
    if busy(one.folder.workspace.index.folder):
        said += " A process is writing it now."
    return said


def _ago(updated: float) -> str:
    seconds = max(0, round(time.time() - updated))
    for length, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if count := seconds // length:
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "less than a minute ago"
