"""inglenook/models and inglenook/models/pull: which models there are, and fetching one while all else goes on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from inglenook_server.errors import ModelError, RequestError
from inglenook_server.features.failures import answering
from inglenook_server.features.lifecycle import preload
from inglenook_server.protocol import methods
from inglenook_server.protocol.models import ModelInfo, ModelsResult, PullParams, PullProgress, PullResult
from inglenook_server.protocol.status import Empty
from inglenook_server.session.services import Services

if TYPE_CHECKING:
    from inglenook_indexer.types import Progress

    from inglenook_server.models import InstalledModel

ENGINE_BYTES = 250_000_000
"""Memory that an engine takes beside the weights: the smallest model took 0.36 GB, the default one 0.72 GB."""


class Stopped(Exception):
    """The user has stopped the download."""


def register(server: LanguageServer, services: Services) -> None:
    """Register the handlers."""
    fetching: set[str] = set()

    @server.feature(methods.MODELS.name)
    @answering
    async def models(_: Empty | None) -> ModelsResult:
        return await asyncio.to_thread(known, services)

    @server.feature(methods.PULL.name)
    @answering
    async def pull(params: PullParams | None) -> PullResult:
        asked = params or PullParams()
        name = asked.name or wanted(services)
        check(name)
        if name in fetching:
            raise RequestError(f"The model {name} is being downloaded already.")
        loop = asyncio.get_running_loop()
        stop = threading.Event()

        def send(progress: Progress) -> None:
            services.status.set(fetching=sentence(name, progress), fetched=share(progress))
            if asked.partial_result_token is not None:
                value = PullProgress(progress.stage, progress.done, progress.total)
                server.protocol.notify(lsp.PROGRESS, lsp.ProgressParams(asked.partial_result_token, value))

        def report(progress: Progress) -> None:
            loop.call_soon_threadsafe(send, progress)

        fetching.add(name)
        try:
            model = await asyncio.to_thread(fetch, name, report, stop.is_set)
        finally:
            stop.set()
            fetching.discard(name)
            loop.call_soon(lambda: services.status.set(fetching="", fetched=""))  # after the last progress
        if name == wanted(services):
            services.status.set(missing_model="", model_problem="")
            preload(services)
        return PullResult(model.name, model.size)


def fetch(name: str, report: Callable[[Progress], None], stopped: Callable[[], bool]) -> InstalledModel:
    """Fetch a model. `report` hears each stage and each hundredth of one; `stopped` is asked several times a second.

    Raises ModelError, and RequestError where it was stopped.
    """
    from inglenook_server.models import pull

    last: tuple[str, int] | None = None

    def heard(progress: Progress) -> None:
        nonlocal last
        if stopped():
            raise Stopped
        now = (progress.stage, 100 * progress.done // max(progress.total, 1))
        if now != last:
            last = now
            report(progress)

    try:
        return pull(name, progress=heard)
    except Stopped:
        raise RequestError("The download was stopped; what has come already is kept.") from None


def wanted(services: Services) -> str:
    """The name of the model that the settings name. Raises ModelError."""
    from inglenook_server.models import model_for

    settings = services.settings.generation
    return model_for(settings.profile, settings.model)


def check(name: str) -> None:
    """Only models of the registry are fetched for an editor: a path is the user's own, at the command line."""
    from inglenook_server.models import list_models

    if name not in {spec.name for spec in list_models()}:
        raise RequestError(f"There is no model called {name} to be downloaded.")


def sentence(name: str, progress: Progress) -> str:
    """What the status says meanwhile."""
    if progress.stage == "Downloading" and progress.total:
        how_far = f"{progress.done / 1e6:,.0f} of {progress.total / 1e6:,.0f} MB"
        return f"The model {name} is being downloaded: {how_far}."
    return f"The model {name} is being prepared: {progress.stage.lower()}."


def share(progress: Progress) -> str:
    """The same in two words, for a status bar."""
    if progress.stage == "Downloading" and progress.total:
        return f"downloading {100 * progress.done // progress.total} %"
    return "preparing the model"


def known(services: Services) -> ModelsResult:
    """The models that write text. Reads a small file of each."""
    from inglenook_server.models import installed, list_models, models_root, profiles

    meant = {name: profile for profile, name in profiles().items()}
    mine = wanted(services)
    found = []
    for spec in list_models():
        if spec.kind != "generator":
            continue
        try:
            size = installed(spec.name).size
        except ModelError:
            size = 0
        found.append(
            ModelInfo(
                name=spec.name,
                title=spec.title,
                license=spec.license,
                profile=meant.get(spec.name, ""),
                bytes=spec.size,
                memory=spec.size + ENGINE_BYTES,
                source=", or else from ".join(str(source) for source in spec.sources),
                installed=size > 0,
                wanted=spec.name == mine,
            )
        )
    return ModelsResult(found, str(models_root()))
