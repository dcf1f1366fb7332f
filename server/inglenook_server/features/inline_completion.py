"""textDocument/inlineCompletion: a position in, a suggestion or nothing out; and the same as an ordinary item."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.text.languages import language_of
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from inglenook_server.completion.complete import Completion, refuse_secret
from inglenook_server.completion.request import Request
from inglenook_server.documents import Document, position_at
from inglenook_server.errors import InglenookError
from inglenook_server.features.failures import answering
from inglenook_server.features.places import file_of, place_of
from inglenook_server.features.surroundings import SurroundingsSource, register_diagnostics
from inglenook_server.protocol import methods
from inglenook_server.session.services import Services
from inglenook_server.workspace.folders import Place

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches


def register(server: LanguageServer, services: Services) -> None:
    """Register the handlers."""
    around = SurroundingsSource(services)
    register_diagnostics(server, around)

    @server.feature(lsp.TEXT_DOCUMENT_INLINE_COMPLETION, lsp.InlineCompletionOptions())
    @answering
    async def inline_completion(params: lsp.InlineCompletionParams) -> lsp.InlineCompletionList:
        document = services.documents.get(params.text_document.uri)
        automatic = params.context.trigger_kind == lsp.InlineCompletionTriggerKind.Automatic
        offset = document.offset_at(params.position.line, params.position.character)
        selected = params.context.selected_completion_info
        text, offset, chosen = document.text, offset, ""
        if selected is not None and not automatic:
            text, offset = with_selected(document, selected)
            chosen = selected.text
        completion = await suggestion(
            services, around, document, text, offset, automatic=automatic, completing=selected is not None
        )
        place = selected.range if chosen and selected is not None else lsp.Range(params.position, params.position)
        return as_list(completion, place, chosen)

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions())
    @answering
    async def completion(params: lsp.CompletionParams) -> lsp.CompletionList:
        context = params.context
        asked = context is None or context.trigger_kind == lsp.CompletionTriggerKind.Invoked
        if not services.settings.completion.ordinary or not asked:
            return lsp.CompletionList(is_incomplete=False, items=[])
        document = services.documents.get(params.text_document.uri)
        offset = document.offset_at(params.position.line, params.position.character)
        found = await suggestion(services, around, document, document.text, offset, automatic=False)
        return as_item(found, document, offset)


async def suggestion(
    services: Services,
    around: SurroundingsSource,
    document: Document,
    text: str,
    offset: int,
    *,
    automatic: bool,
    completing: bool = False,
) -> Completion | None:
    """A suggestion, or None. What goes wrong is said by the status: an error at every key would be noise."""
    settings = services.settings.completion
    place = place_of(document.uri, services.folders)
    path = place.path
    if not wanted(services, document, path, automatic):
        return None
    try:
        if (file := file_of(document.uri)) is not None:
            refuse_secret(file.as_posix())  # of a file outside the workspace, the path has no folder
            refuse_secret(Path(os.path.realpath(file)).as_posix())  # an innocent name may be a link
        request = Request(
            path=path,
            text=text,
            offset=offset,
            automatic=automatic,
            completing=completing,
            index=lambda: searchable(services, place),
            surroundings=lambda: around.of(document.uri),
        )
        completion = await services.scheduler.suggest(request, settings)
    except InglenookError as error:
        services.status.set(notice=f"{error.message} {error.mend}".strip())
        return None
    services.status.set(notice="")
    if completion is None:
        return None
    if completion.explanation.prompt:
        services.explanation = completion.explanation
        services.status.set(last_latency_ms=completion.explanation.timings_ms.get("total", 0.0))
    if automatic and completion.confidence * 100 < settings.min_confidence:
        return None
    services.suggested = completion.id or services.suggested
    services.observer.suggested(document, text, offset, completion)
    return completion


def wanted(services: Services, document: Document, path: str, automatic: bool) -> bool:
    """Whether completion is on here and now. Who asks explicitly is not put off by a snooze."""
    settings = services.settings.completion
    off = {name.lower() for name in settings.languages_off}
    if not settings.enabled or document.language.lower() in off or language_of(path) in off:
        return False
    return not automatic or not services.snooze.active


def searchable(services: Services, place: Place) -> Searches | None:
    """The index of a file's folder; None for an excluded file, which is completed from its own text."""
    folder = place.folder
    if folder is None or folder.workspace.reason_excluded(place.relative) is not None:
        return None
    return services.folders.index_of(folder)


def with_selected(document: Document, selected: lsp.SelectedCompletionInfo) -> tuple[str, int]:
    """The text as it would be with the completion list's entry accepted, and the cursor behind it."""
    start = document.offset_at(selected.range.start.line, selected.range.start.character)
    end = document.offset_at(selected.range.end.line, selected.range.end.character)
    return document.text[:start] + selected.text + document.text[end:], start + len(selected.text)


def as_list(completion: Completion | None, place: lsp.Range, chosen: str) -> lsp.InlineCompletionList:
    """The protocol's form of a suggestion. Its command tells this server that it was accepted."""
    if completion is None or not completion.text:
        return lsp.InlineCompletionList(items=[])
    command = lsp.Command("Accepted", methods.ACCEPTED.name, arguments=[completion.id])
    item = lsp.InlineCompletionItem(insert_text=chosen + completion.text, range=place, command=command)
    return lsp.InlineCompletionList(items=[item])


def as_item(completion: Completion | None, document: Document, offset: int) -> lsp.CompletionList:
    """The same text as an ordinary item, for clients without inline completion."""
    if completion is None or not completion.text:
        return lsp.CompletionList(is_incomplete=True, items=[])
    line, character = position_at(document.text, offset)
    start = document.text.rfind("\n", 0, offset) + 1
    word = document.text[start:offset]
    typed = word[len(word.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")) :]
    first = completion.text.strip().partition("\n")[0]
    begin = lsp.Position(line, character - len(typed))
    item = lsp.CompletionItem(
        label=(typed + first)[:80],
        kind=lsp.CompletionItemKind.Snippet,
        detail="Inglenook",
        insert_text_format=lsp.InsertTextFormat.PlainText,
        sort_text="\0",
        filter_text=typed + first,
        text_edit=lsp.TextEdit(lsp.Range(begin, lsp.Position(line, character)), typed + completion.text),
        command=lsp.Command("Accepted", methods.ACCEPTED.name, arguments=[completion.id]),
    )
    return lsp.CompletionList(is_incomplete=True, items=[item])
