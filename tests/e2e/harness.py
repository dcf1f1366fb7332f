"""A language server in a process of its own and a client that talks to it over stdio. Used by tests and benchmarks.

async with session(root, settings={"generation": {"profile": "fast"}}) as editor:
    await editor.ready()
    document = editor.open("a.py", text)
    text = await editor.complete(document, line, character)
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from inglenook_server.protocol import methods
from inglenook_server.protocol.chat import ChatMessage, ChatParams, ChatResult
from inglenook_server.protocol.converter import make_converter
from inglenook_server.protocol.lsp import InglenookProtocol
from inglenook_server.protocol.search import SearchHit, SearchParams, SearchResult
from inglenook_server.protocol.status import Empty, Status
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

SERVE = (sys.executable, "-m", "inglenook_server", "serve")
TIMEOUT_S = 120.0
"""For anything a server is waited for; loading a model on two busy cores takes many seconds."""


@dataclass
class OpenDocument:
    """A buffer as the editor has it."""

    uri: str
    text: str
    version: int = 1


@dataclass
class Editor:
    """A client with one server. What the server sends by itself is collected in lists."""

    client: LanguageClient
    root: Path | None
    initialized: lsp.InitializeResult | None = None
    initialize_s: float = 0.0
    """Seconds from spawning the server to its answer to `initialize`."""
    statuses: list[Status] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    deltas: dict[Any, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Pieces of answers by token."""
    progress: list[Any] = field(default_factory=list)
    """(token, value) of work-done progress."""
    arrived: list[tuple[float, Any, Any]] = field(default_factory=list)
    """(seconds of the performance counter, token, value) of every piece of progress."""
    stderr: list[str] = field(default_factory=list)
    configuration: Mapping[str, Any] = field(default_factory=dict)
    """What the server gets when it asks for the editor's settings."""
    applied: list[lsp.WorkspaceEdit] = field(default_factory=list)
    """Edits that the server asked to be applied."""
    cancel_progress: bool = False
    """Cancel work-done progress as soon as it begins."""

    def uri(self, path: str) -> str:
        """URI of a path relative to the workspace."""
        assert self.root is not None
        return (self.root / path).as_uri()

    def open(self, path: str, text: str | None = None) -> OpenDocument:
        """Open a file with its text on disk, or with another."""
        assert self.root is not None
        content = (self.root / path).read_text(encoding="utf-8") if text is None else text
        document = OpenDocument(self.uri(path), content)
        item = lsp.TextDocumentItem(document.uri, "plaintext", document.version, content)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(item))
        return document

    def change(self, document: OpenDocument, text: str) -> None:
        """Replace a buffer's text."""
        document.text, document.version = text, document.version + 1
        self.client.text_document_did_change(
            lsp.DidChangeTextDocumentParams(
                lsp.VersionedTextDocumentIdentifier(document.version, document.uri),
                [lsp.TextDocumentContentChangeWholeDocument(text)],
            )
        )

    def save(self, document: OpenDocument, path: str) -> None:
        """Write a buffer to its file and say so."""
        assert self.root is not None
        (self.root / path).write_text(document.text, encoding="utf-8", newline="")
        identifier = lsp.TextDocumentIdentifier(document.uri)
        self.client.text_document_did_save(lsp.DidSaveTextDocumentParams(identifier))

    def close(self, document: OpenDocument) -> None:
        """Close a buffer without saving it."""
        identifier = lsp.TextDocumentIdentifier(document.uri)
        self.client.text_document_did_close(lsp.DidCloseTextDocumentParams(identifier))

    async def complete(
        self, document: OpenDocument, line: int, character: int, *, invoked: bool = True, message_id: str | None = None
    ) -> str:
        """The suggestion at a position, or an empty string."""
        kind = lsp.InlineCompletionTriggerKind
        params = lsp.InlineCompletionParams(
            context=lsp.InlineCompletionContext(kind.Invoked if invoked else kind.Automatic),
            text_document=lsp.TextDocumentIdentifier(document.uri),
            position=lsp.Position(line, character),
        )
        result = await self.request(lsp.TEXT_DOCUMENT_INLINE_COMPLETION, params, message_id)
        return str(result.items[0].insert_text) if result is not None and result.items else ""

    async def chat(
        self,
        *messages: tuple[str, str],
        token: str | None = "chat",
        message_id: str | None = None,
        conversation: str = "",
    ) -> ChatResult:
        """Ask; each message is (role, content)."""
        said = [ChatMessage(*message) for message in messages]
        params = ChatParams(said, conversation=conversation, partial_result_token=token)
        result: ChatResult = await self.request(methods.CHAT.name, params, message_id)
        return result

    async def search(self, query: str, limit: int = 10) -> list[SearchHit]:
        """Ranked spans."""
        result: SearchResult = await self.request(methods.SEARCH.name, SearchParams(query, limit))
        return result.hits

    def change_folders(self, added: Sequence[Path] = (), removed: Sequence[Path] = ()) -> None:
        """Add folders to the workspace, take others out."""
        event = lsp.WorkspaceFoldersChangeEvent([as_folder(one) for one in added], [as_folder(one) for one in removed])
        self.client.workspace_did_change_workspace_folders(lsp.DidChangeWorkspaceFoldersParams(event))

    async def status(self) -> Status:
        """How the server is."""
        result: Status = await self.request(methods.STATUS.name, Empty())
        return result

    async def request(self, method: str, params: Any, message_id: str | None = None) -> Any:
        """Send any request; the server's error is raised as JsonRpcException."""
        sent = self.client.protocol.send_request_async(method, params, message_id)
        return await asyncio.wait_for(sent, TIMEOUT_S)

    def cancel(self, message_id: str) -> None:
        """Cancel a request that is under way."""
        self.client.cancel_request(lsp.CancelParams(message_id))

    async def until(self, condition: Any, what: str = "the condition", timeout: float = TIMEOUT_S) -> None:
        """Wait for a function to give something true; it may be async."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            found = condition()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return
            await asyncio.sleep(0.02)
        raise TimeoutError(f"{what} did not come about; the server's log:\n" + "\n".join(self.stderr[-20:]))

    async def indexed(self) -> None:
        """Wait until the workspace can be searched and nothing is under way."""

        async def quiet() -> bool:
            status = await self.status()
            return bool(status.files) and status.kind != "Busy"

        await self.until(quiet, "the index")

    async def ready(self) -> None:
        """Wait for the index and the model."""

        async def loaded() -> bool:
            return bool((await self.status()).model)

        await self.indexed()
        await self.until(loaded, "the model")


@contextlib.asynccontextmanager
async def session(
    root: Path | None,
    *others: Path,
    settings: Mapping[str, Any] | None = None,
    command: Sequence[str] = SERVE,
    work_done_progress: bool = True,
    code_action: lsp.CodeActionClientCapabilities | None = None,
    options: Mapping[str, Any] | None = None,
) -> AsyncIterator[Editor]:
    """Start a server for `root` and `others`, shake hands, and end both at the close; the exit code must be 0."""
    client = LanguageClient("harness", "0", protocol_cls=InglenookProtocol, converter_factory=make_converter)
    editor = Editor(client, root)
    register(editor)
    begin = time.perf_counter()
    await client.start_io(*command)
    process = client._server
    assert process is not None
    log = asyncio.create_task(keep_log(process, editor.stderr))
    try:
        capabilities = lsp.ClientCapabilities(
            window=lsp.WindowClientCapabilities(work_done_progress=work_done_progress),
            workspace=lsp.WorkspaceClientCapabilities(
                configuration=True,
                workspace_folders=True,
                workspace_edit=lsp.WorkspaceEditClientCapabilities(document_changes=True),
            ),
            text_document=lsp.TextDocumentClientCapabilities(code_action=code_action),
        )
        folders = [as_folder(one) for one in (root, *others)] if root else None
        editor.initialized = await asyncio.wait_for(
            client.initialize_async(
                lsp.InitializeParams(
                    capabilities=capabilities,
                    workspace_folders=folders,
                    initialization_options={"version": "0", "settings": settings or {}, **(options or {})},
                )
            ),
            TIMEOUT_S,
        )
        editor.initialize_s = time.perf_counter() - begin
        client.initialized(lsp.InitializedParams())
        yield editor
        await asyncio.wait_for(client.shutdown_async(None), TIMEOUT_S)
        client.exit(None)
        assert await asyncio.wait_for(process.wait(), TIMEOUT_S) == 0
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await client.stop()
        await log


def as_folder(path: Path) -> lsp.WorkspaceFolder:
    """A folder as the protocol has it."""
    return lsp.WorkspaceFolder(path.as_uri(), path.name)


def register(editor: Editor) -> None:
    """Collect what the server sends."""
    client = editor.client

    @client.feature(methods.DID_CHANGE_STATUS.name)
    def did_change_status(status: Status) -> None:
        editor.statuses.append(status)

    @client.feature(lsp.WINDOW_SHOW_MESSAGE)
    def show_message(params: lsp.ShowMessageParams) -> None:
        editor.messages.append(params.message)

    @client.feature(lsp.WORKSPACE_APPLY_EDIT)
    def apply_edit(params: lsp.ApplyWorkspaceEditParams) -> lsp.ApplyWorkspaceEditResult:
        editor.applied.append(params.edit)
        return lsp.ApplyWorkspaceEditResult(applied=True)

    @client.feature(lsp.WORKSPACE_CONFIGURATION)
    def configuration(params: lsp.ConfigurationParams) -> list[Any]:
        return [dict(editor.configuration) for _ in params.items]

    @client.feature(lsp.WINDOW_WORK_DONE_PROGRESS_CREATE)
    def create_progress(_: lsp.WorkDoneProgressCreateParams) -> None:
        return None

    @client.feature(lsp.PROGRESS)
    def on_progress(params: lsp.ProgressParams) -> None:
        value = params.value
        editor.arrived.append((time.perf_counter(), params.token, value))
        if value["kind"] == "delta":
            editor.deltas[params.token].append(value["text"])
            return
        editor.progress.append((params.token, value))
        if editor.cancel_progress and value["kind"] == "begin":
            client.window_work_done_progress_cancel(lsp.WorkDoneProgressCancelParams(params.token))


async def keep_log(process: asyncio.subprocess.Process, lines: list[str]) -> None:
    """Read a server's stderr, which would fill up otherwise."""
    assert process.stderr is not None
    while line := await process.stderr.readline():
        lines.append(line.decode("utf-8", "replace").rstrip())
