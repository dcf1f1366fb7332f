"""The loop that runs an OpenVINO pipeline: requests come and go between its steps, the urgent ones first.

While an urgent request (a completion) runs, others (a chat) are parked: taken out and put back later with what they
have generated so far, which the cached prefix makes cheap. Beside a chat a completion would take nearly twice as long,
for every step computes both. Requests of one urgency are batched. Knows neither text nor tokenizers.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from inglenook_server.errors import GenerationError

PARKED_S = 2.0
"""A parked request is batched with the urgent ones after this long: somebody who types without a pause must not stop
an answer altogether."""
POLL_S = 0.02
"""How often a waiting caller looks whether it was cancelled; answers a cancel while a long step still runs."""
HANDOVER_S = 0.02
"""The longest that the next step waits for a caller to look at the tokens of the last one. The runtime keeps Python's
lock through a step: without the wait every token would be seen a step late, and every stop would cost a step."""

Configure = Callable[[int, int], Any]
"""(tokens left, tokens generated so far) -> the pipeline's configuration for going on from there."""


@dataclass(eq=False)
class Request:
    """One sequence being generated. Made by `Loop.submit`; its fields belong to the loop's thread."""

    ids: list[int]
    limit: int
    urgent: bool
    configure: Configure
    made: list[int] = field(default_factory=list)
    log_sum: float = 0.0
    """Natural-log probabilities of `made`, added up."""
    handle: Any = None
    parked_at: float = 0.0
    whole: bool = False
    """Whether it ended by itself, before its limit and not for want of room."""
    gone: threading.Event = field(default_factory=threading.Event)
    out: queue.SimpleQueue[list[int] | Exception | None] = field(default_factory=queue.SimpleQueue)
    idle: threading.Event = field(default_factory=threading.Event)
    """Whether the caller has looked at every token so far, and said whether it wants more."""

    @property
    def log_probability(self) -> float | None:
        """The mean over the tokens so far; None before the first."""
        return self.log_sum / len(self.made) if self.made else None

    def read(self) -> list[int] | None:
        """The next tokens, empty after a short wait without any, None at the end. Raises GenerationError."""
        if self.out.empty():
            self.idle.set()
        try:
            item = self.out.get(timeout=POLL_S)
        except queue.Empty:
            return []
        if isinstance(item, Exception):
            raise item
        return item

    def cancel(self) -> None:
        """Stop at the next step. Any thread."""
        self.gone.set()
        self.idle.set()


class Loop:
    """A thread that owns a `ContinuousBatchingPipeline`."""

    def __init__(self, pipeline: Any, tensor: Callable[[list[int]], Any]) -> None:
        self._pipeline = pipeline
        self._tensor = tensor
        self._numbers = itertools.count(1)
        self._inbox: queue.SimpleQueue[Request | None] = queue.SimpleQueue()
        self._live: list[Request] = []
        self._closed = False
        self._gate = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="inglenook-engine", daemon=True)
        self._thread.start()

    def submit(self, ids: list[int], limit: int, *, urgent: bool, configure: Configure) -> Request:
        """Generate up to `limit` tokens after `ids`. Raises GenerationError once closed."""
        request = Request(ids, limit, urgent, configure)
        with self._gate:
            self.check()
            self._inbox.put(request)
        return request

    def check(self) -> None:
        """Raise GenerationError once closed."""
        if self._closed:
            raise GenerationError("The model was unloaded.", "try again")

    def close(self) -> None:
        """End what runs, and give the pipeline's memory back."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._inbox.put(None)
        self._thread.join()

    def _run(self) -> None:
        while self._receive():
            try:
                self._settle()
                if self._pipeline.has_non_finished_requests():
                    self._pipeline.step()
                self._deliver()
                self._hand_over()
            except Exception as error:  # whatever the runtime throws belongs to the callers, not to this thread
                self._fail(error)
        self._fail(GenerationError("The model was unloaded.", "try again"))
        self._pipeline = None

    def _receive(self) -> bool:
        """Take in new requests, waiting for one when there is nothing to do; False when it is time to end."""
        while True:
            try:
                request = self._inbox.get(block=not self._live)
            except queue.Empty:
                return True
            if request is None:
                return False
            self._live.append(request)

    def _settle(self) -> None:
        """Drop the cancelled, park who has to wait, let the others in."""
        for request in [one for one in self._live if one.gone.is_set()]:
            self._withdraw(request)
            self._live.remove(request)
        now = time.monotonic()
        urgent = any(one.urgent for one in self._live)
        for request in self._live:
            waits = urgent and not request.urgent
            if request.handle is not None and waits and not request.parked_at:
                self._withdraw(request)
            if waits and not request.parked_at:
                request.parked_at = now
            if request.handle is None and not (waits and now - request.parked_at < PARKED_S):
                config = request.configure(request.limit - len(request.made), len(request.made))
                tensor = self._tensor(request.ids + request.made)
                request.handle = self._pipeline.add_request(next(self._numbers), tensor, config)
            if not waits:
                request.parked_at = 0.0

    def _withdraw(self, request: Request) -> None:
        """Take a request out of the pipeline; its blocks of the cache stay for who begins alike."""
        if request.handle is not None:
            self._read(request)
            request.handle.cancel()
            request.handle = None

    def _deliver(self) -> None:
        from inglenook_indexer.embed.runtime import import_genai

        status = import_genai().GenerationStatus
        for request in [one for one in self._live if one.handle is not None]:
            state = request.handle.get_status()
            self._read(request)
            if state != status.RUNNING:
                request.whole = state == status.FINISHED and len(request.made) < request.limit
                if not request.made:
                    request.out.put(GenerationError("The engine had no room for this prompt.", "try again"))
                request.out.put(None)
                self._live.remove(request)

    def _hand_over(self) -> None:
        """Let the callers look at what they got, and stop what they have enough of."""
        due = time.monotonic() + HANDOVER_S
        for request in self._live:
            request.idle.wait(max(0.0, due - time.monotonic()))

    def _read(self, request: Request) -> None:
        while request.handle.can_read():
            for output in request.handle.read().values():
                tokens = list(output.generated_ids)
                if tokens:
                    request.made += tokens
                    request.log_sum += sum(output.generated_log_probs[: len(tokens)])
                    request.idle.clear()
                    request.out.put(tokens)

    def _fail(self, error: Exception) -> None:
        """Everybody gets the error; the next request finds an empty pipeline."""
        if not isinstance(error, GenerationError):
            error = failure(error)
        for request in self._live:
            if request.handle is not None:
                request.handle.cancel()
                request.handle = None
            request.out.put(error)
        self._live.clear()
        with suppress(
            Exception
        ):  # a step drops what was cancelled: a pipeline that still holds some crashes at its end
            while self._pipeline.has_non_finished_requests():
                self._pipeline.step()


def failure(error: BaseException) -> GenerationError:
    """An engine's exception as a sentence."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    last = lines[-1] if lines else type(error).__name__
    if isinstance(error, MemoryError) or "alloc" in last.lower() or "memory" in last.lower():
        return GenerationError("The memory ran out while generating.", "close something, or: inglenook models use fast")
    return GenerationError(f"The engine failed: {last}", "try again")
