"""The messages of `inglenook/stats`: what became of suggestions, in numbers."""

from __future__ import annotations

import attrs


@attrs.define
class StatsParams:
    """Whether to begin anew."""

    erase: bool = False
    """Forget everything first."""


@attrs.define
class StatsGroup:
    """Figures of the suggestions that have `value` in common.

    Fractions are 0-1, null where nothing is known yet.
    """

    split: str
    """What they are grouped by: "all", "language", "model", "adapter" or "retrieval"; "next edit" for next edits."""
    value: str
    suggested: int
    shown: int
    accepted: int
    partly: int
    typed: int
    dismissed: int
    acceptance: float | None
    """Accepted, wholly or partly, of those shown."""
    characters: int
    """Characters that did not have to be typed."""
    survival: dict[str, float | None]
    """The share of accepted suggestions that were still there, by seconds after acceptance."""
    latency_p50_ms: float | None
    latency_p95_ms: float | None


@attrs.define
class StatsResult:
    """All completions first, then by language, model, adapter and retrieval, then next edits."""

    groups: list[StatsGroup]
