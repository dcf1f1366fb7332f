"""textDocument/codeAction: the chat's commands for editors without a chat. An action asks the model when it is chosen.

Where the client resolves edits (`codeAction/resolve`) it gets the edit to show and to apply; else the command
`inglenook.act` applies it. A client with commands of its own says `"codeActions": false` when it begins.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import attrs
from inglenook_indexer.errors import IndexerError
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from inglenook_server.chat.answer import Answer, with_model
from inglenook_server.chat.prepare import Prepared, prepare
from inglenook_server.chat.request import Event, Reading
from inglenook_server.documents import Document
from inglenook_server.errors import RequestError
from inglenook_server.features.attachments import Buffers
from inglenook_server.features.chat import FIRST, URGENCY, conversation
from inglenook_server.features.failures import answering
from inglenook_server.features.indexing import create_progress
from inglenook_server.features.lifecycle import plain
from inglenook_server.features.next_edit import NextEditSource, everywhere
from inglenook_server.features.places import place_of
from inglenook_server.features.text_edits import CHANGED, text_edit, workspace_edit
from inglenook_server.protocol import methods
from inglenook_server.protocol.chat import Attachment, ChatMessage, ChatParams
from inglenook_server.runtime.workers import Cancelled
from inglenook_server.session.services import Services

REWRITE = lsp.CodeActionKind.RefactorRewrite.value
DOCUMENT = "source.document.inglenook"
EXPLAIN = "source.explain.inglenook"
KINDS = (lsp.CodeActionKind.QuickFix.value, REWRITE, DOCUMENT, EXPLAIN)
MOST_DIAGNOSTICS = 20
STOPPED = "Stopped; nothing is changed."
WISHES = {"refactor": " Make it easier to read, and repeat nothing."}
"""What is asked of the model where the command alone would not say it."""
DOING = {"fix": "fixing", "refactor": "rewriting", "doc": "documenting", "explain": "explaining"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an action does, as it travels with it. Lines and characters as the protocol counts them."""

    command: str
    uri: str
    range: lsp.Range
    problems: str = ""

    def data(self) -> dict[str, Any]:
        """As JSON."""
        start, end = self.range.start, self.range.end
        where = [start.line, start.character, end.line, end.character]
        return {"command": self.command, "uri": self.uri, "range": where, "problems": self.problems}


def register(server: LanguageServer, services: Services, next_edits: NextEditSource) -> None:
    """Register the handlers."""
    buffers = Buffers()

    @server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=list(KINDS), resolve_provider=True)
    )
    @answering
    async def actions(params: lsp.CodeActionParams) -> list[lsp.CodeAction] | None:
        document = services.documents.find(params.text_document.uri)
        if document is None or not _literals(server) or place_of(document.uri, services.folders).folder is None:
            return None
        only = params.context.only
        due = None
        if _asked_for(REWRITE, only):
            due = await everywhere(next_edits, document, services, versioned=_versioned(server))
        first = [due] if due is not None else []
        if not services.code_actions:
            return first or None
        defines = await services.searching.call(lambda _: _defines(document, params.range, services), FIRST)
        lazy = _resolves(server)
        offered = _offered(params, services, defines=defines)
        return [*first, *(_action(title, kind, one, lazy) for title, kind, one in offered if _asked_for(kind, only))]

    @server.feature(lsp.CODE_ACTION_RESOLVE)
    @answering
    async def resolve(action: lsp.CodeAction) -> lsp.CodeAction:
        wanted = read(action.data)
        document = services.documents.get(wanted.uri)
        reply = await ask(server, services, buffers, wanted)
        edit = await edit_of(reply, document, services)
        _note(server, reply)
        return attrs.evolve(action, edit=workspace_edit(edit, document, versioned=_versioned(server)))

    @answering
    async def act(wanted: Wanted) -> None:
        document = services.documents.get(wanted.uri)
        reply = await ask(server, services, buffers, wanted)
        if wanted.command == "explain":
            _tell(server, reply.text)
            return
        edit = await edit_of(reply, document, services)
        _note(server, reply)
        change = workspace_edit(edit, document, versioned=_versioned(server))
        applied = await server.workspace_apply_edit_async(lsp.ApplyWorkspaceEditParams(change, reply_title(reply)))
        if not applied.applied:
            raise RequestError("The editor did not take over the change.", applied.failure_reason or "")

    @server.command(methods.ACT.name)
    async def command(*arguments: object) -> None:
        try:
            await act(read(next((one for one in _flat(arguments) if isinstance(one, Mapping)), None)))
        except JsonRpcException as error:  # most editors show nothing of a command that failed
            _tell(server, error.message)
            raise


async def ask(server: LanguageServer, services: Services, buffers: Buffers, wanted: Wanted) -> Answer:
    """What the model says to an action's command, with progress that can be stopped. Raises RequestError."""
    folders, settings = services.folders, services.settings.chat
    loop = asyncio.get_running_loop()
    token: lsp.ProgressToken | None = None

    def tell(event: Event) -> None:
        if token is not None and isinstance(event, Reading):
            message = f"The model reads {event.tokens} tokens"
            report = lsp.WorkDoneProgressReport(message=message, cancellable=True)
            loop.call_soon_threadsafe(server.work_done_progress.report, token, report)

    def look(_: Cancelled) -> Prepared:
        return prepare(conversation(_question(wanted), services, buffers), folders if folders else None)

    def speak(cancelled: Cancelled) -> Answer:
        with services.host.lease() as generator:
            return with_model(prepared, 0.0, folders, generator, settings, tell, cancelled)

    prepared = await services.searching.call(look, FIRST)
    if prepared.known is not None:
        raise RequestError(prepared.known.text)
    token = await create_progress(server)
    job = services.answering.submit(speak, URGENCY)
    if token is not None:
        begin = lsp.WorkDoneProgressBegin(f"Inglenook: {DOING[wanted.command]}", cancellable=True)
        server.work_done_progress.begin(token, begin)
        server.work_done_progress.tokens[token].add_done_callback(lambda _: job.cancel())
    try:
        reply = await services.answering.result(job)
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise RequestError(STOPPED) from None  # before it had begun
    finally:
        if token is not None:
            server.work_done_progress.tokens.pop(token, None)
            server.work_done_progress.end(token, lsp.WorkDoneProgressEnd())
    services.status.set(notice="")
    if reply.stop_reason == "cancelled":
        raise RequestError(STOPPED)
    return reply


async def edit_of(reply: Answer, document: Document, services: Services) -> lsp.TextEdit:
    """The edit that an answer proposes, for the buffer as it is now. Raises RequestError where there is none."""
    if reply.edit is None:
        raise RequestError(reply.note or "The model proposed no change.")
    proposed = reply.edit
    edit = await services.searching.call(lambda _: text_edit(proposed, document), FIRST)
    now = services.documents.find(document.uri)
    if edit is None or now is not document or place_of(document.uri, services.folders).path != reply.edit.path:
        raise RequestError(CHANGED)
    return edit


def read(data: object) -> Wanted:
    """An action's data as it comes back. Raises RequestError for what is not ours."""
    values = plain(data)
    if isinstance(values, Mapping):
        command, uri, where, problems = (values.get(name) for name in ("command", "uri", "range", "problems"))
        numbers = [one for one in where if type(one) is int and one >= 0] if isinstance(where, list) else []
        if command in DOING and isinstance(uri, str) and len(numbers) == 4:
            start, end = lsp.Position(numbers[0], numbers[1]), lsp.Position(numbers[2], numbers[3])
            return Wanted(command, uri, lsp.Range(start, end), problems if isinstance(problems, str) else "")
    raise RequestError("This action is none of Inglenook's.")


def _offered(params: lsp.CodeActionParams, services: Services, *, defines: bool) -> Iterator[tuple[str, str, Wanted]]:
    """(title, kind, what it does) of everything that there is to do at a place."""
    uri, where = params.text_document.uri, params.range
    if params.context.diagnostics:
        path = place_of(uri, services.folders).path
        lines = [
            f"{path}:{one.range.start.line + 1}: {' '.join(str(one.message).split())}"
            for one in params.context.diagnostics[:MOST_DIAGNOSTICS]
        ]
        yield "Fix with Inglenook", KINDS[0], Wanted("fix", uri, where, "\n".join(lines))
    if not defines and where.start == where.end:
        return
    yield "Rewrite with Inglenook", REWRITE, Wanted("refactor", uri, where)
    if defines:
        yield "Document with Inglenook", DOCUMENT, Wanted("doc", uri, where)
    yield "Explain with Inglenook", EXPLAIN, Wanted("explain", uri, where)


def _action(title: str, kind: str, wanted: Wanted, lazy: bool) -> lsp.CodeAction:
    if lazy and wanted.command != "explain":
        return lsp.CodeAction(title, kind, data=wanted.data())
    return lsp.CodeAction(title, kind, command=lsp.Command(title, methods.ACT.name, arguments=[wanted.data()]))


def _question(wanted: Wanted) -> ChatParams:
    kind = "cursor" if wanted.range.start == wanted.range.end else "selection"
    along = [Attachment(kind, wanted.uri, wanted.range)]
    if wanted.problems:
        along.append(Attachment("problems", text=wanted.problems))
    return ChatParams([ChatMessage("user", f"/{wanted.command}{WISHES.get(wanted.command, '')}")], along)


def _defines(document: Document, where: lsp.Range, services: Services) -> bool:
    """Whether anything is defined at a place."""
    try:
        outline = services.folders.outline(place_of(document.uri, services.folders).path)
    except IndexerError:
        return False
    first, last = where.start.line + 1, where.end.line + 1
    return any(one.line <= last and one.end_line >= first for one in outline)


def _asked_for(kind: str, only: Any) -> bool:
    """Whether a client wants this kind; a kind stands for all below it."""
    return only is None or any(f"{kind}.".startswith(f"{getattr(one, 'value', one)}.") or not one for one in only)


def _tell(server: LanguageServer, text: str) -> None:
    server.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Info, text))


def _note(server: LanguageServer, reply: Answer) -> None:
    """Say what is to be known of a change before it is applied."""
    if reply.note:
        _tell(server, reply.note)


def reply_title(reply: Answer) -> str:
    """What a change does, in a few words."""
    return reply.edit.title if reply.edit is not None else ""


def _code_action(server: LanguageServer) -> lsp.CodeActionClientCapabilities | None:
    document = server.client_capabilities.text_document
    return document.code_action if document is not None else None


def _literals(server: LanguageServer) -> bool:
    """Whether the client knows more than bare commands."""
    can = _code_action(server)
    return can is not None and can.code_action_literal_support is not None


def _resolves(server: LanguageServer) -> bool:
    """Whether the client asks for an action's edit when it is chosen."""
    can = _code_action(server)
    return can is not None and can.resolve_support is not None and "edit" in can.resolve_support.properties


def _versioned(server: LanguageServer) -> bool:
    workspace = server.client_capabilities.workspace
    edits = workspace.workspace_edit if workspace is not None else None
    return bool(edits is not None and edits.document_changes)


def _flat(arguments: object) -> list[object]:
    """A command's arguments; clients and libraries differ in how deep they nest them, and pygls adds the server."""
    if isinstance(arguments, list | tuple):
        return [one for item in arguments for one in _flat(item)]
    return [arguments]
