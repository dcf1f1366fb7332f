"""Whether the model is asked again with other files in its prompt: a logistic regression. Knows no engine.

The idea is Repoformer's: other files help at some cursors and harm at others. What says most is how sure the model was
of what it wrote without them. The weights in `assets/retrieval_gate.json` are fitted by `python -m tests.benchmarks
gate` on packages that are never reported.
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

from inglenook_server.completion.syntax.cursor import Cursor

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

ASSET = "retrieval_gate.json"
NEAR = 4
"""Lines above the cursor that count as near."""
SURE = -0.05
"""Mean natural-log probability of a token above which other files are not even looked for."""

_NAME = re.compile(r"[^\W\d]\w{2,}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to ask again, and the estimated chance that other files make the text better."""

    use: bool
    chance: float

    def words(self, found: int) -> str:
        """For whoever asks why."""
        if not found:
            return "nothing was found in other files"
        spans = "1 span was" if found == 1 else f"{found} spans were"
        share = f"{self.chance:.0%}"
        if self.use:
            return f"{spans} shown to the model; the chance that this helps is {share}"
        return f"{spans} left out; the chance that they help is only {share}"


def judge(cursor: Cursor, path: str, hits: Sequence[Hit], likelihood: float | None) -> Verdict:
    """Decide about all the hits of a place together; `likelihood` is the mean log-probability without them."""
    if not hits:
        return Verdict(False, 0.0)
    weights = _weights()
    chance = probability(features(cursor, path, hits, likelihood), weights)
    return Verdict(chance >= _number(weights["threshold"]), chance)


def features(cursor: Cursor, path: str, hits: Sequence[Hit], likelihood: float | None) -> dict[str, float]:
    """What is known before the model is asked again; each roughly between 0 and 1."""
    above = "\n".join((*cursor.above[-NEAR:], cursor.before))
    near = set(_NAME.findall(above))
    own = set(_NAME.findall(cursor.prefix[-4_000:])) | set(_NAME.findall(cursor.suffix[:2_000]))
    theirs = [set(_NAME.findall(hit.chunk.text)) for hit in hits]
    found = set().union(*theirs)
    before = cursor.before.rstrip()
    return {
        "doubt": min(-(likelihood if likelihood is not None else -2.0), 2.0) / 2,
        "definition": max(hit.parts.get("definition", 0.0) for hit in hits),
        "awaited": max(hit.parts.get("awaited", 0.0) for hit in hits),
        "usage": max(hit.parts.get("usage", 0.0) for hit in hits),
        "similar": max(hit.parts.get("similar", 0.0) for hit in hits),
        "meaning": max(hit.parts.get("meaning", 0.0) for hit in hits),
        "jaccard": max(len(near & one) / max(len(near | one), 1) for one in theirs),
        "near_covered": len(near & found) / max(len(near), 1),
        "new_names": min(len(found - own) / 40, 1.0),
        "own_length": min(len(cursor.prefix) / 8_000, 1.0),
        "line_begun": float(bool(before.strip())),
        "member": float(before.endswith(".")),
        "call": float(before.endswith("(")),
        "same_folder": float(any(_folder(hit.chunk.path) == _folder(path) for hit in hits)),
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
