"""What a session knows around a cursor: other open files, recent edits, complaints of other servers. Masked."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from inglenook_indexer.withhold import is_secret_path, mask_secrets
from pygls.lsp.server import LanguageServer

from inglenook_server import protocol
from inglenook_server.completion.edit_log import EditLog
from inglenook_server.completion.sources.place import Complaint, Surroundings
from inglenook_server.documents import Document
from inglenook_server.features.places import file_of, place_of
from inglenook_server.roots import Place
from inglenook_server.services import Services

FILES = 20
"""Open files looked at, the last opened first."""
LONGEST = 200_000
"""Characters of a file beyond which it is passed over."""


class Around:
    """Belongs to the event loop. A buffer is masked once a version, not once a key."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._masked: OrderedDict[str, tuple[int, str]] = OrderedDict()
        self._log = EditLog()
        self.complaints: dict[str, tuple[Complaint, ...]] = {}

    def of(self, uri: str) -> Surroundings:
        """The surroundings of a document. A file that may not stand beside others gets none but its complaints."""
        complaints = self.complaints.get(uri, ())
        if self._excluded(uri, place_of(uri, self._services.roots)):
            return Surroundings(complaints=complaints)
        texts: dict[str, str] = {}
        for document in list(self._services.documents.all())[::-1]:
            if len(texts) == FILES:
                break
            other = place_of(document.uri, self._services.roots)
            if len(document.text) > LONGEST or self._excluded(document.uri, other):
                continue
            if document.uri != uri:
                texts[other.path] = self._mask(document)
        return Surroundings(texts, self._log.look(texts), complaints)

    def complain(self, uri: str, found: Iterable[tuple[int, str]]) -> None:
        """Take (line, message) of what other servers say of a document; they quote it, so they are masked as well."""
        complaints = tuple(Complaint(line, _mask_quoted(message)) for line, message in found)
        self.complaints.pop(uri, None)
        if complaints:
            self.complaints[uri] = complaints

    def _excluded(self, uri: str, place: Place) -> bool:
        root, file = place.root, file_of(uri)
        if root is None or file is None or root.workspace.reason_excluded(place.relative) is not None:
            return True
        return bool(is_secret_path(place.relative) or is_secret_path(Path(os.path.realpath(file)).as_posix()))

    def _mask(self, document: Document) -> str:
        known = self._masked.get(document.uri)
        if known is None or known[0] != hash(document.text):
            known = (hash(document.text), mask_secrets(document.text, document.uri)[0])
            self._masked[document.uri] = known
            while len(self._masked) > FILES:
                self._masked.popitem(last=False)
        return known[1]


def _mask_quoted(message: str) -> str:
    """A message that quotes code anywhere in a line: masked as code, and as a comment, which may say anything."""
    lines = mask_secrets(message)[0].splitlines()
    masked = mask_secrets("\n".join(f"# {line}" for line in lines))[0]
    return "\n".join(line[2:] for line in masked.split("\n"))


def register_complaints(server: LanguageServer, around: Around) -> None:
    """Take what a client passes on of other servers' diagnostics."""

    @server.feature(protocol.DIAGNOSTICS)
    def diagnostics(params: protocol.DiagnosticsParams) -> None:
        around.complain(params.uri, [(one.line + 1, one.message) for one in params.diagnostics])
