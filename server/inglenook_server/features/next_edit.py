"""inglenook/nextEdit: the last edits in, the places where the next one is due out; and the same as a code action."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from inglenook_indexer.files.git_head import commit
from inglenook_indexer.files.read import odd
from inglenook_indexer.secrets.redact import find_secrets, is_secret_path
from inglenook_indexer.text.languages import language_of
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from inglenook_server.documents import Document, file_path, position_at
from inglenook_server.features.failures import answering
from inglenook_server.features.places import place_of, uri_of
from inglenook_server.next_edit.manners import QUIET_S
from inglenook_server.next_edit.offer import Offer
from inglenook_server.next_edit.session import NextEdits
from inglenook_server.next_edit.syntax import MOST_CHARACTERS
from inglenook_server.next_edit.uses import Uses
from inglenook_server.protocol import methods
from inglenook_server.protocol.next_edit import NextEdit, NextEditEvent, NextEditParams, NextEditResult
from inglenook_server.session.services import Services
from inglenook_server.workspace.folders import Place

URGENCY = 0
"""Versions and questions go one after another, before searches."""
TITLE = "Apply to the other {} places"
TITLE_ONE = "Apply to the other place"


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer, where its document is, and the text that it was made for."""

    id: str
    offer: Offer
    uri: str
    range: lsp.Range


class NextEditSource:
    """Follows the documents of a session and asks for next edits, on the thread that searches."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._edits = NextEdits(lambda text: bool(find_secrets(text)))
        self._waiting: dict[str, tuple[Document, float, bool]] = {}
        self._changed_at: dict[str, float] = {}
        self.at_once = False
        """Whether the last change was an offer that was accepted: the next one need not wait for a pause."""

    def follow(self, before: Document | None, document: Document) -> None:
        """A document has a new version. On the event loop: what it means is found out elsewhere."""
        if not self._services.settings.next_edit.enabled or len(document.text) > MOST_CHARACTERS:
            return
        now = time.monotonic()
        self._changed_at[document.uri] = now
        idle = not self._waiting
        first = before is None or self._waiting.get(document.uri, (document, now, False))[2]
        self._waiting[document.uri] = (document, now, first)
        if idle:
            self._services.searching.submit(lambda _: self._take(), URGENCY)

    def told(self, event: NextEditEvent) -> None:
        """What became of an offer."""
        self.at_once = event.kind == "accepted"
        self._services.searching.submit(lambda _: self._edits.told(event.id, event.kind), URGENCY)

    async def pause(self, document: Document) -> bool:
        """Wait until nobody has typed for half a second; whether the document is still the same then."""
        at_once, self.at_once = self.at_once, False
        rest = self._changed_at.get(document.uri, 0.0) + QUIET_S - time.monotonic()
        if rest > 0 and not at_once:
            await asyncio.sleep(rest)
        return self._services.documents.find(document.uri) is document

    async def ask(self, document: Document) -> list[Offered]:
        """The next edit of a document and the other places of the same change."""
        settings = self._services.settings.next_edit
        off = {name.lower() for name in settings.languages_off}
        place = place_of(document.uri, self._services.folders)
        language = language_of(place.path, document.text[:200].partition("\n")[0])
        if not settings.enabled or language in off or document.language.lower() in off:
            return []
        return await self._services.searching.call(lambda _: self._ask(document, place, language), URGENCY)

    def _take(self) -> None:
        """Take over the versions that wait."""
        waiting, self._waiting = self._waiting, {}
        for document, now, opened in waiting.values():
            place = place_of(document.uri, self._services.folders)
            if _followed(document, place):
                self._edits.version(place.path, document.text, now, opened=opened)

    def _ask(self, document: Document, place: Place, language: str) -> list[Offered]:
        if place.folder is None or not _followed(document, place) or odd(document.text) is not None:
            return []
        self._edits.checked_out(str(place.folder.path), commit(place.folder.path))
        folders = self._services.folders
        uses = Uses(folders.index_of(place.folder), self._buffer)
        found = self._edits.ask(place.path, document.text, language, uses)
        texts = {place.path: document.text}
        offered = []
        for id, offer in found.items():
            text = texts.setdefault(offer.path, "") or uses.text(offer.path)
            texts[offer.path] = text
            uri = document.uri if offer.path == place.path else uri_of(offer.path, folders)
            if "\r\n" in text:
                offer = replace(offer, new=offer.new.replace("\n", "\r\n"))
            start, end = (lsp.Position(*position_at(text, at)) for at in (offer.start, offer.end))
            offered.append(Offered(id, offer, uri, lsp.Range(start, end)))
        return offered

    def _buffer(self, path: str) -> str | None:
        """The text of an open file."""
        document = self._services.documents.find(uri_of(path, self._services.folders))
        return document.text if document is not None else None


def register(server: LanguageServer, services: Services) -> NextEditSource:
    """Register the handlers."""
    source = NextEditSource(services)
    observe = services.documents.on_change

    def changed(before: Document | None, document: Document) -> None:
        observe(before, document)
        source.follow(before, document)

    services.documents.on_change = changed

    @server.feature(methods.NEXT_EDIT.name)
    @answering
    async def next_edit(params: NextEditParams) -> NextEditResult:
        document = services.documents.get(params.uri)
        if params.busy or services.snooze.active or not await source.pause(document):
            return NextEditResult([])
        begin = time.monotonic()
        offered = await source.ask(document)
        if services.documents.find(document.uri) is not document:
            return NextEditResult([])
        if offered:
            first, ms = offered[0], (time.monotonic() - begin) * 1000
            language = language_of(first.offer.path)
            services.observer.offered(first.id, language, first.offer.confidence, first.offer.new, ms)
        return NextEditResult([_on_the_wire(one) for one in offered])

    @server.feature(methods.NEXT_EDIT_EVENT.name)
    def next_edit_event(params: NextEditEvent) -> None:
        source.told(params)
        services.observer.offer_ended(params.id, params.kind)

    return source


async def everywhere(
    source: NextEditSource, document: Document, services: Services, *, versioned: bool
) -> lsp.CodeAction | None:
    """The code action that makes the change at all of its places; None where nothing is due here."""
    offered = await source.ask(document)
    if not offered:
        return None
    title = TITLE.format(len(offered)) if len(offered) > 1 else TITLE_ONE
    return lsp.CodeAction(
        title, lsp.CodeActionKind.RefactorRewrite, edit=_workspace_edit(offered, services, versioned=versioned)
    )


def _workspace_edit(offered: Iterable[Offered], services: Services, *, versioned: bool) -> lsp.WorkspaceEdit:
    changes: dict[str, list[lsp.TextEdit]] = {}
    for one in offered:
        changes.setdefault(one.uri, []).append(lsp.TextEdit(one.range, one.offer.new))
    if not versioned:
        return lsp.WorkspaceEdit(changes=dict(changes))
    documents = services.documents
    return lsp.WorkspaceEdit(
        document_changes=[
            lsp.TextDocumentEdit(
                lsp.OptionalVersionedTextDocumentIdentifier(
                    uri, known.version if (known := documents.find(uri)) else None
                ),
                list(edits),
            )
            for uri, edits in changes.items()
        ]
    )


def _followed(document: Document, place: Place) -> bool:
    """Whether a document's edits may be looked at: neither secret nor ignored nor generated, and in the workspace."""
    file = file_path(document.uri)
    if place.folder is None or file is None or is_secret_path(file.as_posix()) or is_secret_path(_real(file)):
        return False
    return place.folder.workspace.reason_excluded(place.relative) is None


def _real(file: Path) -> str:
    """Where a file is when links are followed: an innocent name may be one."""
    try:
        return file.resolve().as_posix()
    except (OSError, RuntimeError):
        return file.as_posix()


def _on_the_wire(one: Offered) -> NextEdit:
    offer = one.offer
    return NextEdit(one.id, one.uri, offer.path, one.range, offer.old, offer.new, offer.kind, offer.confidence)
