"""One session's inline completion: who waits, who is answered at once, what the model works at. Knows no LSP.

Belongs to the event loop's thread. A request is answered from memory if it can be; else it waits for the typist to
rest, unless it was asked for explicitly; else it joins the generation under way, where that agrees with what was typed
since; else it starts one. A newer request answers an older one with nothing, at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from inglenook_server.completion.cache import Key
from inglenook_server.completion.context import Surroundings
from inglenook_server.completion.cursor import Cursor, indentation
from inglenook_server.completion.engine import Completion, cache_key, complete, recall
from inglenook_server.completion.memory import Memory
from inglenook_server.completion.pace import Pace
from inglenook_server.completion.trigger import in_word
from inglenook_server.settings import CompletionSettings
from inglenook_server.workers import Cancelled, Job, Worker

if TYPE_CHECKING:
    from inglenook_server.host import ModelHost
    from inglenook_server.workspace import Searches

URGENCY = 0
"""Before a chat that waits: someone is typing."""
AHEAD_URGENCY = 6
"""After anything that somebody waits for."""
AHEAD_S = 0.15
"""Rest after which the follow-up of a shown suggestion is prepared."""
ORPHAN_S = 0.05
"""How long a generation whose request was cancelled is kept for the next key's request, which comes right after."""


@dataclass(frozen=True)
class Ask:
    """One request."""

    path: str
    text: str
    offset: int
    automatic: bool
    completing: bool = False
    """Whether the editor's own completion list has an entry selected."""
    index: Callable[[], Searches | None] = field(default=lambda: None)
    """Asked, as are the surroundings, on the worker's thread: files are looked at for it, and texts masked."""
    surroundings: Callable[[], Surroundings] = field(default=Surroundings)


class Flight:
    """A generation under way, and what has been typed since it began."""

    def __init__(self, key: Key, prefix: str, suffix: str) -> None:
        self.key = key
        self.prefix = prefix
        self.suffix = suffix
        self.text = ""
        """What the model has written so far; the worker's thread appends."""
        self.typed = ""
        """What the newest request has beyond `prefix`."""
        self.job: Job[Completion] | None = None

    @property
    def over(self) -> bool:
        """Whether nothing can be expected of it any more."""
        return self.job is None or self.job.future.done() or self.job.stop.is_set()

    def diverges(self) -> bool:
        """Whether what was typed is not what is being written."""
        text, typed = self.text, self.typed
        return not (text.startswith(typed) or typed.startswith(text))

    def joins(self, key: Key, prefix: str, suffix: str) -> bool:
        """Whether a request for this place may wait for this generation; if so, it is held to what was typed."""
        if self.over or key != self.key or suffix != self.suffix or not prefix.startswith(self.prefix):
            return False
        before, self.typed = self.typed, prefix[len(self.prefix) :]
        if self.diverges():
            self.typed = before
            return False
        return True

    def stop(self) -> None:
        """Let the engine stop at its next step."""
        if self.job is not None:
            self.job.cancel()


class Desk:
    """Takes requests, one for each key."""

    def __init__(self, worker: Worker, host: ModelHost, memory: Memory) -> None:
        self._worker = worker
        self._host = host
        self._memory = memory
        self._pace = Pace()
        self._flight: Flight | None = None
        self._ahead: Flight | None = None
        self._ahead_timer: asyncio.TimerHandle | None = None
        self._newer = asyncio.Event()

    async def suggest(self, ask: Ask, settings: CompletionSettings) -> Completion | None:
        """A suggestion; None where a newer request took this one's place. Raises what `complete` raises."""
        newer = self._arrive(ask)
        cursor = Cursor(ask.text[: ask.offset], ask.text[ask.offset :])
        if ask.automatic and ask.completing and in_word(cursor):
            return None
        known = self._recall(ask, settings)
        if known is None and ask.automatic and not self._joinable(ask, cursor, settings):
            self._stop_flights()
            if await _first(newer, self._pace.wait_ms(settings.debounce_ms, settings.max_debounce_ms) / 1000):
                return None
        if known is None:
            known = await self._from_model(ask, cursor, settings, newer)
        if known is not None and known.text:
            self._prepare(ask, known.text, settings)
        return known

    def close(self) -> None:
        """Stop what is under way."""
        self._stop_flights()

    def _arrive(self, ask: Ask) -> asyncio.Event:
        """Answer older requests with nothing; the event tells this one that it has become an older one."""
        if ask.automatic:
            self._pace.key(time.perf_counter() * 1000)
        self._newer.set()
        self._newer = newer = asyncio.Event()
        return newer

    def _recall(self, ask: Ask, settings: CompletionSettings) -> Completion | None:
        generator = self._host.current()
        if generator is None:
            return None
        return recall(
            path=ask.path,
            text=ask.text,
            offset=ask.offset,
            generator=generator,
            settings=settings,
            memory=self._memory,
        )

    def _joinable(self, ask: Ask, cursor: Cursor, settings: CompletionSettings) -> Flight | None:
        generator = self._host.current()
        if generator is None:
            return None
        key = cache_key(ask.path, generator, settings)
        for flight in (self._flight, self._ahead):
            if flight is not None and flight.joins(key, cursor.prefix, cursor.suffix):
                return flight
        return None

    async def _from_model(
        self, ask: Ask, cursor: Cursor, settings: CompletionSettings, newer: asyncio.Event
    ) -> Completion | None:
        """Join the generation under way, or start one; a joined one that turns out otherwise is followed by another."""
        flight = self._joinable(ask, cursor, settings)
        if flight is not None:
            if await self._landed(flight, newer) is None and newer.is_set():
                return None
            known = self._recall(ask, settings)
            if known is not None:
                return known
        self._stop_flights()
        started = time.perf_counter()
        self._flight = flight = self._start(ask, cursor, settings, URGENCY)
        completion = await self._landed(flight, newer)
        if completion is not None and completion.explanation.prompt:
            self._pace.answered((time.perf_counter() - started) * 1000)
        if completion is not None and flight.typed:
            return self._recall(ask, settings)  # a newer key was typed into it, and this request is that key's
        return completion

    async def _landed(self, flight: Flight, newer: asyncio.Event) -> Completion | None:
        """The generation's result; None where a newer request came first, or where it was stopped."""
        assert flight.job is not None
        future = asyncio.wrap_future(flight.job.future)
        waiting = asyncio.ensure_future(newer.wait())
        both: set[asyncio.Future[Any]] = {future, waiting}
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            # The client has given this request up, mostly for the next key's: that one decides about the generation.
            asyncio.get_running_loop().call_later(ORPHAN_S, self._drop_orphan, flight, newer)
            raise
        finally:
            waiting.cancel()
        if not future.done():
            future.add_done_callback(_retrieve)
            return None
        if future.cancelled():
            return None
        return future.result()

    def _drop_orphan(self, flight: Flight, newer: asyncio.Event) -> None:
        if not newer.is_set():
            flight.stop()

    def _start(self, ask: Ask, cursor: Cursor, settings: CompletionSettings, urgency: int) -> Flight:
        generator = self._host.current()
        flight = Flight(cache_key(ask.path, generator, settings) if generator else (), cursor.prefix, cursor.suffix)

        def listen(piece: str) -> None:
            flight.text += piece

        def work(cancelled: Cancelled) -> Completion:
            with self._host.lease() as generator:
                flight.key = cache_key(ask.path, generator, settings)
                return complete(
                    path=ask.path,
                    text=ask.text,
                    offset=ask.offset,
                    index=ask.index(),
                    generator=generator,
                    settings=settings,
                    cancelled=lambda: cancelled() or flight.diverges(),
                    memory=self._memory,
                    surroundings=ask.surroundings(),
                    on_text=listen,
                )

        flight.job = self._worker.submit(work, urgency)
        return flight

    def _stop_flights(self) -> None:
        if self._ahead_timer is not None:
            self._ahead_timer.cancel()
            self._ahead_timer = None
        for flight in (self._flight, self._ahead):
            if flight is not None:
                flight.stop()
        self._flight = self._ahead = None

    def _prepare(self, ask: Ask, text: str, settings: CompletionSettings) -> None:
        """Once nothing else is asked for, complete what would stand there if `text` were accepted."""
        if not settings.ahead:
            return
        accepted = _accepted(ask, text)
        target = (accepted.text, accepted.offset)
        if self._ahead is not None and (self._ahead.prefix + self._ahead.suffix, len(self._ahead.prefix)) == target:
            return  # the suggestion is being typed through; its follow-up stays the same
        if self._ahead_timer is not None:
            self._ahead_timer.cancel()
        if self._ahead is not None:
            self._ahead.stop()
            self._ahead = None
        self._ahead_timer = asyncio.get_running_loop().call_later(AHEAD_S, self._begin_ahead, accepted, settings, True)

    def _begin_ahead(self, ask: Ask, settings: CompletionSettings, further: bool) -> None:
        """Prepare one follow-up; where the line is complete with it, the next line's as well."""
        self._ahead_timer = None
        if self._host.current() is None:
            return
        known = self._recall(ask, settings)
        cursor = Cursor(ask.text[: ask.offset], ask.text[ask.offset :])
        if known is not None:
            if further and not known.text:
                self._begin_ahead(_next_line(ask, cursor), settings, False)
            return
        self._ahead = flight = self._start(ask, cursor, settings, AHEAD_URGENCY)
        job = flight.job
        assert job is not None
        loop = asyncio.get_running_loop()

        def landed() -> None:
            if further and self._ahead is flight and not flight.diverges() and not job.stop.is_set():
                known = self._recall(ask, settings)
                if known is not None and not known.text:
                    self._begin_ahead(_next_line(ask, cursor), settings, False)

        def done(future: Future[Completion]) -> None:
            _retrieve(future)
            if not loop.is_closed():
                loop.call_soon_threadsafe(landed)

        job.future.add_done_callback(done)


def _accepted(ask: Ask, text: str) -> Ask:
    """The request that would come after `text` was accepted."""
    whole = ask.text[: ask.offset] + text + ask.text[ask.offset :]
    return replace(ask, text=whole, offset=ask.offset + len(text), automatic=True, completing=False)


def _next_line(ask: Ask, cursor: Cursor) -> Ask:
    """The request after Enter: editors repeat the line's indentation."""
    return _accepted(ask, "\n" + indentation(cursor.before))


async def _first(event: asyncio.Event, seconds: float) -> bool:
    """Wait so long; True as soon as the event is set."""
    if seconds <= 0:
        return event.is_set()
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _retrieve(future: Future[Completion] | asyncio.Future[Completion]) -> None:
    """Look at a result nobody waits for, so that its error is not reported as forgotten."""
    if not future.cancelled():
        future.exception()
