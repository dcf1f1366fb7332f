"""The stream itself, byte by byte: whatever comes is answered or ends the session with one sentence."""

import asyncio
import contextlib
import json

import pytest

from tests.e2e.harness import SERVE

INITIALIZE = {"jsonrpc": "2.0", "id": "begin", "method": "initialize", "params": {"capabilities": {}}}
SHUTDOWN = {"jsonrpc": "2.0", "id": "end", "method": "shutdown"}
EXIT = {"jsonrpc": "2.0", "method": "exit"}
INVALID_PARAMS, NOT_FOUND, REQUEST, PARSE, EARLY, FAILED = -32602, -32601, -32600, -32700, -32002, -32803


class Raw:
    """A server, and what it wrote."""

    def __init__(self, process):
        self.process = process

    def send(self, *messages):
        for one in messages:
            body = one if isinstance(one, bytes) else json.dumps(one).encode()
            self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    async def answer(self, id):
        """The next response with this id; what else is sent is passed over."""
        while True:
            header = await asyncio.wait_for(self.process.stdout.readuntil(b"\r\n\r\n"), 60)
            length = int(header.split(b"Content-Length: ")[1].split(b"\r\n")[0])
            message = json.loads(await self.process.stdout.readexactly(length))
            if "method" not in message and message["id"] == id:
                return message

    async def ended(self):
        """(exit code, lines of stderr, what was written to stdout since), once the stream to it is closed."""
        self.process.stdin.close()
        out, log = await asyncio.wait_for(self.process.communicate(), 60)
        return self.process.returncode, log.decode().splitlines(), out


@contextlib.asynccontextmanager
async def raw(*messages):
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*SERVE, stdin=pipe, stdout=pipe, stderr=pipe, limit=1 << 26)
    try:
        made = Raw(process)
        made.send(*messages)
        yield made
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


def request(method, params=None, id=1):
    return {"jsonrpc": "2.0", "id": id, "method": method, "params": params}


BAD_STREAMS = [
    b"Content-Length: 99999999999999999999\r\n\r\n",
    b"Content-Length: 1000000000000000\r\n\r\n",
    b"Content-Length: -2\r\n\r\n{}",
    b"Content-Length: two\r\n\r\n{}",
    b"Content-Type: text/plain\r\n\r\n{}",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}",
    b"X" * 10_000,
    b"Content-Length: 500\r\n\r\n{}",
    b"Content-Len",
]


@pytest.mark.parametrize("stream", BAD_STREAMS, ids=lambda stream: stream[:40].decode())
async def test_a_stream_that_cannot_be_followed_ends_in_one_sentence(stream):
    async with raw() as server:
        server.process.stdin.write(stream)
        code, log, out = await server.ended()
    assert code == 1
    assert len(log) == 1
    assert log[0].startswith("inglenook serve: ")
    assert json.loads(out.partition(b"\r\n\r\n")[2]) == {
        "jsonrpc": "2.0",
        "id": None,
        "error": {"code": PARSE, "message": log[0].removeprefix("inglenook serve: ")},
    }


@pytest.mark.parametrize(
    ("messages", "code", "says"),
    [
        ([], 1, ["inglenook serve: The editor's stream ended without a shutdown."]),
        ([INITIALIZE], 1, ["inglenook serve: The editor's stream ended without a shutdown."]),
        ([EXIT], 1, []),
        ([INITIALIZE, EXIT], 1, []),
        ([INITIALIZE, SHUTDOWN], 0, []),
    ],
)
async def test_a_client_that_leaves_ends_the_server(messages, code, says):
    async with raw(*messages) as server:
        if SHUTDOWN in messages:
            await server.answer("end")
        ended = await server.ended()
    assert ended[:2] == (code, says)


async def test_a_client_that_does_not_wait_for_the_end_is_answered():
    async with raw(INITIALIZE, SHUTDOWN, EXIT) as server:
        assert (await server.answer("end"))["result"] is None
        assert (await server.ended())[:2] == (0, [])
    async with raw(INITIALIZE, SHUTDOWN) as server:
        assert (await server.ended())[:2] == (0, [])


async def test_other_ways_to_write_a_header_are_understood():
    body = json.dumps(INITIALIZE).encode()
    async with raw() as server:
        server.process.stdin.write(b"\xef\xbb\xbfcontent-length:%d\nX-Other: 1\n\n%s" % (len(body), body))
        assert (await server.answer("begin"))["result"]["serverInfo"]["name"] == "inglenook"


REFUSED = [
    (b"{not json", None, PARSE),
    (b"", None, PARSE),
    (b'"\xff"', None, PARSE),
    (b"[" * 100_000, None, PARSE),
    (b"{}", None, REQUEST),
    ([], None, REQUEST),
    ([request("inglenook/status", id=7)], 7, REQUEST),
    (INITIALIZE, "begin", REQUEST),
    (request("made/up"), 1, NOT_FOUND),
    ({"jsonrpc": "2.0", "id": 1, "method": "made/up"}, 1, NOT_FOUND),
    (request("\x00\ud800"), 1, NOT_FOUND),
    ({"jsonrpc": "2.0", "id": 1, "method": ""}, 1, REQUEST),
    (request(""), 1, REQUEST),
    (request(7), 1, REQUEST),
    (request("made/up", json.loads("[" * 900 + "]" * 900)), 1, NOT_FOUND),
    (b'{"jsonrpc": "2.0", "id": 1, "method": "x", "params": %s%s}' % (b"[" * 50_000, b"]" * 50_000), None, PARSE),
    (request("inglenook/status", id=[1]), None, REQUEST),
    (request("inglenook/status", id=None), None, REQUEST),
    (request("inglenook/status", id=10**30), 10**30, None),
    (request("textDocument/didSave", {"textDocument": {"uri": "file:///a"}}), 1, REQUEST),
    (request("inglenook/search", {"query": 5, "limit": "x"}), 1, INVALID_PARAMS),
    (request("inglenook/search", json.loads("[" * 900 + "]" * 900)), 1, INVALID_PARAMS),
    (request("inglenook/chat", {"messages": [{"jsonrpc": "2.0", "method": "exit"}]}), 1, INVALID_PARAMS),
    (request("workspace/executeCommand", {"command": "inglenook.snooze", "arguments": [10**400]}), 1, None),
    (request("workspace/executeCommand", {"command": "inglenook.snooze", "arguments": [0]}), 1, None),
]
POSITION = {"position": {"line": 0, "character": 0}, "context": {"triggerKind": 1}}
STRANGE_URIS = ["file:///a\x00b.py", "file:///a%00b.py", "file:///\ud800.py", "file://[", "", "\x00", "file:", "a b"]


async def test_every_request_is_answered_whatever_is_wrong_with_it():
    async with raw(INITIALIZE) as server:
        await server.answer("begin")
        server.send({"jsonrpc": "2.0", "method": "initialized", "params": {}})
        for message, id, code in REFUSED:
            server.send(message)
            answer = await server.answer(id)
            assert answer.get("error", {}).get("code") == code, (message, answer)
            assert "Traceback" not in str(answer)
        for uri in STRANGE_URIS:
            document = {"uri": uri, "languageId": "python", "version": 1, "text": "x = 1\ny = \ud800"}
            for method, params in [
                ("textDocument/inlineCompletion", {"textDocument": {"uri": uri}, **POSITION}),
                ("textDocument/didOpen", {"textDocument": document}),
                ("textDocument/inlineCompletion", {"textDocument": {"uri": uri}, **POSITION}),
                ("textDocument/completion", {"textDocument": {"uri": uri}, **POSITION}),
                ("textDocument/didSave", {"textDocument": {"uri": uri}}),
                ("workspace/didChangeWatchedFiles", {"changes": [{"uri": uri, "type": 2}]}),
                (
                    "workspace/didChangeWorkspaceFolders",
                    {"event": {"added": [{"uri": uri, "name": "x"}], "removed": [{"uri": uri, "name": "x"}]}},
                ),
                ("inglenook/diagnostics", {"uri": uri, "diagnostics": [{"line": 0, "message": "\ud800"}]}),
                ("textDocument/didClose", {"textDocument": {"uri": uri}}),
            ]:
                notification = "/did" in method or method.endswith("diagnostics")
                server.send(
                    {"jsonrpc": "2.0", "method": method, "params": params} | ({} if notification else {"id": 5})
                )
                if not notification:
                    answer = await server.answer(5)
                    assert answer.get("error", {}).get("code") in (None, FAILED)
                    assert "unexpected" not in str(answer), (uri, answer)
        server.send(request("inglenook/status"), SHUTDOWN)
        assert (await server.answer(1))["result"]["version"]
        await server.answer("end")
        for method in ("inglenook/status", "shutdown", "made/up", "initialize"):
            server.send(request(method, {"capabilities": {}} if method == "initialize" else None))
            assert (await server.answer(1))["error"]["code"] == REQUEST
        server.send(EXIT)
        code, log, _ = await server.ended()
    assert code == 0
    assert not [line for line in log if "Traceback" in line or "Unexpected" in line]


async def test_nothing_is_answered_before_initialize_but_that_it_is_missing():
    async with raw() as server:
        for method in ("inglenook/status", "shutdown", "made/up"):
            server.send(request(method))
            assert (await server.answer(1))["error"]["code"] == EARLY
        server.send(
            {"jsonrpc": "2.0", "method": "textDocument/didSave", "params": {"textDocument": {"uri": "file:///a"}}}
        )
        server.send(request("initialize", {"capabilities": 5}))
        assert (await server.answer(1))["error"]["code"] == INVALID_PARAMS
        server.send(INITIALIZE)
        assert "result" in await server.answer("begin")


async def test_a_client_that_answers_nonsense_does_not_keep_the_index_waiting(shop):
    folders = [{"uri": shop.as_uri(), "name": "shop"}]
    params = {"capabilities": {"window": {"workDoneProgress": True}}, "workspaceFolders": folders}
    async with raw(INITIALIZE | {"params": params}) as server:
        await server.answer("begin")
        server.send({"jsonrpc": "2.0", "method": "initialized", "params": {}})
        while True:
            header = await asyncio.wait_for(server.process.stdout.readuntil(b"\r\n\r\n"), 60)
            length = int(header.split(b"Content-Length: ")[1].split(b"\r\n")[0])
            message = json.loads(await server.process.stdout.readexactly(length))
            if message.get("method") == "window/workDoneProgress/create":
                server.send({"jsonrpc": "2.0", "id": message["id"], "error": "nonsense"})
            if message.get("method") == "inglenook/didChangeStatus" and message["params"]["files"]:
                break


async def test_a_client_that_reads_no_more_ends_the_server(shop):
    async with raw(INITIALIZE) as server:
        await server.answer("begin")
        server.process._transport.get_pipe_transport(1).close()
        for _ in range(20):
            server.send(request("inglenook/status"))
            await asyncio.sleep(0.05)
        assert await asyncio.wait_for(server.process.wait(), 60) == 1
        assert b"Traceback" not in await server.process.stderr.read()
