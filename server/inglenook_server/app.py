"""The language server, wired: the only place that knows every feature. Starts nothing by itself."""

from __future__ import annotations

import logging
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from inglenook_server import __version__
from inglenook_server.features import (
    advice,
    chat,
    chat_context,
    code_actions,
    conversations,
    events,
    explain,
    indexing,
    inline_completion,
    lifecycle,
    models,
    next_edit,
    search,
    status,
    sync,
)
from inglenook_server.protocol.converter import make_converter
from inglenook_server.protocol.lsp import InglenookProtocol
from inglenook_server.session.services import Services

NAME = "inglenook"

_log = logging.getLogger(__name__)


class InglenookServer(LanguageServer):
    """pygls' server, but silent about the contents of messages."""

    protocol: InglenookProtocol

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log the kind of an error outside any request. Its text may quote the user's code, so it stays out.

        A refusal is no error of the server's: its sentence went to whoever asked.
        """
        if isinstance(error, JsonRpcException) and error.code == lsp.LSPErrorCodes.RequestFailed.value:
            _log.info("A request was refused.")
            return
        _log.error("A message was dropped: %s (%s)", type(error).__name__, source.__name__)


def create_server(services: Services) -> InglenookServer:
    """Make a server whose features use `services`. The caller starts it, and closes the services when it ends."""
    server = InglenookServer(
        NAME,
        __version__,
        text_document_sync_kind=lsp.TextDocumentSyncKind.Full,
        protocol_cls=InglenookProtocol,
        converter_factory=make_converter,
        max_workers=1,  # pygls' own pool reads stdin and does nothing else here
    )
    talking = (chat, chat_context, conversations, search)
    code_actions.register(server, services, next_edit.register(server, services))
    for feature in (lifecycle, sync, inline_completion, events, *talking, status, indexing, explain, models, advice):
        feature.register(server, services)
    return server
