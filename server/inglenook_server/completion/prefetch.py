"""What is prepared while nothing is asked for: the completion that follows the one that is shown. Knows no LSP.

Belongs to the event loop's thread.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future

from inglenook_server.completion.complete import Completion
from inglenook_server.completion.completer import Completer, retrieve
from inglenook_server.completion.pending import Pending
from inglenook_server.completion.request import Request
from inglenook_server.settings import CompletionSettings

URGENCY = 6
"""After anything that somebody waits for."""
DELAY_S = 0.15
"""Seconds without a request after which it begins."""


class Prefetcher:
    """Prepares one follow-up, and the next line's where that says that the line is complete."""

    def __init__(self, completer: Completer) -> None:
        self._completer = completer
        self._timer: asyncio.TimerHandle | None = None
        self.pending: Pending | None = None
        """The generation under way, which a request may join."""

    def prepare(self, request: Request, text: str, settings: CompletionSettings) -> None:
        """Once nothing else is asked for, complete what would stand there if `text` were accepted."""
        following = request.after(text)
        if self.pending is not None and self.pending.cursor == following.cursor:
            return  # the suggestion is being typed through; its follow-up stays the same
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(DELAY_S, self._begin, following, settings, True)

    def stop(self) -> None:
        """Prepare nothing, and stop what is under way."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.pending is not None:
            self.pending.stop()
            self.pending = None

    def _begin(self, request: Request, settings: CompletionSettings, further: bool) -> None:
        """Prepare one completion; where it is empty and `further` is set, the next line's as well."""
        self._timer = None
        if not self._completer.loaded:
            return
        known = self._completer.recall(request, settings)
        if known is not None:
            if further and not known.text:
                self._begin(request.after_enter(), settings, False)
            return
        self.pending = pending = self._completer.start(request, settings, URGENCY)
        job = pending.job
        assert job is not None
        loop = asyncio.get_running_loop()

        def go_on() -> None:
            if further and self.pending is pending and not pending.diverges() and not job.stop.is_set():
                known = self._completer.recall(request, settings)
                if known is not None and not known.text:
                    self._begin(request.after_enter(), settings, False)

        def done(future: Future[Completion]) -> None:
            retrieve(future)
            if not loop.is_closed():
                loop.call_soon_threadsafe(go_on)

        job.future.add_done_callback(done)
