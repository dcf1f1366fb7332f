"""How long an automatic request waits before it may ask the model. Adapts to the typist; knows no clock and no editor.

After Tabby: half as long again as the mean gap between keys, less what an answer takes, within bounds. Who types fast
is not interrupted by requests nobody will see; who pauses is answered soon.
"""

from __future__ import annotations

from collections import deque

GAPS = 10
"""Gaps between keys that count; about two words."""
SHORTEST_MS, LONGEST_MS = 20.0, 600.0
"""A shorter gap is an editor's own insertion, a longer one a pause to think; neither says how fast somebody types."""
FACTOR = 1.5
"""Of Tabby's 1.5-3.0; a cancelled request costs little here, for the engine stops within a step."""
USUAL_MS = 160.0
"""A gap of ordinary typists, until enough keys were seen."""
WEIGHT = 0.3
"""How much the newest response time counts in their running mean."""


class Debounce:
    """One typist's gaps and one model's response times."""

    def __init__(self) -> None:
        self._gaps: deque[float] = deque(maxlen=GAPS)
        self._last_ms: float | None = None
        self._response_ms = 0.0

    def key(self, now_ms: float) -> None:
        """A change was typed at `now_ms`, in milliseconds of any clock that does not go back."""
        if self._last_ms is not None and SHORTEST_MS <= now_ms - self._last_ms <= LONGEST_MS:
            self._gaps.append(now_ms - self._last_ms)
        self._last_ms = now_ms

    def answered(self, ms: float) -> None:
        """The model took `ms` for an answer."""
        self._response_ms = ms if not self._response_ms else (1 - WEIGHT) * self._response_ms + WEIGHT * ms

    @property
    def gap_ms(self) -> float:
        """The typist's mean gap."""
        return sum(self._gaps) / len(self._gaps) if len(self._gaps) >= GAPS // 2 else USUAL_MS

    def wait_ms(self, shortest: float, longest: float) -> float:
        """Milliseconds to wait, from `shortest` to `longest`; none at all where `shortest` is 0."""
        if shortest <= 0:
            return 0.0
        return min(max(self.gap_ms * FACTOR - self._response_ms, shortest), max(longest, shortest))
