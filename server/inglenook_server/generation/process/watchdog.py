"""How long an engine may be silent while a call is due, and how that is counted. Pure: it has no clock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FLOOR_S = 30.0
"""Seconds of silence that any engine is allowed: Python starts within them from a cold disk on a busy machine."""
SECONDS_PER_GB = 60.0
"""More for each GB of weights. The longest step reads 256 tokens of a prompt, 2 s a GB on two free cores; thirty times
that leaves room for older processors, busy cores, and weights that come back from swap at 17 MB/s."""
STEPS_PER_LOAD = 10
"""A load has no steps; it may take as long as so many of the slowest ones. From a cold disk that reads 10 MB a second
the default model is loaded after 45 s."""
TICK_S = 1.0
"""Seconds between two ticks while a call is due."""
ASLEEP_S = 5.0
"""A tick that comes so many seconds late shows that the server did not run either: the machine slept."""
WEIGHTS = ("openvino_model.bin", "*.safetensors")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long an engine may take, in seconds."""

    step_s: float
    """Of silence, while a call is due."""
    load_s: float
    """To load a model or to switch an adapter, silent or not."""
    tick_s: float = TICK_S


def bounds_for(weights: int) -> Bounds:
    """The bounds of a model with so many bytes of weights."""
    step_s = FLOOR_S + SECONDS_PER_GB * weights / 1e9
    return Bounds(step_s, STEPS_PER_LOAD * step_s)


def weights_in(folder: Path) -> int:
    """Bytes of the weights in a model's folder."""
    return sum(file.stat().st_size for pattern in WEIGHTS for file in folder.glob(pattern))


class Watchdog:
    """Counts the seconds of silence while a call is due.

    A clock may or may not run while a machine sleeps, so a tick that comes late counts from 0 again.
    """

    def __init__(self) -> None:
        self._signs = 0
        self._silent = self._loading = 0.0

    def tick(self, elapsed: float, bounds: Bounds, *, signs: int, due: bool, loading: bool) -> float:
        """Count `elapsed` seconds more; `signs` messages came in all. Gives the seconds that were too many, or 0."""
        if elapsed > bounds.tick_s + ASLEEP_S:
            self._silent = 0.0
            return 0.0
        self._silent = self._silent + elapsed if due and signs == self._signs else 0.0
        self._loading = self._loading + elapsed if loading else 0.0
        self._signs = signs
        if self._silent > bounds.step_s:
            return self._silent
        return self._loading if self._loading > bounds.load_s else 0.0
