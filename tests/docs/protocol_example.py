"""A session with a real server over stdio, written down. The echo engine answers, so that it is the same everywhere.

What can't be the same, measured times and the folder's place, is replaced.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

FILE = "def price(cart):\n    return sum(line.price for line in cart)\n"
SHOWN_FOLDER = "file:///home/you/shop"
SHOWN_TIME = 12.5
"""Milliseconds, or seconds, that stand for all measured times."""
PIECES = 3
"""Pieces of the answer that are written down, of many."""
DECIMALS = 2
"""Of scores: the last digits depend on the processor."""
WIDTH = 132
"""Characters of a line; longer JSON is broken."""


def example() -> str:
    """The exchange, as Markdown's code."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary).resolve() / "shop"
        folder.mkdir()
        (folder / "cart.py").write_text(FILE, encoding="utf-8", newline="\n")
        home = {f"INGLENOOK_{name}": str(Path(temporary) / name) for name in ("CACHE", "CONFIG")}
        command = [sys.executable, "-m", "inglenook_server", "serve"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **home}
        ) as server:
            assert server.stdin is not None
            assert server.stdout is not None
            session = Session(server.stdin, server.stdout, folder)
            session.hold()
        if server.returncode:
            raise RuntimeError(f"the server ended with {server.returncode}")
    return "\n".join(session.written)


class Session:
    """One client's side, and what was said."""

    def __init__(self, sink: IO[bytes], source: IO[bytes], folder: Path) -> None:
        self._sink = sink
        self._source = source
        self._folder = folder.as_uri()
        self.written: list[str] = []

    def hold(self) -> None:
        """Begin, index, ask, and leave."""
        settings = {"generation": {"engine": "echo"}, "index": {"background": False, "watch": False}}
        self._request(
            1,
            "initialize",
            {
                "processId": None,
                "capabilities": {},
                "workspaceFolders": [{"uri": self._folder, "name": "shop"}],
                "initializationOptions": {"settings": settings},
            },
        )
        self._send({"method": "initialized", "params": {}})
        self._request(2, "inglenook/index", {"action": "refresh"})
        question = {"role": "user", "content": "How is the price of a cart computed?"}
        self._request(3, "inglenook/chat", {"messages": [question], "partialResultToken": "answer-1"})
        self._request(4, "shutdown", None)
        self._send({"method": "exit"})

    def _request(self, number: int, method: str, params: Any) -> None:
        """Ask, and read until the answer is there."""
        self._send({"id": number, "method": method, **({} if params is None else {"params": params})})
        pieces = 0
        while True:
            message = self._receive()
            if message.get("method") == "inglenook/didChangeStatus":
                continue  # how many there are is a matter of time
            pieces += message.get("method") == "$/progress"
            if pieces > PIECES and "method" in message:
                continue
            if pieces > PIECES:
                self.written.append(f"// server: {pieces - PIECES} more pieces\n")
            self._write("server", message)
            if message.get("id") == number:
                return

    def _send(self, message: dict[str, Any]) -> None:
        message = {"jsonrpc": "2.0", **message}
        self._write("client", message)
        body = json.dumps(message).encode()
        self._sink.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._sink.flush()

    def _receive(self) -> dict[str, Any]:
        length = 0
        while (line := self._source.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if not line:
                raise RuntimeError("the server's stream ended")
            if name.lower() == b"content-length":
                length = int(value)
        message: dict[str, Any] = json.loads(self._source.read(length))
        return message

    def _write(self, sender: str, message: dict[str, Any]) -> None:
        shown = folded(steady(message)).replace(self._folder, SHOWN_FOLDER)
        self.written.append(f"// {sender}\n{shown}\n")


def steady(value: Any, name: str = "") -> Any:
    """JSON with what was measured replaced, the fields of a message in their usual order."""
    if isinstance(value, dict):
        first = [key for key in ("jsonrpc", "id", "method") if key in value and "jsonrpc" in value]
        return {key: steady(value[key], key) for key in (*first, *(key for key in value if key not in first))}
    if isinstance(value, list):
        return [steady(one) for one in value]
    if isinstance(value, float):
        return SHOWN_TIME if name.endswith("Ms") or name == "seconds" else round(value, DECIMALS)
    return value


def folded(value: Any, indent: int = 0, before: int = 0) -> str:
    """JSON on one line where it fits, else broken; `before` characters stand on the line already."""
    line = json.dumps(value, ensure_ascii=False)
    if indent + before + len(line) <= WIDTH or not isinstance(value, dict | list) or not value:
        return line
    space = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{space}{json.dumps(key)}: {folded(one, indent + 2, len(key) + 4)}" for key, one in value.items()]
    else:
        parts = [f"{space}{folded(one, indent + 2)}" for one in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "\n" + ",\n".join(parts) + "\n" + " " * indent + closing
