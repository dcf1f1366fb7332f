"""Suggests a profile, once: a question with buttons, which writes the answer to the user's own settings file."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from inglenook_server.errors import InglenookError
from inglenook_server.features.failures import log_unexpected
from inglenook_server.features.lifecycle import preload
from inglenook_server.session import advice
from inglenook_server.session.services import Services
from inglenook_server.settings import settings_file

LOOK_S = 5.0
"""Seconds between two looks whether the moment has come."""
LOOKS = 360
"""After half an hour it is left for another day."""
REASON = {
    "fast": "On this machine a completion with the default model takes over a second.",
    "balanced": "This machine is quick enough for the default model, which knows more.",
}

_log = logging.getLogger(__name__)
Ask = Callable[[str, str], Awaitable[bool]]
"""(a sentence, what the button says) -> whether it was pressed."""


def register(server: LanguageServer, services: Services) -> None:
    """Begin to wait for the moment once the client is ready."""
    tasks: set[asyncio.Task[None]] = set()

    async def ask(sentence: str, button: str) -> bool:
        actions = [lsp.MessageActionItem(button), lsp.MessageActionItem("Keep")]
        params = lsp.ShowMessageRequestParams(lsp.MessageType.Info, sentence, actions)
        answer = await server.window_show_message_request_async(params)
        return answer is not None and answer.title == button

    def begin(loop: asyncio.AbstractEventLoop) -> None:
        task = loop.create_task(advise(services, ask))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    services.on_initialized.append(begin)


async def advise(services: Services, ask: Ask, *, every_s: float = LOOK_S) -> None:
    """Wait until the model is loaded and nothing else goes on; measure; ask if another profile would suit better."""
    from inglenook_server.models import models_root

    for _ in range(LOOKS):
        await asyncio.sleep(every_s)
        home, settings = models_root(), services.settings.generation
        if services.chosen or not advice.due(settings, home):
            return
        facts = services.status.facts
        if not facts.model or facts.loading or facts.indexing or services.activity.busy():
            continue
        try:
            best = await asyncio.to_thread(_measure, services, settings.profile, home)
        except InglenookError as error:
            _log.info("no profile is suggested: %s", error.message)
            return
        except Exception as error:
            log_unexpected(error)
            return
        if not best:
            continue
        if best != settings.profile and await ask(await asyncio.to_thread(_question, best), f"Use {best}"):
            await asyncio.to_thread(_use, best)
            services.reconfigure()
            preload(services)
        return


def _measure(services: Services, profile: str, home: Path) -> str:
    with services.host.lease() as generator:
        return advice.take(generator, profile, home, services.activity.busy)


def _question(profile: str) -> str:
    """The suggestion, and how its model is had where it is not here yet."""
    from inglenook_server.errors import ModelError
    from inglenook_server.models import installed, profiles

    question = f"{REASON[profile]} Use the profile {profile}?"
    try:
        installed(profiles()[profile])
    except ModelError as error:
        return f"{question} Its model is not here yet: {error.mend}"
    return question


def _use(profile: str) -> None:
    from inglenook_server.settings_file import change

    try:
        change(settings_file(), "generation", {"profile": profile})
    except InglenookError as error:
        _log.warning("%s %s", error.message, error.mend)
