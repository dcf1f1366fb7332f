"""One session over a pair of streams: messages read and understood on a thread, handled in order on the event loop.

Stands where pygls' own loop would: that one reads frames its own way, parses on the event loop and lets what is
ill-formed go unanswered. What a message does stays pygls'.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, BinaryIO

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from inglenook_server.protocol.framing import BadFrame, Frames
from inglenook_server.protocol.jsonrpc import (
    EXIT,
    SHUTDOWN,
    VERSION,
    Code,
    Message,
    Refusal,
    is_request,
    read,
    refuse_by_state,
)

if TYPE_CHECKING:
    from inglenook_server.app import InglenookServer

CHUNK = 65_536
"""Bytes asked of the stream at once: what a pipe holds."""
SHOWN = 100
"""Characters of a method's name that are repeated in an answer."""
CLOSING_S = 10.0
"""How long a client that leaves is kept waiting for its shutdown to end."""
LEFT = "The editor's stream ended without a shutdown."

_log = logging.getLogger(__name__)
Arrived = Refusal | tuple[Message, Any]
"""What is to be answered at once, or a message and what it was understood as: the protocol's type, or a refusal."""


def serve_connection(server: InglenookServer, source: BinaryIO, sink: BinaryIO) -> str:
    """Talk until the client leaves. Gives a sentence about what went wrong, or an empty string."""
    try:
        return asyncio.run(Connection(server, source, sink).run())
    except (KeyboardInterrupt, SystemExit, asyncio.CancelledError):
        return ""  # pygls ends a session on `exit` by SystemExit; its code is the caller's to decide


class Connection:
    """One client's messages, in the order in which they came."""

    def __init__(self, server: InglenookServer, source: BinaryIO, sink: BinaryIO) -> None:
        self._server = server
        self._protocol = server.protocol
        self._source = source
        self._sink = sink
        self._frames = Frames()
        self._closing: Future[Any] | None = None
        """The shutdown that was asked for, until it is answered: pygls takes an exit before it."""

    async def run(self) -> str:
        """See `serve_connection`."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        loop.set_exception_handler(_log_callback)
        self._protocol.set_writer(Writer(self._sink, lambda: loop.call_soon_threadsafe(task.cancel)))
        try:
            while (arrived := await loop.run_in_executor(self._server.thread_pool, self._next)) is not None:
                for one in arrived:
                    if not isinstance(one, Refusal) and one[0].get("method") == EXIT:
                        await self._closed()
                    self._take(one)
            await self._closed()
        except BadFrame as error:
            self._answer(Refusal(None, Code.PARSE_ERROR, str(error)))
            return str(error)
        return "" if self._protocol.was_shut_down else LEFT

    async def _closed(self) -> None:
        """Wait until a shutdown that was asked for is answered: a client may leave without waiting for it."""
        if self._closing is not None:
            await asyncio.wait([asyncio.wrap_future(self._closing)], timeout=CLOSING_S)

    def _next(self) -> list[Arrived] | None:
        """The next body's messages; None where the stream ends. Waits for it; raises BadFrame."""
        while (body := self._frames.next()) is None:
            data = self._source.read1(CHUNK)  # type: ignore[attr-defined]  # a BinaryIO that is buffered
            if not data:
                self._frames.end()
                return None
            self._frames.feed(data)
        return [one if isinstance(one, Refusal) else (one, self._understood(one)) for one in read(body)]

    def _understood(self, message: Message) -> Any:
        """A message as the protocol's types, or a refusal. Long where there is much in it, so not the event loop's."""
        method = message.get("method", "")
        if method and self._protocol.get_message_type(method) is None:
            message.setdefault("params", None)  # so that the answer is that the method is unknown
        try:
            made = self._protocol.structure_message(message)
        except JsonRpcException as error:
            shown = method[:SHOWN]
            return Refusal(message.get("id"), error.code, f"The parameters of {shown} are not what the protocol says.")
        if is_request(message) and not hasattr(made, "id"):
            sentence = f"{method[:SHOWN]} is a notification, and those have no id."
            return Refusal(message["id"], Code.INVALID_REQUEST, sentence)
        return made

    def _take(self, arrived: Arrived) -> None:
        """Handle one message, or answer what is wrong with it."""
        if isinstance(arrived, Refusal):
            self._answer(arrived)
            return
        message, made = arrived
        protocol = self._protocol
        refusal = refuse_by_state(message, initialized=protocol.was_initialized, shut_down=protocol.was_shut_down) or (
            made if isinstance(made, Refusal) else None
        )
        if refusal is None:
            self._handle(made)
            if message.get("method") == SHUTDOWN and is_request(message):
                self._closing = protocol._request_futures.get(message["id"])
        elif is_request(message):
            self._answer(refusal)
        elif "method" not in message:  # an answer to a request of ours, which must not wait for another
            error = lsp.ResponseError(refusal.code, refusal.message)
            self._guarded(lambda: protocol._handle_response(message["id"], None, error))
        else:
            self._server.report_server_error(JsonRpcInvalidParams(), JsonRpcException)

    def _handle(self, made: Any) -> None:
        self._guarded(lambda: self._protocol.handle_message(made))

    def _guarded(self, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:
            self._server.report_server_error(error, JsonRpcException)

    def _answer(self, refusal: Refusal) -> None:
        error = {"code": int(refusal.code), "message": refusal.message}
        self._protocol._send_data({"jsonrpc": VERSION, "id": refusal.id, "error": error})


class Writer:
    """The way out. A client that reads no more is noticed once, and what is written after that is lost."""

    def __init__(self, sink: BinaryIO, on_gone: Callable[[], object]) -> None:
        self._sink = sink
        self._on_gone = on_gone
        self._lock = threading.Lock()
        self._gone = False

    def write(self, data: bytes) -> None:
        """Send one frame. Any thread."""
        with self._lock:
            if self._gone:
                return
            try:
                self._sink.write(data)
                self._sink.flush()
            except (OSError, ValueError):  # a broken pipe, a closed file
                self._gone = True
                self._on_gone()

    def close(self) -> None:
        """Send nothing more."""
        with self._lock:
            self._gone = True


def _log_callback(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What asyncio would print with a traceback and a repr, both of which may quote the user's code."""
    error = context.get("exception")
    _log.error("A task failed: %s", type(error).__name__ if error is not None else "no exception")
