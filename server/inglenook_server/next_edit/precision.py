"""How often each kind of offer was exactly what the author did next, measured on the fitting repositories.

`python -m tests.benchmarks nextedit --set fit --fit` measures it, and drags small counts down: (right + 1) / (offers +
offers after a change without follow-up + 3). A kind that is not named here was seen too rarely or was wrong too often.
"""

from __future__ import annotations

SHOWN = 0.5
"""What is less certain is not offered."""
MEASURED = {
    "across.re": 0.58,
    "alone.re.1.down": 0.57,
    "alone.re.3.down": 0.7,
    "elsewhere.member": 0.56,
    "elsewhere.top": 0.71,
    "pair.in.14.down": 0.83,
    "pair.in.3.down": 0.69,
    "pair.re.0.down": 0.56,
    "pair.re.1.down": 0.8,
    "pair.re.14.down": 0.9,
    "pair.re.14.down.skip": 0.7,
    "pair.re.3.down": 0.91,
    "rename.member": 0.8,
    "rename.member.other": 0.5,
    "rename.member.shared": 0.6,
    "rename.parameter": 0.75,
    "rename.parameter.again": 0.5,
    "rename.top": 0.9,
    "rename.top.again": 0.5,
    "rename.top.echo": 0.5,
    "rename.variable": 0.86,
    "rename.variable.again": 0.5,
    "rename.variable.again.mixed": 0.57,
    # A parameter's new name at the calls that name it follows from the same edit as its uses: as certain as those.
    "signature.argument": 0.75,
    "elsewhere.parameter": 0.75,
}


def certainty(kind: str) -> float:
    """The measured chance that an offer of this kind is right, 0-1."""
    return MEASURED.get(kind, 0.0)
