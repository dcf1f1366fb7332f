"""A small workspace with a real index, and what a model would be shown of it."""

from __future__ import annotations

import pytest
from inglenook_indexer import Index
from inglenook_server.chat.excerpts import Excerpt

FILES = {
    "app/connector.py": '''\
"""Connections."""

from .base import BaseConnector
from .errors import ConnectionLost, TooManyConnections

DEFAULT_LIMIT = 100


class TCPConnector(BaseConnector):
    """Opens TCP connections and keeps them."""

    def __init__(self, limit=DEFAULT_LIMIT, keepalive_timeout=15.0):
        self._limit = limit
        self._keepalive_timeout = keepalive_timeout
        self._idle = []

    def acquire(self, host):
        """Give a free connection, or open one."""
        if len(self._idle) > self._limit:
            raise TooManyConnections(host)
        return self.open_socket(host)

    def close(self):
        """Close every idle connection."""
        for one in self._idle:
            one.shutdown()
        self._idle.clear()
''',
    "app/base.py": '''\
class BaseConnector:
    """What every connector does."""

    def open_socket(self, host):
        return make_socket(host)

    def release(self, connection):
        self._idle.append(connection)


class UnixConnector(BaseConnector):
    """Opens Unix sockets."""


def make_socket(host):
    """Open a socket to a host."""
    return host
''',
    "app/errors.py": '''\
class ConnectionLost(Exception):
    """The peer went away."""


class TooManyConnections(Exception):
    """The limit is reached."""
''',
    "app/web.py": '''\
import asyncio

from .connector import TCPConnector


def _cancel_tasks(tasks, loop):
    """Cancel tasks and wait for them."""
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks))


def run_app(app, port=8080):
    """Run an application until it is stopped."""
    connector = TCPConnector(limit=10)
    try:
        app.start(connector, port)
    finally:
        _cancel_tasks(app.tasks, app.loop)
        connector.close()
''',
    "app/multipart.py": '''\
class BodyPartReader:
    """Reads one part of a multipart body."""

    def form(self, encoding="utf-8"):
        """Read the part as a form."""
        data = self.read()
        return parse_qsl(data.decode(encoding))

    def read(self):
        return b""
''',
    "app/parser.py": '''\
class ChunkedParser:
    """Parses a body in chunked transfer encoding."""

    def feed_data(self, chunk):
        """Take bytes of the transfer, give whole chunks."""
        size = int(chunk.split(b";")[0], 16)
        return chunk[:size]
''',
    "tests/test_web.py": '''\
from app.web import run_app


def test_run_app():
    run_app(object())
''',
    "lib/settings.py": "RETRY_DELAY = 5 * 60\nCACHE_SECONDS = 3600\n",
    "app/docs.py": "DOCS = 'docs.md'\n",
    "docs/docs.md": "# Documents\n",
    "README.md": "# App\n\nRun it by `python -m app`.\n",
}  # fmt: skip


def excerpt(path: str, start: int, end: int, symbol: str = "") -> Excerpt:
    return Excerpt(path, start, end, "\n".join(FILES[path].split("\n")[start - 1 : end]), 1.0, symbol)


EXCERPTS = (
    excerpt("app/connector.py", 9, 22, "TCPConnector"),
    excerpt("app/web.py", 6, 20, "run_app"),
    excerpt("app/multipart.py", 1, 10, "BodyPartReader"),
    excerpt("lib/settings.py", 1, 2),
)


@pytest.fixture(scope="session")
def index(tmp_path_factory):
    root = tmp_path_factory.mktemp("claims")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    made = Index(root, tmp_path_factory.mktemp("index"))
    made.refresh()
    yield made
    made.close()
