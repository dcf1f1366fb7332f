"""The protocol's edge: what a client calls, on its own event loop; answers are made on a worker's thread.

Knows no index and no engine: `open_folder` gives what answers about a folder. The SDK's spans are switched off.
"""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import acp
from acp import schema, telemetry
from acp.helpers import update_available_commands
from acp.stdio import stdio_streams
from inglenook_indexer.errors import IndexerError
from inglenook_indexer.text.printable import one_line, printable

from inglenook_server import __version__
from inglenook_server.acp.prompt import read
from inglenook_server.chat.answer import Answer
from inglenook_server.chat.command_names import COMMANDS
from inglenook_server.chat.request import Event, PlacesFound, TextPiece
from inglenook_server.conversations.types import Message
from inglenook_server.errors import InglenookError
from inglenook_server.runtime.workers import Cancelled, Worker

if TYPE_CHECKING:
    from inglenook_server.chat.attachments.types import Given

LONGEST = 50 * 2**20
"""Bytes of one message."""


class Folder(Protocol):
    """What answers about one folder. Each call may take seconds, the first one more."""

    @property
    def root(self) -> Path:
        """The folder, resolved."""
        ...

    def answer(
        self,
        question: str,
        history: Sequence[Message],
        given: Sequence[Given],
        on_event: Callable[[Event], None],
        cancelled: Cancelled,
    ) -> Answer:
        """Answer a question. Raises InglenookError, IndexerError."""
        ...

    def close(self) -> None:
        """Give memory back."""
        ...


OpenFolder = Callable[[Path], Folder]
"""Opens a folder. Raises WorkspaceError."""


@dataclass
class Session:
    """One conversation."""

    folder: Folder
    history: list[Message] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)


class ChatAgent:
    """The agent: a session a conversation, nothing kept, no tool called and no file written."""

    def __init__(self, open_folder: OpenFolder) -> None:
        self._open_folder = open_folder
        self._worker = Worker("inglenook-answer")
        self._folders: dict[Path, Folder] = {}
        self._sessions: dict[str, Session] = {}
        self._client: Any = None
        self._told: asyncio.Task[None] | None = None

    def on_connect(self, client: Any) -> None:
        """Take the connection, once there is one."""
        self._client = client

    async def initialize(self, protocol_version: int, **_: Any) -> schema.InitializeResponse:
        """Say what this agent can do."""
        return schema.InitializeResponse(
            protocol_version=min(protocol_version, acp.PROTOCOL_VERSION),
            agent_capabilities=schema.AgentCapabilities(
                prompt_capabilities=schema.PromptCapabilities(embedded_context=True)
            ),
            agent_info=schema.Implementation(name="inglenook", title="Inglenook", version=__version__),
        )

    async def new_session(self, cwd: str, **_: Any) -> schema.NewSessionResponse:
        """Begin a conversation about a folder; servers of the client's are not used."""
        path = Path(cwd)
        if path not in self._folders:
            try:
                self._folders[path] = self._open_folder(path)
            except IndexerError as error:
                raise acp.RequestError.invalid_params({"cwd": f"{error.message} {error.mend}".strip()}) from error
        session = uuid.uuid4().hex
        self._sessions[session] = Session(self._folders[path])
        self._told = asyncio.create_task(self._tell_commands(session))  # a client learns of the session first
        return schema.NewSessionResponse(session_id=session)

    async def prompt(self, session_id: str, prompt: list[Any], **_: Any) -> schema.PromptResponse:
        """Answer: what the index knows, or places at once and then the model's words, as they come."""
        session = self._of(session_id)
        question, given = read(prompt, session.folder.root)
        session.stop = stop = threading.Event()
        loop, events = asyncio.get_running_loop(), asyncio.Queue[Event | None]()

        def tell(event: Event | None) -> None:
            loop.call_soon_threadsafe(events.put_nowait, event)

        def work(cancelled: Cancelled) -> Answer:
            try:
                return session.folder.answer(
                    question, session.history, given, tell, lambda: stop.is_set() or cancelled()
                )
            finally:
                tell(None)

        job = self._worker.submit(work)
        while (event := await events.get()) is not None:
            if text := shown(event):
                await self._say(session_id, text)
        try:
            reply = await self._worker.result(job)
        except (InglenookError, IndexerError) as error:
            await self._say(session_id, f"{error.message} {error.mend}".strip())
            return schema.PromptResponse(stop_reason="end_turn")
        if end := ending(reply):
            await self._say(session_id, end)
        session.history += [Message("user", question), Message("assistant", reply.text)]
        reason: schema.StopReason = "end_turn"
        if stop.is_set() or reply.stop_reason == "cancelled":
            reason = "cancelled"
        elif reply.stop_reason == "length":
            reason = "max_tokens"
        return schema.PromptResponse(stop_reason=reason)

    async def cancel(self, session_id: str, **_: Any) -> None:
        """Stop the answer under way; the prompt's own reply says so."""
        if session_id in self._sessions:
            self._sessions[session_id].stop.set()

    def close(self) -> None:
        """Stop what runs and give the memory back."""
        for session in self._sessions.values():
            session.stop.set()

        def close_all() -> None:
            for folder in self._folders.values():
                folder.close()

        self._worker.close(close_all)

    def _of(self, session: str) -> Session:
        if session not in self._sessions:
            raise acp.RequestError.invalid_params({"sessionId": "There is no such session: begin one."})
        return self._sessions[session]

    async def _say(self, session: str, text: str) -> None:
        await self._client.session_update(session, acp.update_agent_message_text(printable(text)))

    async def _tell_commands(self, session: str) -> None:
        commands = [
            schema.AvailableCommand(
                name=one.name,
                description=one.sentence,
                input=schema.AvailableCommandInput(schema.UnstructuredCommandInput(hint="what it is about")),
            )
            for one in COMMANDS
        ]
        await self._client.session_update(session, update_available_commands(commands))


def shown(event: Event) -> str:
    """What is told of an event: the places as a list, a piece of text as it is."""
    match event:
        case PlacesFound(places):
            lines = [f"- `{one_line(one.cited)}` {_code(one.signature or one.name)}".rstrip() for one in places]
            return "\n".join([*lines, "", ""])
        case TextPiece(text):
            return text
        case _:
            return ""


def ending(reply: Answer) -> str:
    """What follows a finished answer: a proposed change, what is to be said of it, and what it rests on."""
    parts = []
    if reply.edit is not None:
        edit = reply.edit
        changed = [*(f"-{line}" for line in edit.old_lines), *(f"+{line}" for line in edit.new_lines)]
        fence = "`" * 4
        while any(fence in line for line in changed):
            fence += "`"
        place = f"`{one_line(edit.path)}:{edit.start_line}`"
        parts.append("\n".join([f"{edit.title}, {place} (nothing is changed):", f"{fence}diff", *changed, fence]))
    if reply.struck:
        parts.append(f"{reply.struck} of the model's sentences were left out: what they say of this code is not so.")
    if reply.note:
        parts.append(reply.note)
    if reply.origin == "model" and reply.references:
        cited = [f"`{one_line(one.path)}:{one.start_line}-{one.end_line}`" for one in reply.references]
        parts.append(f"From {', '.join(cited)}, by the model {reply.model}.")
    return "\n\n" + "\n\n".join(parts) if parts else ""


def _code(text: str) -> str:
    from inglenook_server.chat.known.markdown import code

    return code(text) if text else ""


async def serve(open_folder: OpenFolder, connected: Callable[[], None]) -> None:
    """Answer on stdin and stdout until the client leaves; `connected` is called once they are taken."""
    for name in ("TRACER", "logfire_span"):  # spans of messages, where an exporter is installed
        setattr(telemetry, name, None)
    reader, writer = await stdio_streams(limit=LONGEST)
    connected()
    agent = ChatAgent(open_folder)
    try:
        await acp.run_agent(agent, writer, reader)  # type: ignore[arg-type]
    finally:
        agent.close()
