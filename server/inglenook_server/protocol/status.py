"""The messages of `inglenook/status` and `inglenook/didChangeStatus`: how the server is."""

from __future__ import annotations

import attrs


@attrs.define
class Empty:
    """Parameters of a request that has none."""


@attrs.define
class Status:
    """How the server is."""

    kind: str
    """One of "Normal", "Busy", "Warning", "Error" and "Inactive"."""
    message: str
    """One sentence."""
    files: int
    chunks: int
    model: str
    """The model in memory; empty while there is none."""
    adapter: str
    engine: str
    last_latency_ms: float
    """What the last completion took."""
    version: str
    snoozed_until: str = ""
    """Until when nothing is suggested by itself, as in "05:12"; empty where suggestions are not snoozed."""
    brief: str = ""
    """The state in a word or two, as in "indexing 120 of 277", "no model" or "no folder"; empty where all is well."""
    missing_model: str = ""
    """The name of the model that is wanted and is not on this machine: `inglenook/models/pull` fetches it."""
