"""Why background work must wait: somebody types, a model generates, the machine runs on battery. Knows no LSP."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

QUIET_S = 1.5
"""Seconds after the last change of a buffer during which somebody counts as typing."""
RECENT = 32
"""Documents edited lately that are remembered."""
BATTERY_S = 30.0
"""Seconds for which an answer about the battery is kept: asking the system takes a millisecond or more."""


class Activity:
    """What happened lately. Thread-safe."""

    def __init__(self, generating: Callable[[], bool], ask_battery: Callable[[], bool] | None = None) -> None:
        self._generating = generating
        self._ask_battery = ask_battery or on_battery_now
        self._lock = threading.Lock()
        self._edited: OrderedDict[str, None] = OrderedDict()
        self._last = float("-inf")
        self._battery = (float("-inf"), False)
        self.on_battery = False
        """Whether background work goes on without mains power."""

    def edited(self, uri: str) -> None:
        """A buffer has changed."""
        with self._lock:
            self._last = time.monotonic()
            self._edited[uri] = None
            self._edited.move_to_end(uri)
            while len(self._edited) > RECENT:
                self._edited.popitem(last=False)

    @property
    def recent(self) -> tuple[str, ...]:
        """URIs of the documents edited lately, the latest first."""
        with self._lock:
            return tuple(reversed(self._edited))

    def busy(self) -> bool:
        """Whether somebody types, or waits for a completion or an answer."""
        return self._generating() or time.monotonic() - self._last < QUIET_S

    def saving_power(self) -> bool:
        """Whether the machine runs on battery, and background work should wait for that reason."""
        if self.on_battery:
            return False
        now = time.monotonic()
        if now - self._battery[0] > BATTERY_S:
            self._battery = (now, self._ask_battery())
        return self._battery[1]


def on_battery_now() -> bool:
    """Whether the machine has a battery and no mains power; False where that can't be known."""
    import psutil

    try:
        battery = psutil.sensors_battery()
    except (AttributeError, OSError, RuntimeError):  # a system without the call, or with a strange battery
        return False
    return battery is not None and battery.power_plugged is False
