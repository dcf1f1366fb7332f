"""One session's inline completion: which request waits, which is answered at once, which generation goes on.

Belongs to the event loop's thread. A request is answered from memory if it can be; else it waits for a pause in the
typing, unless it was asked for explicitly; else it joins the generation under way, where that agrees with what was
typed since; else it starts one. A newer request answers an older one with nothing, at once. Knows no LSP.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from inglenook_server.completion.complete import Completion
from inglenook_server.completion.completer import Completer, retrieve
from inglenook_server.completion.debounce import Debounce
from inglenook_server.completion.memory import Memory
from inglenook_server.completion.pending import Pending
from inglenook_server.completion.prefetch import Prefetcher
from inglenook_server.completion.request import Request
from inglenook_server.completion.syntax.trigger import in_word
from inglenook_server.runtime.workers import Worker
from inglenook_server.settings import CompletionSettings

if TYPE_CHECKING:
    from inglenook_server.session.model_host import ModelHost

URGENCY = 0
"""Before a chat that waits: someone is typing."""
GRACE_S = 0.05
"""How long a generation whose request was cancelled is kept for the next key's request, which comes right after."""


class Scheduler:
    """Takes requests, one for each key."""

    def __init__(self, worker: Worker, host: ModelHost, memory: Memory) -> None:
        self._completer = Completer(worker, host, memory)
        self._ahead = Prefetcher(self._completer)
        self._debounce = Debounce()
        self._pending: Pending | None = None
        self._newer = asyncio.Event()

    async def suggest(self, request: Request, settings: CompletionSettings) -> Completion | None:
        """A suggestion; None where a newer request took this one's place. Raises what `complete` raises."""
        newer = self._arrive(request)
        if request.automatic and request.completing and in_word(request.cursor):
            return None
        known = self._completer.recall(request, settings)
        if known is None and request.automatic and not self._joinable(request, settings):
            self._stop()
            pause_ms = self._debounce.wait_ms(settings.debounce_ms, settings.max_debounce_ms)
            if await _set_within(newer, pause_ms / 1000):
                return None
        if known is None:
            known = await self._from_model(request, settings, newer)
        if known is not None and known.text and settings.ahead:
            self._ahead.prepare(request, known.text, settings)
        return known

    def close(self) -> None:
        """Stop what is under way."""
        self._stop()

    def _arrive(self, request: Request) -> asyncio.Event:
        """Answer older requests with nothing; the event is set when this one has become an older one."""
        if request.automatic:
            self._debounce.key(time.perf_counter() * 1000)
        self._newer.set()
        self._newer = newer = asyncio.Event()
        return newer

    def _joinable(self, request: Request, settings: CompletionSettings) -> Pending | None:
        for pending in (self._pending, self._ahead.pending):
            if pending is not None and self._completer.joins(pending, request, settings):
                return pending
        return None

    async def _from_model(
        self, request: Request, settings: CompletionSettings, newer: asyncio.Event
    ) -> Completion | None:
        """Join the generation under way, or start one; a joined one that turns out otherwise is followed by another."""
        pending = self._joinable(request, settings)
        if pending is not None:
            if await self._result(pending, newer) is None and newer.is_set():
                return None
            known = self._completer.recall(request, settings)
            if known is not None:
                return known
        self._stop()
        started = time.perf_counter()
        self._pending = pending = self._completer.start(request, settings, URGENCY)
        completion = await self._result(pending, newer)
        if completion is not None and completion.explanation.prompt:
            self._debounce.answered((time.perf_counter() - started) * 1000)
        if completion is not None and pending.typed:
            return self._completer.recall(request, settings)  # a newer request has joined it, and gets the answer
        return completion

    async def _result(self, pending: Pending, newer: asyncio.Event) -> Completion | None:
        """The generation's result; None where a newer request came first, or where it was stopped."""
        assert pending.job is not None
        future = asyncio.wrap_future(pending.job.future)
        waiting = asyncio.ensure_future(newer.wait())
        both: set[asyncio.Future[Any]] = {future, waiting}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            # The client has given this request up, mostly for the next key's: that one decides about the generation.
            asyncio.get_running_loop().call_later(GRACE_S, _stop_unless, newer, pending)
            raise
        finally:
            waiting.cancel()
        if not future.done():
            future.add_done_callback(retrieve)
            return None
        if future.cancelled():
            return None
        return future.result()

    def _stop(self) -> None:
        self._ahead.stop()
        if self._pending is not None:
            self._pending.stop()
            self._pending = None


def _stop_unless(newer: asyncio.Event, pending: Pending) -> None:
    """Stop a generation, unless there is a newer request, which has decided about it."""
    if not newer.is_set():
        pending.stop()


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait so long; True as soon as the event is set."""
    if seconds <= 0:
        return event.is_set()
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
