"""inglenook/chat: a conversation in, an answer out: first what the index knows, then the model's words as they come."""

from __future__ import annotations

import asyncio
import time

from inglenook_indexer.text.printable import printable
from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from inglenook_server.chat.answer import Answer, announce, from_index, reviewed, with_model
from inglenook_server.chat.answer import Reference as Span
from inglenook_server.chat.edits.edit import Edit
from inglenook_server.chat.places import Place as Found
from inglenook_server.chat.prepare import Prepared, prepare
from inglenook_server.chat.request import (
    ChatRequest,
    Event,
    PlacesFound,
    Reading,
    Repository,
    TextPiece,
    make_request,
)
from inglenook_server.completion.explanations import Explanation
from inglenook_server.errors import RequestError
from inglenook_server.features.attachments import Buffers, active, given
from inglenook_server.features.conversations import keep
from inglenook_server.features.failures import answering
from inglenook_server.features.places import file_of, lines, uri_of
from inglenook_server.generation.base import Message
from inglenook_server.protocol import methods
from inglenook_server.protocol.chat import (
    ChatDelta,
    ChatParams,
    ChatResult,
    Place,
    ProposedEdit,
    Reference,
    Token,
    Usage,
)
from inglenook_server.runtime.workers import Cancelled
from inglenook_server.session.services import Services
from inglenook_server.workspace.folders import OpenFolders

TRUST = "Trust it in the editor, then ask again."
FIRST = 0
"""Urgency of what needs no model, on the thread that searches."""
URGENCY = 1


def register(server: LanguageServer, services: Services) -> None:
    """Register the handler."""
    buffers = Buffers()

    @server.feature(methods.CHAT.name)
    @answering
    async def chat(params: ChatParams) -> ChatResult:
        loop = asyncio.get_running_loop()
        folders, settings = services.folders, services.settings.chat
        index = folders if folders else None

        ended = False

        def send(event: Event) -> None:
            if not ended and params.partial_result_token is not None:
                stream(server, params.partial_result_token, event, folders)

        def tell(event: Event) -> None:
            loop.call_soon_threadsafe(send, event)

        def look(_: Cancelled) -> tuple[Prepared, float]:
            started = time.perf_counter()
            prepared = prepare(conversation(params, services, buffers), index)
            announce(prepared, tell)
            return prepared, (time.perf_counter() - started) * 1000

        def speak(cancelled: Cancelled) -> Answer:
            facts = services.status.facts
            if facts.missing_model and facts.fetching:
                raise RequestError(f"This question needs the model. {facts.fetching}", "Ask again when it is here.")
            with services.host.lease() as generator:
                return with_model(prepared, taken_ms, index, generator, settings, tell, cancelled)

        try:
            prepared, taken_ms = await services.searching.call(look, FIRST)
            if prepared.known is not None:
                reply = from_index(prepared.known, taken_ms)
            elif (review := prepared.review) is not None:  # seconds, for which no search is to wait
                if not services.trusted:
                    raise RequestError("A review runs linters, and this folder is not one that you trust.", TRUST)
                reply = await services.answering.call(lambda stop: reviewed(review, taken_ms, tell, stop), URGENCY)
            else:
                reply = await services.answering.call(speak, URGENCY)
                services.status.set(notice="")
            services.answered = Explanation(
                reply.prompt, reply.hits, dict(reply.timings_ms or {}), reply.usage, text=reply.written
            )
            result = as_result(reply, folders)
            result.note = f"{result.note} {await keep(services, params, result)}".strip()
            return result
        finally:
            ended = True


def conversation(params: ChatParams, services: Services, buffers: Buffers) -> ChatRequest:
    """The question and what goes along. Not for the event loop: it masks texts. Raises RequestError."""
    roles = {"user": "user", "assistant": "assistant", "system": "system"}
    unknown = [message.role for message in params.messages if message.role not in roles]
    if unknown:
        raise RequestError(f"A message has the role {unknown[0]!r}; user and assistant are known.")
    if not params.messages or params.messages[-1].role != "user":
        raise RequestError("The last message of a conversation must be the user's question.")
    *earlier, last = params.messages
    history = [Message(message.role, message.content) for message in earlier]  # type: ignore[arg-type]
    folders = services.folders
    along = given(params.attachments, folders, services.documents, buffers)
    near = active(along)
    meant = next((one.uri for one in params.attachments if one.kind == "diff" and one.uri), "")
    return make_request(last.content, history, near=near, given=along, repository=repository(near, folders, meant))


def repository(near: str, folders: OpenFolders, meant: str = "") -> Repository | None:
    """The folder whose changes a client says are meant (a URI), else the one that the user is in, else the first."""
    root = file_of(meant) if meant else None
    chosen = next((one for one in folders if root is not None and one.path == root.resolve()), None)
    file = folders.file(near) if near else None
    folder = chosen or (folders.of(file).folder if file is not None else None) or folders.first
    if folder is None:
        return None
    return Repository(folder.path, folder.workspace.index, folders.shown(folder, ""))


def stream(server: LanguageServer, token: Token, event: Event, folders: OpenFolders) -> None:
    """Send one event of an answer, printable as its result will be."""
    match event:
        case TextPiece(text):
            delta = ChatDelta(text=printable(text))
        case PlacesFound(found):
            delta = ChatDelta("places", places=[place(one, folders) for one in found])
        case Reading(tokens):
            delta = ChatDelta("reading", tokens=tokens)
    server.protocol.notify(lsp.PROGRESS, lsp.ProgressParams(token=token, value=delta))


def as_result(reply: Answer, folders: OpenFolders) -> ChatResult:
    """The wire's form of an answer."""
    usage = reply.usage
    return ChatResult(
        text=reply.text,
        references=[reference(span, folders) for span in reply.references],
        usage=Usage(usage.prompt_tokens, usage.generated_tokens, usage.first_token_ms, usage.total_ms),
        stop_reason=reply.stop_reason,
        model=reply.model,
        adapter=reply.adapter,
        note=reply.note,
        origin=reply.origin,
        places=[place(one, folders) for one in reply.places],
        struck=reply.struck,
        edit=proposed(reply.edit, folders) if reply.edit is not None else None,
    )


def proposed(edit: Edit, folders: OpenFolders) -> ProposedEdit:
    """The wire's form of a proposed change: whole lines, each with its end."""
    return ProposedEdit(
        uri=uri_of(edit.path, folders),
        path=edit.path,
        range=lsp.Range(lsp.Position(edit.start_line - 1, 0), lsp.Position(edit.end_line, 0)),
        new_text="".join(f"{line}\n" for line in edit.new_lines),
        title=edit.title,
        old_text="".join(f"{line}\n" for line in edit.old_lines),
    )


def place(found: Found, folders: OpenFolders) -> Place:
    """The wire's form of a place."""
    return Place(
        uri=uri_of(found.path, folders),
        path=found.path,
        range=lines(found.start_line, found.end_line),
        signature=printable(found.signature),
        doc=printable(found.doc),
    )


def reference(span: Span, folders: OpenFolders) -> Reference:
    """The wire's form of a reference."""
    return Reference(
        uri=uri_of(span.path, folders), path=span.path, range=lines(span.start_line, span.end_line), score=span.score
    )
