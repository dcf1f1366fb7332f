"""What a session knows around a cursor: other open files, recent edits, diagnostics of other servers. Masked."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from inglenook_indexer.secrets.redact import is_secret_path, mask_secrets
from pygls.lsp.server import LanguageServer

from inglenook_server.completion.context.edit_log import EditLog
from inglenook_server.completion.context.sources.place import Diagnostic, Surroundings
from inglenook_server.documents import Document
from inglenook_server.features.places import file_of, place_of
from inglenook_server.protocol import methods
from inglenook_server.protocol.diagnostics import DiagnosticsParams
from inglenook_server.session.services import Services
from inglenook_server.workspace.folders import Place

FILES = 20
"""Open files looked at, the last opened first."""
TOLD = 200
"""Documents whose diagnostics are kept, the latest: clients may tell of files that they never open."""
LONGEST = 200_000
"""Characters of a file beyond which it is passed over."""
MOST_DIAGNOSTICS = 100
"""Diagnostics of a document that are kept, the first; a prompt shows a few, near the cursor."""
LONGEST_DIAGNOSTIC = 2_000
"""Characters of a diagnostic beyond which it is passed over: a part of it could not be masked for certain."""


class SurroundingsSource:
    """Belongs to the thread that completes, but for `set_diagnostics`. A buffer is masked once a version."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._masked: dict[str, tuple[Document, str]] = {}
        self._log = EditLog()
        self._told: dict[str, tuple[tuple[int, str], ...]] = {}
        """(line, message) by document, as other servers said it."""
        self._diagnostics: dict[str, tuple[tuple[tuple[int, str], ...], tuple[Diagnostic, ...]]] = {}
        """The same with what it became, masked."""

    def of(self, uri: str) -> Surroundings:
        """The surroundings of a document. A file that may not stand beside others gets none but its diagnostics."""
        diagnostics = self._diagnostics_of(uri)
        if self._excluded(uri, place_of(uri, self._services.folders)):
            return Surroundings(diagnostics=diagnostics)
        texts: dict[str, str] = {}
        opened = list(self._services.documents.all())[::-1]
        self._forget({document.uri for document in opened})
        for document in opened:
            if len(texts) == FILES:
                break
            other = place_of(document.uri, self._services.folders)
            if len(document.text) > LONGEST or self._excluded(document.uri, other):
                continue
            if document.uri != uri:
                texts[other.path] = self._mask(document)
        return Surroundings(texts, self._log.look(texts), diagnostics)

    def set_diagnostics(self, uri: str, found: Iterable[tuple[int, str]]) -> None:
        """Take (line, message) of what other servers say of a document. Any thread; nothing is looked at yet."""
        told = tuple(one for one in islice(found, MOST_DIAGNOSTICS) if len(one[1]) <= LONGEST_DIAGNOSTIC)
        self._told.pop(uri, None)
        if told:
            self._told[uri] = told
        while len(self._told) > TOLD:
            self._told.pop(next(iter(self._told)), None)

    def _excluded(self, uri: str, place: Place) -> bool:
        folder, file = place.folder, file_of(uri)
        if folder is None or file is None or folder.workspace.reason_excluded(place.relative) is not None:
            return True
        return bool(is_secret_path(place.relative) or is_secret_path(Path(os.path.realpath(file)).as_posix()))

    def _mask(self, document: Document) -> str:
        known = self._masked.get(document.uri)
        if known is None or known[0] is not document:
            same = known is not None and known[0].text == document.text
            known = (document, known[1] if known and same else mask_secrets(document.text, document.uri)[0])
            self._masked[document.uri] = known
        return known[1]

    def _diagnostics_of(self, uri: str) -> tuple[Diagnostic, ...]:
        """Other servers quote the document, so what they say is masked as well."""
        told, known = self._told.get(uri, ()), self._diagnostics.get(uri)
        if known is None or known[0] is not told:
            known = (told, tuple(Diagnostic(line, _mask_quoted(message)) for line, message in told))
            self._diagnostics[uri] = known
        return known[1]

    def _forget(self, opened: set[str]) -> None:
        """Let go of what is kept of documents that were closed."""
        for kept in (self._masked, self._diagnostics):
            for uri in kept.keys() - opened:
                del kept[uri]


def _mask_quoted(message: str) -> str:
    """A message that quotes code anywhere in a line: masked as code, and as a comment, which may say anything."""
    lines = mask_secrets(message)[0].splitlines()
    masked = mask_secrets("\n".join(f"# {line}" for line in lines))[0]
    return "\n".join(line[2:] for line in masked.split("\n"))


def register_diagnostics(server: LanguageServer, around: SurroundingsSource) -> None:
    """Take what a client passes on of other servers' diagnostics."""

    @server.feature(methods.DIAGNOSTICS.name)
    def diagnostics(params: DiagnosticsParams) -> None:
        around.set_diagnostics(params.uri, ((one.line + 1, one.message) for one in params.diagnostics))
