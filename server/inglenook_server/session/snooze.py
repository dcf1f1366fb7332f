"""A pause in suggestions, which the user asked for. Knows no LSP."""

from __future__ import annotations

import time

from inglenook_server.runtime.status import SessionStatus

LONGEST_MINUTES = 24 * 60


class Snooze:
    """Until when nothing is suggested unless it was asked for. Belongs to the event loop's thread."""

    def __init__(self, status: SessionStatus) -> None:
        self._status = status
        self._until = 0.0

    @property
    def active(self) -> bool:
        """Whether it is on. Clears it in the status when it has run out."""
        on = time.time() < self._until
        if not on and self._until:
            self.set(0)
        return on

    def set(self, minutes: float) -> None:
        """Pause for so many minutes from now; 0 ends it."""
        minutes = min(max(minutes, 0), LONGEST_MINUTES)
        self._until = time.time() + minutes * 60 if minutes else 0.0
        self._status.set(snoozed=time.strftime("%H:%M", time.localtime(self._until)) if minutes else "")
