"""`inglenook serve` with answers that are known beforehand: the editor's side of the chat is tested without a model.

It speaks through the server's own protocol, types and framing; only what is said is scripted. Conversations are kept in
`INGLENOOK_CACHE/conversations.json`, as long as that file lives. A question with "slowly" in it is answered when the
file `INGLENOOK_CACHE/go` is there; where `INGLENOOK_CACHE/unchanged` is, `/commit` finds nothing to word; what
`INGLENOOK_CACHE/note` holds is said of each conversation that is loaded.
"""

from __future__ import annotations

import asyncio
import functools
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from inglenook_server import __version__
from inglenook_server.app import InglenookServer
from inglenook_server.protocol import chat as wire
from inglenook_server.protocol import methods
from inglenook_server.protocol.connection import serve_connection
from inglenook_server.protocol.conversations import (
    ConversationInfo,
    ConversationsParams,
    ConversationsResult,
    KeptMessage,
)
from inglenook_server.protocol.converter import make_converter
from inglenook_server.protocol.lsp import InglenookProtocol
from inglenook_server.protocol.status import Status
from lsprotocol import types as lsp

MODEL = "scripted"
COMMIT = "Count the shelves\n\nThey were guessed before."
UNCHANGED = "Nothing has changed since the last commit."
NEW_TEST = "def test_stock():\n    assert True\n"
OFFERED = ("/explain", "/error", "/doc", "/commit", "@Stock", "@shop/stock.py")
TOKENS = {"selection": 30, "cursor": 12, "file": 200, "diff": 80, "folder": 900}


class Kept:
    """The conversations on disk: titles and messages by id."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._path.read_text("utf-8")) if self._path.exists() else {}
        return found

    def write(self, found: dict[str, Any]) -> None:
        self._path.write_text(json.dumps(found), "utf-8")

    def add(self, params: wire.ChatParams, answer: str) -> None:
        found = self.read()
        title = found.get(params.conversation, {}).get("title") or params.messages[0].content
        messages = [[message.role, message.content] for message in params.messages]
        entry = {"title": title, "updated": time.time(), "messages": [*messages, ["assistant", answer]]}
        self.write({**found, params.conversation: entry})

    def change(self, asked: ConversationsParams) -> list[list[str]]:
        """Do what is asked; gives the messages of that conversation as they were."""
        found = self.read()
        one = found.get(asked.id, {"messages": []})
        if asked.action == "rename":
            self.write({**found, asked.id: {**one, "title": asked.title}})
        if asked.action == "delete":
            self.write({key: value for key, value in found.items() if key != asked.id})
        messages: list[list[str]] = one["messages"]
        return messages

    def infos(self) -> list[ConversationInfo]:
        listed = [
            ConversationInfo(key, one["title"], one["updated"], len(one["messages"]))
            for key, one in self.read().items()
        ]
        return sorted(listed, key=lambda info: -info.updated)


class Script:
    """What is answered."""

    def __init__(self, server: InglenookServer, cache: Path) -> None:
        self._server = server
        self._go, self._unchanged, self._note = cache / "go", cache / "unchanged", cache / "note"
        self._kept = Kept(cache / "conversations.json")
        self._answered = 0

    def status(self, params: Any) -> Status:
        return Status("Normal", "scripted is ready", 6, 9, MODEL, "", "script", 0.0, __version__)

    async def chat(self, params: wire.ChatParams) -> wire.ChatResult:
        self._answered += 1
        question = params.messages[-1].content
        place = self._place()
        self._stream(params, wire.ChatDelta("places", places=[place]))
        self._stream(params, wire.ChatDelta("reading", tokens=420))
        while "slowly" in question and not self._go.exists():
            await asyncio.sleep(0.02)
        text = f"Answer {self._answered} to `{question}`, message {len(params.messages)}, with {described(params)}."
        if question.startswith("/commit"):
            message = f"A message, with {described(params)}:\n\n```\n{COMMIT}\n```"
            text = UNCHANGED if self._unchanged.exists() else message
        for piece in (text[:9], text[9:]):
            self._stream(params, wire.ChatDelta(text=piece))
            await asyncio.sleep(0.02)
        self._kept.add(params, text)
        return wire.ChatResult(
            text=text,
            references=[wire.Reference(place.uri, place.path, place.range, 1.0)],
            usage=wire.Usage(420, 17, 5.0, 40.0),
            stop_reason="stop",
            model=MODEL,
            adapter="",
            places=[place],
            edit=proposed(question, place),
        )

    def context(self, params: wire.ChatContextParams) -> wire.ChatContextResult:
        chips = [
            wire.Chip(one.kind, one.name or one.uri.rsplit("/", 1)[-1], TOKENS.get(one.kind, 1), one.uri, one.range)
            for one in params.attachments
        ]
        named = [wire.Chip("symbol", word, 44) for word in params.text.split() if word.startswith("@") and word[1:]]
        return wire.ChatContextResult([*chips, *named])

    def complete(self, params: wire.ChatCompleteParams) -> wire.ChatCompleteResult:
        before = params.text[: params.offset]
        start = before.rfind(" ") + 1
        items = [wire.ChatSuggestion(one, one, "scripted") for one in OFFERED if one.startswith(before[start:])]
        return wire.ChatCompleteResult(start, params.offset, items)

    def conversations(self, params: ConversationsParams | None) -> ConversationsResult:
        asked = params or ConversationsParams()
        messages = [KeptMessage(role, content) for role, content in self._kept.change(asked)]
        markdown = "\n\n".join(f"**{message.role}**: {message.content}" for message in messages)
        return ConversationsResult(
            self._kept.infos(),
            messages if asked.action == "load" else [],
            markdown if asked.action == "export" else "",
            self._note.read_text("utf-8") if asked.action == "load" and self._note.exists() else "",
        )

    def _place(self) -> wire.Place:
        uri = f"{self._server.workspace.root_uri}/shop/stock.py"
        return wire.Place(uri, "shop/stock.py", span(3, 5), "class OutOfStock(Exception):", "There are too few.")

    def _stream(self, params: wire.ChatParams, delta: wire.ChatDelta) -> None:
        token = params.partial_result_token
        assert token is not None
        self._server.protocol.notify(lsp.PROGRESS, lsp.ProgressParams(token=token, value=delta))


def make_server(cache: Path) -> InglenookServer:
    """The server; `cache` holds what it keeps."""
    cache.mkdir(parents=True, exist_ok=True)
    server = InglenookServer(
        "inglenook",
        __version__,
        text_document_sync_kind=lsp.TextDocumentSyncKind.Full,
        protocol_cls=InglenookProtocol,
        converter_factory=make_converter,
    )
    script = Script(server, cache)
    for change in (lsp.TEXT_DOCUMENT_DID_OPEN, lsp.TEXT_DOCUMENT_DID_CHANGE, lsp.TEXT_DOCUMENT_DID_CLOSE):
        server.feature(change)(lambda params: None)
    for method, handler in (
        (methods.STATUS, script.status),
        (methods.CHAT, script.chat),
        (methods.CHAT_CONTEXT, script.context),
        (methods.CHAT_COMPLETE, script.complete),
        (methods.CONVERSATIONS, script.conversations),
    ):
        server.feature(method.name)(functools.partial(handler))  # pygls puts its marks on what it is given
    return server


def span(first: int, last: int) -> lsp.Range:
    """Whole lines, counted from 0; `last` is not among them."""
    return lsp.Range(lsp.Position(first, 0), lsp.Position(last, 0))


def described(params: wire.ChatParams) -> str:
    """What came along, so that the page shows it."""
    said = [
        f"{one.kind} {(one.uri or one.name).rsplit('/', 1)[-1]}"
        + (f":{one.range.start.line + 1}-{one.range.end.line + 1}" if one.range else "")
        for one in params.attachments
    ]
    return " and ".join(said) or "nothing"


def proposed(question: str, place: wire.Place) -> wire.ProposedEdit | None:
    """The change that comes with the answer."""
    if question.startswith("/doc"):
        return documented(place)
    if question.startswith("/tests"):
        uri = place.uri.replace("stock.py", "test_stock.py")
        return wire.ProposedEdit(uri, "shop/test_stock.py", span(0, 0), NEW_TEST, "Test it")
    return None


def documented(place: wire.Place) -> wire.ProposedEdit:
    """A docstring for the first class of the file, as its buffer was on disk."""
    lines = Path(place.uri.removeprefix("file://")).read_text("utf-8").splitlines(keepends=True)
    new = lines[3] + "    # documented\n"
    return wire.ProposedEdit(place.uri, place.path, span(3, 4), new, "Document it", lines[3])


def main() -> None:
    """Serve on stdin and stdout."""
    frames = os.dup(1)
    os.dup2(2, 1)
    serve_connection(make_server(Path(os.environ["INGLENOOK_CACHE"])), sys.stdin.buffer, os.fdopen(frames, "wb"))


if __name__ == "__main__":
    main()
