"""The hub's side of a download, against a server on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from inglenook_server.errors import DownloadFailed
from inglenook_server.models import HubSource, pull, verify

from tests.server.models.wheels import CONTENT, toy_spec


class Hub(BaseHTTPRequestHandler):
    files: dict[str, bytes]

    def do_GET(self) -> None:
        content = self.files.get(self.path)
        self.send_response(200 if content is not None else 404)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hub(models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Hub]]:
    """A hub that holds the small model, and a registry that knows no other source."""
    handler = type("Handler", (Hub,), {"files": {f"/a/b/resolve/main/{k}": v for k, v in CONTENT.items()}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    spec = toy_spec(sources=(HubSource("a/b", "main", {name: name for name in CONTENT}),))
    monkeypatch.setattr("inglenook_server.models.registry.list_models", lambda: (spec,))
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield handler
    server.shutdown()
    server.server_close()
    thread.join()


def test_fetched_and_held_to_the_hash(hub: type[Hub]) -> None:
    pull("toy")
    assert verify("toy").name == "toy"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (CONTENT["weights.bin"][::-1], "wrong hash"),
        (b"short", "another weights.bin"),
        (None, "can't be reached"),
    ],
)
def test_anything_else_is_refused(hub: type[Hub], models: Path, content: bytes | None, sentence: str) -> None:
    path = "/a/b/resolve/main/weights.bin"
    if content is None:
        del hub.files[path]
    else:
        hub.files[path] = content
    with pytest.raises(DownloadFailed, match=sentence):
        pull("toy")
    assert not (models / "toy").exists()
