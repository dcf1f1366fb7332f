"""A plain server of the OpenAI protocol over one of our own engines, on loopback: a real peer for the `openai` engine.

Streams completions and chats, repeats prompts with their log-probabilities, tells its models. Not part of the product.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from inglenook_server.errors import GenerationError
from inglenook_server.generation.base import Chat, Generation, Generator, Infill, Message, Options


@dataclass
class Plain:
    """The running server and what it saw."""

    endpoint: str
    requests: list[tuple[str, dict[str, Any], str]] = field(default_factory=list)
    """(path, body, Authorization)."""
    refuse: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """Statuses and headers to answer the next POSTs with."""
    hangups: list[Generation] = field(default_factory=list)
    """Generations that ended because the client had gone."""


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Server

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        if self.refused({}):
            return
        generator = self.server.generator
        if self.path == "/v1/models":
            self.answer({"data": [{"id": generator.name, "max_model_len": generator.context_length}]})
        else:
            self.answer({"error": {"message": "no such place"}}, 404)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.refused(body):
            return
        try:
            if self.path == "/v1/chat/completions":
                self.generate(Chat(tuple(Message(one["role"], one["content"]) for one in body["messages"])), body)
            elif self.path != "/v1/completions":
                self.answer({"error": {"message": "no such place"}}, 404)
            elif body.get("echo"):
                self.score(body["prompt"])
            elif "suffix" in body and not self.server.suffix:
                self.answer({"error": {"message": "suffix is not supported"}}, 400)
            else:
                self.generate(Infill(body["prompt"], body.get("suffix", "")), body)
        except GenerationError as error:
            self.answer({"error": {"message": error.message}}, 400)

    def refused(self, body: dict[str, Any]) -> bool:
        server = self.server
        authorization = self.headers.get("Authorization", "")
        server.seen.requests.append((self.path, body, authorization))
        if server.key and authorization != f"Bearer {server.key}":
            self.answer({"error": {"message": "wrong key"}}, 401)
            return True
        if body and server.seen.refuse:
            status, headers = server.seen.refuse.pop(0)
            self.answer({"error": {"message": "not now"}}, status, headers)
            return True
        return False

    def score(self, text: str) -> None:
        logs = self.server.generator.log_probabilities(text)
        # Where each token stands is not asked of our engines; only that the first stands at 0 counts.
        offsets = [min(place, len(text) - 1) for place in range(len(logs) + 1)]
        found = {"token_logprobs": [None, *logs], "text_offset": offsets}
        self.answer({"choices": [{"text": text, "logprobs": found}]})

    def generate(self, prompt: Chat | Infill, body: dict[str, Any]) -> None:
        options = Options(
            max_tokens=body["max_tokens"],
            temperature=body.get("temperature", 0.0),
            top_p=body.get("top_p", 1.0),
            seed=body.get("seed", 0),
            stop=tuple(body.get("stop", ())),
        )
        if not body.get("stream"):
            done = self.server.generator.generate(prompt, options)
            self.answer({"choices": [{"text": done.text, "finish_reason": done.stop_reason}]})
            return
        events = Events(self)

        def on_text(piece: str) -> None:
            choice = {"delta": {"content": piece}} if isinstance(prompt, Chat) else {"text": piece}
            events.send({"choices": [{**choice, "finish_reason": None}]})

        done = self.server.generator.generate(prompt, options, on_text, events.gone.is_set)
        events.send({"choices": [{"delta": {}, "text": "", "finish_reason": done.stop_reason}]})
        usage = done.usage
        tokens = {"prompt_tokens": usage.prompt_tokens, "completion_tokens": usage.generated_tokens}
        events.send({"choices": [], "usage": tokens})
        events.send("[DONE]")
        if events.gone.is_set():
            self.server.seen.hangups.append(done)
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")

    def answer(self, body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


class Events:
    """The server-sent events of one answer."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.begun = False
        self.gone = threading.Event()

    def send(self, event: object) -> None:
        data = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
        block = f"data: {data}\n\n".encode()
        try:
            if not self.begun:
                self.begun = True
                self.handler.send_response(200)
                self.handler.send_header("Content-Type", "text/event-stream")
                self.handler.send_header("Transfer-Encoding", "chunked")
                self.handler.end_headers()
            self.handler.wfile.write(f"{len(block):x}\r\n".encode() + block + b"\r\n")
        except OSError:
            self.gone.set()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, generator: Generator, seen: Plain, suffix: bool, key: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.generator, self.seen, self.suffix, self.key = generator, seen, suffix, key
        self.connections: list[socket.socket] = []

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self.connections.append(connection)
        return connection, address

    def hang_up(self) -> None:
        for connection in self.connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, *_: object) -> None:
        pass  # a client that hangs up is what some tests are about


@contextmanager
def serving(generator: Generator, *, suffix: bool = True, key: str = "") -> Iterator[Plain]:
    """Serve `generator` until the block ends; `suffix`: whether completions take text after the cursor."""
    seen = Plain("")
    server = Server(generator, seen, suffix, key)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    seen.endpoint = f"http://127.0.0.1:{server.server_port}/v1"
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        server.hang_up()
