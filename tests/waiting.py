"""Waiting for what another thread or process does: as long as the slowest, busiest machine may need."""

from __future__ import annotations

import time
from collections.abc import Callable

TIMEOUT_S = 120.0
"""For anything that is sure to come. A test that works waits no longer than the thing itself takes."""
POLL_S = 0.005


def until(true: Callable[[], object], what: str = "") -> None:
    """Wait for `true()`. Raises AssertionError after TIMEOUT_S."""
    deadline = time.monotonic() + TIMEOUT_S
    while not true():
        assert time.monotonic() < deadline, f"waited {TIMEOUT_S:g} s for {what or true}"
        time.sleep(POLL_S)
