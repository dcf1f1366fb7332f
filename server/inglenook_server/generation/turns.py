"""Whose turn it is on an engine that does one thing at a time: the urgent first, the others between their steps."""

from __future__ import annotations

import threading
from collections.abc import Callable

POLL_S = 0.02
"""How often somebody who waits looks whether it was cancelled."""


class Turns:
    """A lock with two classes of callers, and a way for the patient ones to step aside."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._busy = False
        self._urgent = 0

    def enter(self, *, urgent: bool, cancelled: Callable[[], bool]) -> bool:
        """Wait for the turn; False when cancelled before it came."""
        with self._condition:
            self._urgent += urgent
            try:
                while self._busy or (self._urgent and not urgent):
                    if cancelled():
                        return False
                    self._condition.wait(POLL_S)
                self._busy = True
                return True
            finally:
                self._urgent -= urgent

    def leave(self) -> None:
        """Give the turn to the next."""
        with self._condition:
            self._busy = False
            self._condition.notify_all()

    def step_aside(self) -> None:
        """Between two steps of a patient caller: let those who are urgent go first. It has the turn again after."""
        if self._urgent:
            self.leave()
            self.enter(urgent=False, cancelled=lambda: False)
