"""A lock on an engine that takes one step at a time. Urgent callers go first, between the steps of the others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

POLL_S = 0.02
"""How often a waiting caller checks whether it was cancelled."""
PATIENCE_S = 0.5
"""A caller that is not urgent gets a step after this wait all the same: typing without a pause must not stop an answer
altogether."""


@dataclass(eq=False)
class _Ticket:
    urgent: bool = False
    resuming: bool = False
    """Whether the caller has the lock, and yielded it between two steps."""
    alone: bool = False
    came: float = field(default_factory=time.monotonic)

    @property
    def first(self) -> bool:
        """Whether it goes before a caller that is not urgent and has just come."""
        return self.urgent or time.monotonic() - self.came > PATIENCE_S


class PriorityLock:
    """A lock with two priorities, which its holder can yield."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._busy = False
        self._begun = 0
        """Callers that have entered and not left, those that yielded among them."""
        self._waiting: list[_Ticket] = []

    def enter(self, *, urgent: bool, cancelled: Callable[[], bool] = lambda: False) -> bool:
        """Wait for the lock; False when cancelled before."""
        return self._enter(_Ticket(urgent), cancelled)

    def enter_alone(self) -> None:
        """Wait until all callers that have entered have left; later ones wait."""
        self._enter(_Ticket(alone=True), lambda: False)

    def leave(self) -> None:
        """Release the lock."""
        with self._condition:
            self._begun -= 1
            self._busy = False
            self._condition.notify_all()

    def yield_lock(self, *, urgent: bool) -> None:
        """Between two steps, let callers go first that waited too long, and all callers if this one is not urgent.

        Returns with the lock.
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
        """The caller that waited too long, else an urgent one, else the first, of those that may enter."""
        able = self._waiting
        if any(one.alone for one in self._waiting):
            able = [one for one in able if (not self._begun if one.alone else one.resuming)]
        return min(able, key=lambda one: (not one.first, one.urgent, one.came), default=None)
