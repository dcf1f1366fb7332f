"""Asks the product as an editor would, over stdio, and says what came and when. Knows no question's answer.

Three conditions: `model` has no folder open, so that nothing can be retrieved; `retrieval` has no model, so that only
the index speaks; `all` is the product. A server that dies or hangs is ended and started anew; its question is asked
once more, and then counts as failed.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from inglenook_server.protocol import methods
from inglenook_server.protocol.chat import ChatMessage, ChatParams, ChatResult
from inglenook_server.protocol.explain import ExplainParams
from pygls.exceptions import JsonRpcException

from tests.benchmarks.scores import Place
from tests.e2e.harness import Editor, session

CONDITIONS = ("model", "retrieval", "all")
TIMEOUT_S = 180.0
"""Of one question; two busy cores take half a minute for a long answer."""
STARTING_S = 600.0
"""Until a server has its index and its model."""
RETRIES = 1
REACH = 10
"""Places that are kept of an answer, and hits of a search."""
SETTINGS = {"completion": {"statistics": False}}


class Server:
    """One condition of one model in one repository. Starts with the first question."""

    def __init__(self, condition: str, model: str, root: Path) -> None:
        self.condition = condition
        self._root = None if condition == "model" else root
        generation = {"engine": "echo"} if condition == "retrieval" else {"model": model, "idle_minutes": 0}
        self._settings = {**SETTINGS, "generation": generation}
        self._stack = contextlib.AsyncExitStack()
        self._editor: Editor | None = None
        self._asked = 0

    async def ask(self, text: str) -> dict[str, Any]:
        """What came for a question; `failed` says why nothing did."""
        why = ""
        for _ in range(RETRIES + 1):
            try:
                editor = self._editor or await self._start()
                self._asked += 1
                row = await _ask(editor, text, f"chat-{self._asked}")
                return row | {"first_of_session": self._asked == 1}
            except TimeoutError:
                why = "no answer in time"
            except (JsonRpcException, OSError, RuntimeError, AssertionError, asyncio.CancelledError) as error:
                why = f"{type(error).__name__}: {error}"[:300]
                if (task := asyncio.current_task()) is not None and task.cancelling():
                    raise
            await self.close()
        return {"failed": why}

    async def _start(self) -> Editor:
        self._asked = 0
        editor = await self._stack.enter_async_context(session(self._root, settings=self._settings))
        self._editor = editor
        if self._root is not None:
            await editor.until(lambda: _indexed(editor), "the index", timeout=STARTING_S)
        if self.condition != "retrieval":
            await editor.until(lambda: _loaded(editor), "the model", timeout=STARTING_S)
        return editor

    async def close(self) -> None:
        """End the server, whatever state it is in."""
        self._editor = None
        stack, self._stack = self._stack, contextlib.AsyncExitStack()
        with contextlib.suppress(Exception):
            await stack.aclose()


async def _indexed(editor: Editor) -> bool:
    status = await editor.status()
    return bool(status.files) and status.kind != "Busy"


async def _loaded(editor: Editor) -> bool:
    return bool((await editor.status()).model)


async def _ask(editor: Editor, text: str, token: str) -> dict[str, Any]:
    editor.arrived.clear()
    params = ChatParams([ChatMessage("user", text)], partial_result_token=token)
    started = time.perf_counter()
    sent = asyncio.ensure_future(editor.client.protocol.send_request_async(methods.CHAT.name, params, token))
    result: ChatResult = await _answered(editor, sent)
    total = (time.perf_counter() - started) * 1000
    came = [(at, value) for at, its, value in editor.arrived if its == token]
    shown = next(((at, value) for at, value in came if value["kind"] == "places"), None)
    first = next((at for at, value in came if value["kind"] == "delta" and value.get("text")), None)
    origin = getattr(result, "origin", "model") or "model"
    row: dict[str, Any] = {
        "text": result.text,
        "origin": origin,
        "note": result.note,
        "places": [_span(one) for one in _places(result, shown)][:REACH],
        "references": [_span(one) for one in result.references][:REACH],
        "struck": getattr(result, "struck", 0),
        "stop_reason": result.stop_reason,
        "usage": asdict_of(result.usage),
        "total_ms": total,
    }
    if shown is not None:
        row["places_ms"] = (shown[0] - started) * 1000
    if first is not None:
        row["first_word_ms"] = (first - started) * 1000
    if row["struck"]:
        # What the model wrote before it was checked, where the server tells.
        why = await editor.request(methods.EXPLAIN.name, ExplainParams(what="answer"))
        row["raw"] = why.text if why is not None else ""
    if editor.root is not None and not row["places"] and origin != "index":
        row["hits"] = [_span(one) for one in await editor.search(text, REACH)]
    return row


async def _answered(editor: Editor, sent: asyncio.Future[Any]) -> Any:
    """What was sent back. Raises TimeoutError, RuntimeError where the server has ended, or what it answered with."""
    process = editor.client._server
    assert process is not None
    ended = asyncio.ensure_future(process.wait())
    try:
        await asyncio.wait({sent, ended}, timeout=TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ended.cancel()
    if sent.done():
        return sent.result()
    sent.cancel()
    if process.returncode is not None:
        raise RuntimeError(f"the server ended with code {process.returncode}")
    raise TimeoutError


def _places(result: ChatResult, shown: tuple[float, Any] | None) -> list[Any]:
    return list(result.places) or (list(shown[1]["places"]) if shown is not None else [])


def _span(one: Any) -> Place:
    """Path and lines, 1-based and inclusive, of anything that has a path and a range."""
    if isinstance(one, dict):
        path, span = one["path"], one["range"]
        start, end = (span[side] for side in ("start", "end"))
        (first, _), (last, at_end) = ((side["line"], side["character"]) for side in (start, end))
    else:
        path, span = one.path, one.range
        first, last, at_end = span.start.line, span.end.line, span.end.character
    return path, first + 1, max(first + 1, last + 1 if at_end else last)


def asdict_of(one: Any) -> dict[str, Any]:
    """An attrs or a dataclass instance as a dictionary."""
    import attrs

    return attrs.asdict(one) if attrs.has(type(one)) else asdict(one)
