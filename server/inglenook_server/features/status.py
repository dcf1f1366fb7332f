"""inglenook/status and inglenook/didChangeStatus: how the server is."""

from __future__ import annotations

import asyncio

from pygls.lsp.server import LanguageServer

from inglenook_server import __version__, protocol
from inglenook_server.features.failures import answering
from inglenook_server.services import Services
from inglenook_server.status import Facts, summarise

QUIET_S = 0.05
"""Changes within this time are told once."""


def register(server: LanguageServer, services: Services) -> None:
    """Register the handler and pass changes on to the client."""
    told: list[protocol.Status] = []

    @server.feature(protocol.STATUS)
    @answering
    async def status(_: protocol.Empty | None) -> protocol.Status:
        return as_status(services.board.facts)

    def begin(loop: asyncio.AbstractEventLoop) -> None:
        services.board.listen(lambda _: hop(loop))
        soon(loop)

    waiting: list[asyncio.TimerHandle] = []

    def hop(loop: asyncio.AbstractEventLoop) -> None:
        loop.call_soon_threadsafe(soon, loop)

    def soon(loop: asyncio.AbstractEventLoop) -> None:
        if not waiting:
            waiting.append(loop.call_later(QUIET_S, tell))

    def tell() -> None:
        waiting.clear()
        current = as_status(services.board.facts)
        if told[-1:] != [current]:
            told[:] = [current]
            server.protocol.notify(protocol.DID_CHANGE_STATUS, current)

    services.on_initialized.append(begin)


def as_status(facts: Facts) -> protocol.Status:
    """The wire's form of the facts."""
    kind, message = summarise(facts)
    return protocol.Status(
        kind=kind,
        message=message,
        files=facts.files,
        chunks=facts.chunks,
        model=facts.model,
        adapter=facts.adapter,
        engine=facts.engine,
        last_latency_ms=facts.last_latency_ms,
        version=__version__,
        snoozed_until=facts.snoozed,
    )
