"""Runs sources side by side, each with a time budget; who is late is dropped. Knows nothing of what they do."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")

THREADS = 4
"""One a source that reads the index; the others take less than a millisecond."""


class SourceRunner(Generic[T]):
    """A few threads of its own, started with the first run."""

    def __init__(self, patience: float = 1.0) -> None:
        """`patience` multiplies every budget: a command line that completes once may wait for a cold index."""
        self._patience = patience
        self._pool: ThreadPoolExecutor | None = None
        self._late: dict[str, tuple[Hashable, Future[tuple[T, float]]]] = {}

    def run(
        self,
        sources: Mapping[str, Callable[[], T]],
        budget_ms: Mapping[str, float],
        questions: Mapping[str, Hashable] | None = None,
    ) -> tuple[dict[str, T], dict[str, float], dict[str, float]]:
        """What the sources gave within their budgets; milliseconds by source; of those that were late, what they had.

        What a source is asked may stand in `questions`: a late answer is then good for the next run that asks the
        same. A source that is still at the work of an earlier run is not started again: one that hangs costs one
        thread. A source that fails gives nothing.
        """
        asked = questions or {}
        if self._pool is None:
            self._pool = ThreadPoolExecutor(THREADS, "inglenook-context")
        started = time.perf_counter()
        running: dict[str, Future[tuple[T, float]]] = {}
        behind: dict[str, float] = {}
        for name, source in sources.items():
            question, late = self._late.pop(name, (None, None))
            if late is not None and question is not None and question == asked.get(name):
                running[name] = late
                continue
            if late is not None and not late.done():
                self._late[name] = question, late
                behind[name] = self._patience * budget_ms[name]
                continue
            running[name] = self._pool.submit(_timed, source)
        found: dict[str, T] = {}
        times: dict[str, float] = {}
        for name, future in running.items():
            left = self._patience * budget_ms[name] / 1000 - (time.perf_counter() - started)
            try:
                found[name], times[name] = future.result(max(left, 0.0))
            except TimeoutError:
                self._late[name] = asked.get(name), future
                times[name] = behind[name] = self._patience * budget_ms[name]
            except Exception:  # a completion needs no context; what is wrong with an index is said by its updater
                times[name] = 0.0
        return found, times, behind

    def forget(self) -> None:
        """What is late now is good for nothing any more."""
        self._late = {name: (None, late) for name, (_, late) in self._late.items()}

    def close(self) -> None:
        """Let the threads end; a late source is not waited for."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)


def _timed(source: Callable[[], T]) -> tuple[T, float]:
    started = time.perf_counter()
    result = source()
    return result, round((time.perf_counter() - started) * 1000, 2)
