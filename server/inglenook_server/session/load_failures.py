"""The last load that failed, and how long it is not tried again. Knows no generator."""

from __future__ import annotations

import logging
import time
from collections.abc import Hashable

from inglenook_indexer.system.memory_limit import ran_out

from inglenook_server.errors import EngineDied, GenerationError, InglenookError, ModelError

RETRY_S = 30.0
"""Seconds before a load that failed for more than missing files is tried again: it may have taken many."""
LONGEST_RETRY_S = 480.0
"""The pause doubles with each engine that dies after the last, up to this."""
LIFE_S = 600.0
"""Seconds after which an engine's death counts as the first again: what ended the one before did not end it."""

_log = logging.getLogger(__name__)


class LoadFailures:
    """What failed, by the key of what was loaded, and how often engines died in a row."""

    def __init__(self) -> None:
        self._last: tuple[Hashable, float, InglenookError] | None = None
        self._deaths = 0

    def recent(self, key: Hashable) -> InglenookError | None:
        """The error of the last load, where it was of `key` and must not be tried again yet."""
        last = self._last
        return last[2] if last is not None and last[0] == key and time.monotonic() < last[1] else None

    def clear(self) -> None:
        """A load has succeeded."""
        self._last = None

    def load_failed(self, key: Hashable, error: Exception) -> InglenookError:
        """Note a failed load. Gives the error with a sentence for the user."""
        if not isinstance(error, InglenookError):
            _log.error("The engine could not be started: %s", type(error).__name__)
            what = "The memory ran out" if ran_out(error) else f"An unexpected {type(error).__name__}"
            error = GenerationError(f"{what} while the model was loaded.", "inglenook doctor")
        wait_s = 0.0 if isinstance(error, ModelError | EngineDied) else RETRY_S
        self._last = (key, time.monotonic() + wait_s, error)
        return error

    def engine_died(self, key: Hashable, error: EngineDied, lived_s: float) -> EngineDied:
        """Note an engine's death; from the second in a row on, the next load waits. Gives the error to show."""
        self._deaths = 1 if lived_s > LIFE_S else self._deaths + 1
        _log.error("%s", error.message)
        if self._deaths > 1:
            pause_s = min(RETRY_S * 2 ** (self._deaths - 2), LONGEST_RETRY_S)
            often = f"The engine ended {self._deaths} times in a row; another is started after {pause_s:.0f} s."
            error = EngineDied(often, error.mend or "inglenook doctor")
            self._last = (key, time.monotonic() + pause_s, error)
        return error
