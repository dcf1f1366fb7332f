"""initialize, initialized, configuration, shutdown: what a session begins and ends with."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from inglenook_server.errors import InglenookError
from inglenook_server.features.failures import log_unexpected
from inglenook_server.features.places import file_of
from inglenook_server.session.services import Services
from inglenook_server.session.warm_up import warm_up

SECTION = "inglenook"
PRELOAD_URGENCY = 5
"""After any request that is already there: those load the model themselves."""

_log = logging.getLogger(__name__)


def register(server: LanguageServer, services: Services) -> None:
    """Register the handlers."""
    locale = ""

    @server.feature(lsp.INITIALIZE)
    def initialize(params: lsp.InitializeParams) -> None:
        nonlocal locale
        locale = params.locale or ""
        options = plain(params.initialization_options)
        options = options if isinstance(options, Mapping) else {}
        settings = options.get("settings", {})
        services.code_actions = options.get("codeActions") is not False
        services.trusted = options.get("trusted") is not False
        messages = services.configure(settings if isinstance(settings, Mapping) else {})
        for folder in folders_of(params):
            services.open(folder)
        for message in messages:
            _log.warning("%s", message)
        tell(server, messages)

    @server.feature(lsp.INITIALIZED)
    async def initialized(_: lsp.InitializedParams) -> None:
        loop = asyncio.get_running_loop()
        for begin in services.on_initialized:
            begin(loop)
        preload(services)
        warm_up(services.searching, services.folders, locale)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: lsp.DidChangeConfigurationParams) -> None:
        values = await pull_settings(server, params)
        if values is not None:
            tell(server, services.configure(values))
            preload(services)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def did_change_workspace_folders(params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        change_folders(services, params.event)

    @server.feature(lsp.SHUTDOWN)
    async def shutdown(_: None) -> None:
        await asyncio.to_thread(services.close)


def preload(services: Services) -> None:
    """Load the model in the background, so that the first request finds it. A failure is said by the status."""

    def work(_: object) -> None:
        try:
            services.host.generator()
        except InglenookError:
            return
        except Exception as error:
            log_unexpected(error)
            services.status.set(loading="", model_problem="The model could not be loaded; the log says why.")

    services.generating.submit(work, PRELOAD_URGENCY)


async def pull_settings(server: LanguageServer, params: lsp.DidChangeConfigurationParams) -> Mapping[str, Any] | None:
    """The editor's settings: asked for where it can be asked, else those that came with the notification."""
    workspace = server.client_capabilities.workspace
    if workspace is not None and workspace.configuration:
        item = lsp.ConfigurationItem(section=SECTION)
        answer = await server.workspace_configuration_async(lsp.ConfigurationParams(items=[item]))
        values = plain(answer[0]) if answer else None
    else:
        sent = plain(params.settings)
        values = sent.get(SECTION, sent) if isinstance(sent, Mapping) else None
    return values if isinstance(values, Mapping) else None


def change_folders(services: Services, event: lsp.WorkspaceFoldersChangeEvent) -> None:
    """Close the folders that went, open those that came and begin with them."""
    for gone in event.removed:
        if (path := file_of(gone.uri)) is not None:
            services.leave(path)
    for new in event.added:
        path = file_of(new.uri)
        folder = services.open(path) if path is not None else None
        if folder is not None:
            for begin in services.on_opened:
                begin(folder)


def folders_of(params: lsp.InitializeParams) -> list[Path]:
    """The workspace folders, else the root, else none."""
    uris = [folder.uri for folder in params.workspace_folders or []]
    if not uris and params.root_uri:
        uris.append(params.root_uri)
    return [file for file in map(file_of, uris) if file is not None]


def tell(server: LanguageServer, messages: list[str]) -> None:
    """Show messages to the user."""
    for message in messages:
        server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Warning, message))


def plain(value: Any) -> Any:
    """A value of the protocol's `any` as plain mappings, lists and scalars."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: plain(item) for key, item in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "__dict__") and not isinstance(value, str | int | float | bool):
        return {key: plain(item) for key, item in vars(value).items()}
    return value
