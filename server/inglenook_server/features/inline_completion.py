"""textDocument/inlineCompletion: a position in, a suggestion or nothing out."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from inglenook_server.completion.engine import Completion, complete, recall, refuse_secret
from inglenook_server.documents import Document
from inglenook_server.errors import InglenookError
from inglenook_server.features.failures import answering
from inglenook_server.features.places import file_of, path_of
from inglenook_server.services import Services
from inglenook_server.workers import Cancelled, Job

if TYPE_CHECKING:
    from inglenook_indexer import Index

URGENCY = 0
"""Before a chat that waits: someone is typing."""


def register(server: LanguageServer, services: Services) -> None:
    """Register the handler."""
    latest: list[Job[Completion]] = []

    @server.feature(lsp.TEXT_DOCUMENT_INLINE_COMPLETION, lsp.InlineCompletionOptions())
    @answering
    async def inline_completion(params: lsp.InlineCompletionParams) -> lsp.InlineCompletionList:
        for job in latest:
            job.cancel()  # a newer request makes an older one stale, whoever forgot to cancel it
        latest.clear()
        if not services.settings.completion.enabled:
            return lsp.InlineCompletionList(items=[])
        document = services.documents.get(params.text_document.uri)
        offset = document.offset_at(params.position.line, params.position.character)
        automatic = params.context.trigger_kind == lsp.InlineCompletionTriggerKind.Automatic
        try:
            completion = await suggest(services, document, offset, automatic, latest)
        except InglenookError as error:
            # The status says it; an error at every key would be noise.
            services.board.set(notice=f"{error.message} {error.mend}".strip())
            return lsp.InlineCompletionList(items=[])
        services.board.set(notice="")
        return as_list(completion, params.position)


async def suggest(
    services: Services, document: Document, offset: int, automatic: bool, latest: list[Job[Completion]]
) -> Completion | None:
    """A suggestion; None where a newer request took this one's place."""
    path, inside = path_of(document.uri, services.workspace)
    if (file := file_of(document.uri)) is not None:
        refuse_secret(file.as_posix())  # of a file outside the workspace, the path has no folder
        refuse_secret(Path(os.path.realpath(file)).as_posix())  # an innocent name may be a link
    settings, memory = services.settings.completion, services.memory
    generator = services.host.current()
    if generator is not None:
        known = recall(
            path=path, text=document.text, offset=offset, generator=generator, settings=settings, memory=memory
        )
        if known is not None:
            return known
    if automatic:
        await asyncio.sleep(settings.debounce_ms / 1000)
    index = searchable(services, path, inside)

    def work(cancelled: Cancelled) -> Completion:
        with services.host.lease() as generator:
            return complete(
                path=path,
                text=document.text,
                offset=offset,
                index=index,
                generator=generator,
                settings=settings,
                cancelled=cancelled,
                memory=memory,
            )

    job = services.generating.submit(work, URGENCY)
    latest.append(job)
    try:
        completion = await services.generating.result(job)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        return None
    if completion.explanation.prompt:
        if completion.text or services.explanation is None:
            services.explanation = completion.explanation  # an empty answer must not hide why the last one was shown
        services.board.set(last_latency_ms=completion.explanation.timings_ms.get("total", 0.0))
    return completion


def searchable(services: Services, path: str, inside: bool) -> Index | None:
    """The index, for a file that may be looked at beside others; an excluded one is completed from its own text."""
    workspace = services.workspace
    if workspace is None or not inside or workspace.reason_excluded(path) is not None:
        return None
    return workspace.index


def as_list(completion: Completion | None, position: lsp.Position) -> lsp.InlineCompletionList:
    """The protocol's form of a suggestion: an insertion at the cursor."""
    if completion is None or not completion.text:
        return lsp.InlineCompletionList(items=[])
    item = lsp.InlineCompletionItem(insert_text=completion.text, range=lsp.Range(position, position))
    return lsp.InlineCompletionList(items=[item])
