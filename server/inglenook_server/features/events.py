"""What clients say of suggestions, the statistics made of it, and a pause in suggestions."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from pygls.lsp.server import LanguageServer

from inglenook_server.features.failures import answering
from inglenook_server.protocol import methods
from inglenook_server.protocol.completion_events import CompletionEvent, SnoozeArguments
from inglenook_server.protocol.stats import StatsGroup, StatsParams, StatsResult
from inglenook_server.session.services import Services
from inglenook_server.session.snooze import LONGEST_MINUTES


def register(server: LanguageServer, services: Services) -> None:
    """Register the handlers."""

    @server.feature(methods.COMPLETION_EVENT.name)
    def completion_event(params: CompletionEvent) -> None:
        services.observer.told(params.id, params.kind)

    @server.command(methods.ACCEPTED.name)
    async def accepted(*arguments: object) -> None:
        for one in _flat(arguments):
            if isinstance(one, str):
                services.observer.told(one, "accepted")

    @server.feature(methods.STATS.name)
    @answering
    async def stats(params: StatsParams | None) -> StatsResult:
        from inglenook_server.stats.store import Statistics
        from inglenook_server.stats.summary import summarise

        statistics = Statistics()
        if params is not None and params.erase:
            await asyncio.to_thread(statistics.erase)
        groups = await asyncio.to_thread(lambda: summarise(statistics.all()))
        return StatsResult([_group(asdict(group)) for group in groups])

    @server.command(methods.SNOOZE.name)
    async def snooze(*arguments: object) -> None:
        numbers = (one for one in _flat(arguments) if isinstance(one, int | float))
        minutes = float(min(next(numbers, SnoozeArguments().minutes), LONGEST_MINUTES))
        services.snooze.set(minutes)
        if minutes > 0:  # so that the status says it when it is over, also when nobody types
            asyncio.get_running_loop().call_later(minutes * 60 + 1, lambda: services.snooze.active)


def _flat(arguments: object) -> list[object]:
    """A command's arguments; clients and libraries differ in how deep they nest them."""
    if isinstance(arguments, list | tuple):
        return [one for item in arguments for one in _flat(item)]
    return [arguments]


def _group(values: dict[str, object]) -> StatsGroup:
    survival = values.pop("survival")
    assert isinstance(survival, dict)
    return StatsGroup(**values, survival={str(age): share for age, share in survival.items()})  # type: ignore[arg-type]
