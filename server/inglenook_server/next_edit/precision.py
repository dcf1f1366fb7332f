"""How often each kind of offer was exactly what the author did next, measured on the fitting repositories.

`python -m tests.benchmarks nextedit --set fit --fit` measures it, and drags small counts down: (right + 1) / (offers +
offers after a change without follow-up + 3). A kind that is not named here was seen too rarely or was wrong too often.
"""

from __future__ import annotations

SHOWN = 0.6
"""What is less certain is not offered."""
MEASURED = {
    "across.re": 0.63,
    "alone.re.1.down": 0.68,
    "alone.re.3.down": 0.62,
    "elsewhere.top": 0.75,
    "pair.add.14.down": 0.83,
    "pair.add.3.down": 0.71,
    "pair.in.14.down": 0.74,
    "pair.re.1.down": 0.81,
    "pair.re.14.down": 0.9,
    "pair.re.14.down.skip": 0.62,
    "pair.re.3.down": 0.92,
    "rename.member": 0.88,
    "rename.member.other": 0.6,
    "rename.member.shared": 0.6,
    "rename.parameter": 0.82,
    "rename.parameter.again": 0.6,
    "rename.top": 0.85,
    "rename.variable": 0.86,
    # A parameter's new name at the calls that name it follows from the same edit as its uses: as certain as those.
    "signature.argument": 0.82,
    "elsewhere.parameter": 0.82,
}


def certainty(kind: str) -> float:
    """The measured chance that an offer of this kind is right, 0-1."""
    return MEASURED.get(kind, 0.0)
