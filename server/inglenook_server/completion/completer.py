"""Answers requests with what a session has: its memory at once, its model on the worker's thread. Knows no LSP."""

from __future__ import annotations

from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from inglenook_server.completion.complete import Completion, cache_key, complete, recall
from inglenook_server.completion.memory import Memory
from inglenook_server.completion.pending import Pending
from inglenook_server.completion.request import Request
from inglenook_server.runtime.workers import Cancelled, Worker
from inglenook_server.settings import CompletionSettings

if TYPE_CHECKING:
    import asyncio

    from inglenook_server.session.model_host import ModelHost


class Completer:
    """The worker, the model and the memory of a session."""

    def __init__(self, worker: Worker, host: ModelHost, memory: Memory) -> None:
        self._worker = worker
        self._host = host
        self._memory = memory

    @property
    def loaded(self) -> bool:
        """Whether the model that is wanted is in memory."""
        return self._host.current() is not None

    def recall(self, request: Request, settings: CompletionSettings) -> Completion | None:
        """The answer from memory, if there is one. Raises what `complete.recall` raises."""
        generator = self._host.current()
        if generator is None:
            return None
        return recall(
            path=request.path,
            text=request.text,
            offset=request.offset,
            generator=generator,
            settings=settings,
            memory=self._memory,
        )

    def joins(self, pending: Pending, request: Request, settings: CompletionSettings) -> bool:
        """Whether a request may wait for a generation under way; see `Pending.joins`."""
        generator = self._host.current()
        return generator is not None and pending.joins(cache_key(request.path, generator, settings), request.cursor)

    def start(self, request: Request, settings: CompletionSettings, urgency: int) -> Pending:
        """Queue a generation; the model is loaded first where it must be."""
        generator = self._host.current()
        pending = Pending(cache_key(request.path, generator, settings) if generator else (), request.cursor)

        def listen(piece: str) -> None:
            pending.text += piece

        def work(cancelled: Cancelled) -> Completion:
            with self._host.lease() as generator:
                pending.key = cache_key(request.path, generator, settings)
                return complete(
                    path=request.path,
                    text=request.text,
                    offset=request.offset,
                    index=request.index(),
                    generator=generator,
                    settings=settings,
                    cancelled=lambda: cancelled() or pending.diverges(),
                    memory=self._memory,
                    surroundings=request.surroundings(),
                    on_text=listen,
                )

        pending.job = self._worker.submit(work, urgency)
        return pending


def retrieve(future: Future[Any] | asyncio.Future[Any]) -> None:
    """Look at a result that nobody waits for, so that its error is not reported as forgotten."""
    if not future.cancelled():
        future.exception()
