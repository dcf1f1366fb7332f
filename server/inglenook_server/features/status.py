"""inglenook/status and inglenook/didChangeStatus: how the server is."""

from __future__ import annotations

import asyncio

from pygls.lsp.server import LanguageServer

from inglenook_server import __version__
from inglenook_server.features.failures import answering
from inglenook_server.protocol import methods
from inglenook_server.protocol.status import Empty, Status
from inglenook_server.runtime.status import Facts, summarise
from inglenook_server.session.services import Services

QUIET_S = 0.05
"""Changes within this time are told once."""


def register(server: LanguageServer, services: Services) -> None:
    """Register the handler and pass changes on to the client."""
    told: list[Status] = []

    @server.feature(methods.STATUS.name)
    @answering
    async def status(_: Empty | None) -> Status:
        return as_status(services.status.facts)

    def begin(loop: asyncio.AbstractEventLoop) -> None:
        services.status.listen(lambda _: hop(loop))
        soon(loop)

    waiting: list[asyncio.TimerHandle] = []

    def hop(loop: asyncio.AbstractEventLoop) -> None:
        loop.call_soon_threadsafe(soon, loop)

    def soon(loop: asyncio.AbstractEventLoop) -> None:
        if not waiting:
            waiting.append(loop.call_later(QUIET_S, tell))

    def tell() -> None:
        waiting.clear()
        current = as_status(services.status.facts)
        if told[-1:] != [current]:
            told[:] = [current]
            server.protocol.notify(methods.DID_CHANGE_STATUS.name, current)

    services.on_initialized.append(begin)


def as_status(facts: Facts) -> Status:
    """The wire's form of the facts."""
    kind, message, brief = summarise(facts)
    return Status(
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
        brief=brief,
        missing_model=facts.missing_model,
    )
