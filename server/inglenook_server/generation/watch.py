"""When an engine has been silent for too long: how long it may be, and how that is counted. Pure: it has no clock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FLOOR_S = 30.0
"""Seconds without a sign that any engine may take: Python starts within them from a cold disk on a busy machine."""
SECONDS_PER_GB = 60.0
"""More for each GB of weights. The longest step reads 256 tokens of a prompt, 2 s a GB on two free cores; thirty times
that leaves room for older processors, busy cores, and weights that come back from swap at 17 MB/s."""
STEPS_PER_LOAD = 10
"""A load says nothing of how far it is; it may take as long as so many of the slowest steps. From a cold disk that
reads 10 MB a second the default model is here after 45 s."""
TICK_S = 1.0
"""How often somebody looks while something is due."""
ASLEEP_S = 5.0
"""Who looked that much later than it meant to did not run either: the machine slept, or was stopped as a whole."""
WEIGHTS = ("openvino_model.bin", "*.safetensors")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long an engine may take, in seconds."""

    step_s: float
    """Without a sign, while something is due."""
    load_s: float
    """To load a model or to switch an adapter, signs or not."""
    tick_s: float = TICK_S


def bounds_for(weights: int) -> Bounds:
    """The bounds of a model with so many bytes of weights."""
    step_s = FLOOR_S + SECONDS_PER_GB * weights / 1e9
    return Bounds(step_s, STEPS_PER_LOAD * step_s)


def weights_in(folder: Path) -> int:
    """Bytes of the weights in a model's folder."""
    return sum(file.stat().st_size for pattern in WEIGHTS for file in folder.glob(pattern))


class Watch:
    """Counts for how long there was no sign while something was due, in time that the watcher itself lived through.

    A clock may or may not go on while a machine sleeps; a tick that comes late for that gives the engine a fresh start.
    """

    def __init__(self) -> None:
        self._signs = 0
        self._silent = self._loading = 0.0

    def tick(self, elapsed: float, bounds: Bounds, *, signs: int, due: bool, loading: bool) -> float:
        """`elapsed` seconds later, with so many signs in all; the seconds that were too many, or 0."""
        if elapsed > bounds.tick_s + ASLEEP_S:
            self._silent = 0.0
            return 0.0
        self._silent = self._silent + elapsed if due and signs == self._signs else 0.0
        self._loading = self._loading + elapsed if loading else 0.0
        self._signs = signs
        if self._silent > bounds.step_s:
            return self._silent
        return self._loading if self._loading > bounds.load_s else 0.0
