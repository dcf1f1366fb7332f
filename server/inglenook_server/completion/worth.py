"""Whether snippets of other files are worth a small model's attention at a cursor: a logistic regression.

The idea is Repoformer's: retrieval helps at some cursors and harms at others. The weights in
`assets/retrieval_gate.json` are a placeholder that lets everything pass: they are not fitted yet. Knows no engine.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from inglenook_server.completion.sources.place import Place

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

ASSET = "retrieval_gate.json"
NEAR = 4
"""Lines above the cursor that count as near."""

_NAME = re.compile(r"[^\W\d]\w{2,}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to use the snippets, and the estimated chance that they help."""

    use: bool
    chance: float

    def words(self, found: int) -> str:
        """For whoever asks why."""
        if not found:
            return "nothing was found in other files"
        share = f"{self.chance:.0%}"
        return (
            f"{found} spans used: they help with a chance of {share}"
            if self.use
            else (f"{found} spans left out: they help with a chance of only {share}")
        )


def judge(place: Place, hits: Sequence[Hit]) -> Verdict:
    """Decide about all the hits of a place together."""
    if not hits:
        return Verdict(False, 0.0)
    weights = _weights()
    chance = probability(features(place, hits), weights)
    return Verdict(chance >= _number(weights["threshold"]), chance)


def features(place: Place, hits: Sequence[Hit]) -> dict[str, float]:
    """What is known before the model is asked; each roughly between 0 and 1."""
    above = "\n".join(place.cursor.above[-NEAR:])
    near = set(_NAME.findall(above))
    own = set(_NAME.findall(place.cursor.prefix[-4_000:])) | set(_NAME.findall(place.cursor.suffix[:2_000]))
    theirs = [set(_NAME.findall(hit.chunk.text)) for hit in hits]
    found = set().union(*theirs)
    vectors = [hit.parts.get("vector", 0.0) for hit in hits]
    return {
        "definition": max(hit.parts.get("definition", 0.0) for hit in hits),
        "vector": max(vectors),
        "jaccard": max(len(near & one) / max(len(near | one), 1) for one in theirs),
        "near_covered": len(near & found) / max(len(near), 1),
        "new_names": min(len(found - own) / 40, 1.0),
        "own_length": min(len(place.cursor.prefix) / 8_000, 1.0),
        "line_begun": float(bool(place.cursor.before.strip())),
        "member": float(place.cursor.before.rstrip().endswith(".")),
        "call": float(place.cursor.before.rstrip().endswith("(")),
        "same_folder": float(any(_folder(hit.chunk.path) == _folder(place.path) for hit in hits)),
    }


def probability(values: Mapping[str, float], weights: Mapping[str, object]) -> float:
    """The logistic regression's answer."""
    coefficients = weights["coefficients"]
    assert isinstance(coefficients, Mapping)
    total = _number(weights["intercept"]) + sum(coefficients.get(name, 0.0) * value for name, value in values.items())
    return 1 / (1 + math.exp(-max(min(total, 30.0), -30.0)))


@functools.cache
def _weights() -> Mapping[str, object]:
    text = files("inglenook_server").joinpath("assets", ASSET).read_text(encoding="utf-8")
    found: Mapping[str, object] = json.loads(text)
    return found


def _number(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]
