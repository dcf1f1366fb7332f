"""Acceptance, survival and latency of suggestions, whole and split. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from inglenook_server.stats.store import AGES_S, NEXT_EDIT, Suggestion

SURVIVES = 0.5
"""Share that must be left of a text for it to have survived (Copilot's: edit distance under a half)."""
SPLITS = ("language", "model", "adapter", "retrieval")


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of some suggestions. Fractions are 0-1; None where nothing is known yet."""

    split: str
    """"all", what they have in common (one of `SPLITS`), or "next edit" for the offers that no model made."""
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
    survival: dict[int, float | None]
    """By seconds: the share of accepted suggestions that were still there."""
    latency_p50_ms: float | None
    latency_p95_ms: float | None


def summarise(suggestions: Sequence[Suggestion]) -> list[Group]:
    """All completions, then each value of each split that has more than one, then next edits if there are any."""
    offers = [one for one in suggestions if one.model == NEXT_EDIT]
    suggestions = [one for one in suggestions if one.model != NEXT_EDIT]
    groups = [_group("all", "", suggestions)]
    for split in SPLITS:
        by_value: dict[str, list[Suggestion]] = {}
        for one in suggestions:
            by_value.setdefault(_value(one, split), []).append(one)
        if len(by_value) > 1:
            groups += [_group(split, value, found) for value, found in sorted(by_value.items())]
    if offers:
        groups.append(_group(NEXT_EDIT, "", offers))
    return groups


def _value(one: Suggestion, split: str) -> str:
    if split == "retrieval":
        return "with" if one.retrieval else "without"
    if split == "adapter":
        return one.adapter or "none"
    return str(getattr(one, split)) or "unknown"


def _group(split: str, value: str, found: Sequence[Suggestion]) -> Group:
    count = {kind: sum(one.outcome == kind for one in found) for kind in ("accepted", "partly", "typed", "dismissed")}
    taken = count["accepted"] + count["partly"]
    shown = sum(one.shown for one in found)
    latencies = [one.latency_ms for one in found if one.latency_ms > 0]
    return Group(
        *(split, value, len(found), shown, count["accepted"], count["partly"], count["typed"], count["dismissed"]),
        acceptance=taken / shown if shown else None,
        characters=sum(one.accepted for one in found),
        survival={age: _survival(found, age) for age in AGES_S},
        latency_p50_ms=percentile(latencies, 50),
        latency_p95_ms=percentile(latencies, 95),
    )


def _survival(found: Sequence[Suggestion], age: int) -> float | None:
    shares = [share for one in found for seconds, share in one.kept if seconds == age]
    return sum(share >= SURVIVES for share in shares) / len(shares) if shares else None


def percentile(values: Sequence[float], percent: int) -> float | None:
    """The value below which `percent` of a hundred lie, interpolated; None of none."""
    if len(values) < 2:
        return values[0] if values else None
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
