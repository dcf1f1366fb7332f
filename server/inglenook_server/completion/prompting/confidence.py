"""How likely a suggestion is right: the model's own certainty, and whether the repository knows its names.

A logistic regression; the weights in `assets/confidence.json` are fitted by `python -m tests.benchmarks gate` on
packages that are never reported; its result also says how estimates and outcomes agree. Knows no engine.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

from inglenook_server.completion.prompting.retrieval_gate import probability
from inglenook_server.completion.syntax.cursor import Cursor

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

ASSET = "confidence.json"
UNKNOWN = 1.0
"""What an engine that does not tell its certainty gets: nothing is hidden on no ground."""

_NAME = re.compile(r"[^\W\d]\w{2,}")


def estimate(log_probability: float | None, text: str, cursor: Cursor, hits: Sequence[Hit]) -> float:
    """The chance, 0-1, that the user would have written `text`."""
    if log_probability is None or not text:
        return UNKNOWN
    return probability(features(log_probability, text, cursor, hits), _weights())


def features(log_probability: float, text: str, cursor: Cursor, hits: Sequence[Hit]) -> dict[str, float]:
    """What is known once the text is there."""
    names = set(_NAME.findall(text))
    known = set(_NAME.findall(cursor.prefix)) | set(_NAME.findall(cursor.suffix))
    theirs = {name for hit in hits for name in _NAME.findall(hit.chunk.text)}
    return {
        "certainty": math.exp(log_probability),
        "known": len(names & known) / max(len(names), 1),
        "agreed": len(names & (theirs - known)) / max(len(names), 1),
        "invented": len(names - known - theirs) / max(len(names), 1),
        "length": min(len(text) / 80, 1.0),
        "lines": min(text.count("\n") / 5, 1.0),
    }


@functools.cache
def _weights() -> Mapping[str, object]:
    text = files("inglenook_server").joinpath("assets", ASSET).read_text(encoding="utf-8")
    found: Mapping[str, object] = json.loads(text)
    return found
