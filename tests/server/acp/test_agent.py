"""The agent in a process of its own, spoken to by the SDK's own client over stdio."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import acp
import pytest
from acp.client.connection import ClientSideConnection
from acp.schema import AgentMessageChunk, AvailableCommandsUpdate
from inglenook_indexer import Index

from tests.test_invariants import UNASKED, WATCH
from tests.waiting import TIMEOUT_S

FILES = {
    "shop/money.py": 'def price(cart):\n    """Work out what a cart costs."""\n    return cart.total()\n',
    "shop/cart.py": "from shop.money import price\n\n\ndef pay(cart):\n    return price(cart)\n",
    ".env": "PASSWORD=hunter2hunter2\n",
}


@dataclass
class Editor:
    """A client that writes down what it is told."""

    said: dict[str, str] = field(default_factory=dict)
    commands: asyncio.Event = field(default_factory=asyncio.Event)
    names: list[str] = field(default_factory=list)
    spoke: asyncio.Event = field(default_factory=asyncio.Event)

    async def session_update(self, session_id: str, update: Any, **_: Any) -> None:
        if isinstance(update, AgentMessageChunk):
            self.said[session_id] = self.said.get(session_id, "") + update.content.text
            self.spoke.set()
        elif isinstance(update, AvailableCommandsUpdate):
            self.names = [one.name for one in update.available_commands]
            self.commands.set()

    async def request_permission(self, **_: Any) -> Any:
        raise AssertionError("the agent asked for a permission")

    def on_connect(self, connection: Any) -> None:
        pass


@asynccontextmanager
async def agent(*words: str) -> AsyncIterator[tuple[Editor, ClientSideConnection]]:
    """An agent that is connected. With the engine `echo` its model is none."""
    config = Path(os.environ["INGLENOOK_CONFIG"])
    config.mkdir(parents=True, exist_ok=True)
    (config / "settings.toml").write_text('[generation]\nengine = "echo"\n')
    editor = Editor()
    arguments = words or ("-m", "inglenook_server", "acp")
    async with acp.spawn_agent_process(editor, sys.executable, *arguments, env=dict(os.environ)) as (connected, _):  # type: ignore[arg-type]
        await asyncio.wait_for(connected.initialize(protocol_version=acp.PROTOCOL_VERSION), TIMEOUT_S)
        yield editor, connected


async def ask(connected: ClientSideConnection, session: str, *blocks: Any) -> str:
    given = [acp.text_block(one) if isinstance(one, str) else one for one in blocks]
    return (await asyncio.wait_for(connected.prompt(session_id=session, prompt=given), TIMEOUT_S)).stop_reason


async def test_what_the_index_knows_is_answered_without_a_model(workspace: Any) -> None:
    root = workspace(FILES)
    async with agent() as (editor, connected):
        session = (await connected.new_session(cwd=str(root))).session_id
        assert await ask(connected, session, "Who calls price?") == "end_turn"
        assert "`shop/cart.py:5`" in editor.said[session]
        (root / "shop/late.py").write_text("from shop.money import price\n\n\ndef late():\n    return price(None)\n")
        assert await ask(connected, session, "Who calls price?") == "end_turn"
        assert "`shop/late.py:5`" in editor.said[session]
        await asyncio.wait_for(editor.commands.wait(), TIMEOUT_S)
        assert {"find", "explain", "review"} <= set(editor.names)


async def test_places_come_first_and_then_the_models_words(workspace: Any) -> None:
    root = workspace(FILES)
    async with agent() as (editor, connected):
        session = (await connected.new_session(cwd=str(root))).session_id
        assert await ask(connected, session, "How does this work out what a cart costs, and why so?") == "end_turn"
        said = editor.said[session]
        assert said.startswith("- `shop/money.py:1-3` `def price(cart)`\n")
        assert "by the model echo" in said or "The model said nothing" in said


async def test_sessions_are_apart_and_remember(workspace: Any) -> None:
    root = workspace(FILES)
    async with agent() as (editor, connected):
        one = (await connected.new_session(cwd=str(root))).session_id
        two = (await connected.new_session(cwd=str(root))).session_id
        assert await ask(connected, one, "Where is price defined?") == "end_turn"
        assert await ask(connected, one, "Who calls it?") == "end_turn"
        assert "`shop/cart.py:5`" in editor.said[one]
        assert two not in editor.said


async def test_a_resource_goes_along_and_a_secret_one_does_not(workspace: Any) -> None:
    root = workspace(FILES)
    async with agent() as (editor, connected):
        session = (await connected.new_session(cwd=str(root))).session_id
        link = acp.resource_link_block("env", (root / ".env").as_uri())
        await ask(connected, session, "Explain how this is read, please, and why it is so: ", link)
        assert "hunter2" not in editor.said[session]
        assert ".env" in editor.said[session]


async def test_bad_input_is_said(workspace: Any, tmp_path: Path) -> None:
    root = workspace(FILES)
    async with agent() as (editor, connected):
        with pytest.raises(acp.RequestError) as refused:
            await connected.new_session(cwd=str(tmp_path / "nowhere"))
        assert "does not exist" in str(refused.value.data)
        with pytest.raises(acp.RequestError):
            await ask(connected, "none", "Who calls price?")
        session = (await connected.new_session(cwd=str(root))).session_id
        assert await ask(connected, session, "   ") == "end_turn"
        assert editor.said[session] == "The question is empty. Ask something about the code."


SLOW = """
import sys, time
from inglenook_server.cli import acp as edge
from inglenook_server.chat.answer import Answer
from inglenook_server.chat.request import TextPiece
class Slow(edge.AnsweredFolder):
    def answer(self, question, history, given, on_event, cancelled):
        on_event(TextPiece("It "))
        while not cancelled():
            time.sleep(0.005)
        print("another")
        return Answer("It ", (), stop_reason="cancelled")
edge.AnsweredFolder = Slow
sys.exit(edge.acp([]))
"""
"""An answer that ends only when it is stopped, in a process that prints where it must not."""


async def test_an_answer_is_stopped(workspace: Any) -> None:
    root = workspace(FILES)
    async with agent("-c", SLOW) as (editor, connected):
        session = (await connected.new_session(cwd=str(root))).session_id
        asked = asyncio.ensure_future(ask(connected, session, "Why?"))
        await asyncio.wait_for(editor.spoke.wait(), TIMEOUT_S)
        await connected.cancel(session_id=session)
        assert await asked == "cancelled"
        assert editor.said[session] == "It "


async def test_what_the_index_knows_imports_no_engine_opens_no_socket_and_prints_nothing_stray(
    workspace: Any, tmp_path: Path
) -> None:
    root, report = workspace(FILES), tmp_path / "report.json"
    index = Index(root)
    index.refresh()
    index.close()
    code = f"""{WATCH}
import json
from inglenook_server.__main__ import main
from inglenook_server.cli import acp as edge
plain = edge.AnsweredFolder.answer
def answer(self, *arguments):
    print("a stray line")
    reply = plain(self, *arguments)
    open({str(report)!r}, "w").write(json.dumps([m for m in {UNASKED!r} if m in sys.modules]))
    return reply
edge.AnsweredFolder.answer = answer
sys.stderr = open({str(tmp_path / "stderr")!r}, "w", buffering=1)
main(["acp"])
"""
    async with agent("-c", code) as (editor, connected):
        session = (await connected.new_session(cwd=str(root))).session_id
        assert await ask(connected, session, "Who calls price?") == "end_turn"
        assert "`shop/cart.py:5`" in editor.said[session]
    assert json.loads(report.read_text()) == []
    assert (tmp_path / "stderr").read_text() == "a stray line\n"


def test_there_is_nothing_to_set(capsys: pytest.CaptureFixture[str]) -> None:
    from inglenook_server.cli.acp import acp as run

    assert run(["--port", "1"]) == 2
    assert "usage: inglenook acp" in capsys.readouterr().err
    assert run(["--help"]) == 0
