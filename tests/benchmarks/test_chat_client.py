"""The client of the benchmark `chat`, with a real server that has no model: what is kept, and a server that dies."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import chat_client
from tests.benchmarks.chat_client import Server

TEXT = (
    '"""Workers."""\n\n\nclass WorkerPool:\n    """Keeps threads."""\n\n    def submit_job(self):\n        return 1\n'
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "pool.py").write_text(TEXT, encoding="utf-8")
    return tmp_path


async def test_a_question_is_asked_and_a_server_that_died_is_started_anew(root: Path) -> None:
    server = Server("retrieval", "", root)
    try:
        row = await server.ask("Where is WorkerPool defined?")
        assert "failed" not in row
        assert row["first_of_session"]
        shown = row["places"] or row.get("hits") or row["references"]
        assert shown[0][0] == "pool.py"
        assert row["total_ms"] > 0
        assert row["usage"]["prompt_tokens"] >= 0
        assert not (await server.ask("And submit_job?"))["first_of_session"]
        assert server._editor is not None
        process: Any = server._editor.client._server
        process.kill()
        await process.wait()
        again = await server.ask("Where is WorkerPool defined?")
        assert "failed" not in again
        assert again["first_of_session"]
    finally:
        await server.close()


async def test_a_server_that_does_not_answer_in_time_fails_one_question(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_client, "TIMEOUT_S", 0.0)
    server = Server("retrieval", "", root)
    try:
        assert await server.ask("Where is WorkerPool defined?") == {"failed": "no answer in time"}
    finally:
        await server.close()


async def test_a_model_that_is_not_there_is_a_failure_and_no_end(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_client, "STARTING_S", 2.0)
    server = Server("model", "no-such-model", root)
    try:
        assert (await server.ask("Where is WorkerPool defined?"))["failed"]
    finally:
        await server.close()
