"""How often each kind of offer was exactly what the author did next, measured on the fitting repositories.

`python -m tests.benchmarks nextedit --set fit` measures it; the figures are those of that run, with small counts drawn
toward the mean (one is added to three). A kind that is not named was not seen often enough to be shown.
"""

from __future__ import annotations

SHOWN = 0.7
"""What is less certain is not offered."""
MEASURED: dict[str, float] = {}


def certainty(kind: str) -> float:
    """The measured chance that an offer of this kind is right, 0-1."""
    return MEASURED.get(kind, 0.0)
