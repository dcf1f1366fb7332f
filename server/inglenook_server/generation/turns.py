"""Whose turn it is on an engine that takes one step at a time: the urgent first, the others between their steps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

POLL_S = 0.02
"""How often somebody who waits looks whether it was cancelled."""
PATIENCE_S = 0.5
"""A patient caller gets a step after waiting this long, whoever is urgent: somebody who types without a pause must not
stop an answer altogether."""


@dataclass(eq=False)
class _Ticket:
    urgent: bool = False
    resuming: bool = False
    """It has stepped aside and is not done."""
    alone: bool = False
    came: float = field(default_factory=time.monotonic)

    @property
    def first(self) -> bool:
        """Whether it goes before a patient one that has just come."""
        return self.urgent or time.monotonic() - self.came > PATIENCE_S


class Turns:
    """A lock with two classes of callers, and a way to step aside."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._busy = False
        self._begun = 0
        """Callers that have had a turn and are not done."""
        self._waiting: list[_Ticket] = []

    def enter(self, *, urgent: bool, cancelled: Callable[[], bool] = lambda: False) -> bool:
        """Wait for the turn; False when cancelled before it came."""
        return self._enter(_Ticket(urgent), cancelled)

    def enter_alone(self) -> None:
        """Wait until all that have begun are done; whoever comes later waits."""
        self._enter(_Ticket(alone=True), lambda: False)

    def leave(self) -> None:
        """Done: give the turn to the next."""
        with self._condition:
            self._begun -= 1
            self._busy = False
            self._condition.notify_all()

    def step_aside(self, *, urgent: bool) -> None:
        """Between two steps: let those go first who waited too long, and, who is not urgent, anybody who waits.

        It has the turn again afterwards.
        """
        with self._condition:
            then = self._next()
            if then is None or (urgent and (then.urgent or not then.first)):
                return
            self._busy = False
            self._condition.notify_all()
        self._enter(_Ticket(urgent, resuming=True), lambda: False)

    def _enter(self, ticket: _Ticket, cancelled: Callable[[], bool]) -> bool:
        with self._condition:
            self._waiting.append(ticket)
            try:
                while self._busy or self._next() is not ticket:
                    if cancelled():
                        return False
                    self._condition.wait(POLL_S)
                self._busy = True
                self._begun += not ticket.resuming
                return True
            finally:
                self._waiting.remove(ticket)

    def _next(self) -> _Ticket | None:
        """Who waited too long, else who is urgent, else who came first, of those who may."""
        able = self._waiting
        if any(one.alone for one in self._waiting):
            able = [one for one in able if (not self._begun if one.alone else one.resuming)]
        return min(able, key=lambda one: (not one.first, one.urgent, one.came), default=None)
