"""Open buffers: full text at every change, unsaved text searchable after a pause, saved text indexed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from inglenook_server.documents import Document, apply_change
from inglenook_server.errors import RequestError
from inglenook_server.features.failures import log_unexpected
from inglenook_server.features.places import file_of
from inglenook_server.session.services import Services

SHADOW_DELAY_S = 0.1
"""Quiet time after which an unsaved buffer is made searchable: cutting and embedding it takes the same again at most,
and 200 ms after the last key it is to be found."""


def register(server: LanguageServer, services: Services) -> None:
    """Register the handlers. They are not `async`: changes must be taken in the order they came."""
    shadows = UnsavedBuffers(services)
    services.on_opened.append(lambda _: shadows.all())

    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: lsp.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        services.documents.put(Document(item.uri, item.text, item.version, item.language_id))
        shadows.soon(item.uri)  # an editor may open a file with changes that it kept from the last session

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: lsp.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        known = services.documents.find(uri)
        text, language = (known.text, known.language) if known else ("", "")
        for change in params.content_changes:
            text = changed(text, change)
        services.documents.put(Document(uri, text, params.text_document.version, language))
        services.activity.edited(uri)
        shadows.soon(uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: lsp.DidSaveTextDocumentParams) -> None:
        uri = params.text_document.uri
        file = file_of(uri)
        if file is not None:
            for folder, _ in services.folders.holding(file):
                folder.updater.changed([file])
            shadows.lift(uri)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: lsp.DidCloseTextDocumentParams) -> None:
        services.documents.close(params.text_document.uri)
        shadows.lift(params.text_document.uri)

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_watched_files(params: lsp.DidChangeWatchedFilesParams) -> None:
        asyncio.get_running_loop().run_in_executor(None, changed_outside, services, params.changes)


class UnsavedBuffers:
    """Passes unsaved buffers on to the index, each after a pause in its changes. Belongs to the event loop."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._waiting: dict[str, asyncio.TimerHandle] = {}

    def soon(self, uri: str) -> None:
        """Pass a buffer on, unless it changes again first."""
        self._stop(uri)
        loop = asyncio.get_running_loop()
        self._waiting[uri] = loop.call_later(SHADOW_DELAY_S, self._pass_on, uri)

    def all(self) -> None:
        """Pass every open buffer on: a folder was opened that some may lie in."""
        for document in self._services.documents.all():
            self.soon(document.uri)

    def lift(self, uri: str) -> None:
        """Let the file on disk count again."""
        self._stop(uri)
        file = file_of(uri)
        for folder, path in self._services.folders.holding(file) if file is not None else ():
            folder.updater.edited(path, None)

    def _stop(self, uri: str) -> None:
        if (handle := self._waiting.pop(uri, None)) is not None:
            handle.cancel()

    def _pass_on(self, uri: str) -> None:
        self._waiting.pop(uri, None)
        document, file = self._services.documents.find(uri), file_of(uri)
        if document is None or file is None:
            return
        for folder, path in self._services.folders.holding(file):
            folder.updater.edited(path, document.text)


def changed_outside(services: Services, changes: Sequence[lsp.FileEvent]) -> None:
    """Pass on which files have changed. Not for the event loop: there may be thousands, and each path is resolved."""
    try:
        files = [file for change in changes if (file := file_of(change.uri)) is not None]
        for folder in services.folders:
            folder.updater.changed([file for file in files if folder.workspace.relative(file) is not None])
    except Exception as error:
        log_unexpected(error)


def changed(text: str, change: lsp.TextDocumentContentChangeEvent) -> str:
    """`text` after one change; a range is not asked for but understood. One outside the text leaves it alone."""
    if isinstance(change, lsp.TextDocumentContentChangeWholeDocument):
        return change.text
    start, end = change.range.start, change.range.end
    try:
        return apply_change(text, (start.line, start.character), (end.line, end.character), change.text)
    except RequestError:
        return text
