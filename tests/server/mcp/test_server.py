"""The server in a process of its own, asked by the SDK's own client over stdio."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from inglenook_server.mcp.tools.table import TOOLS
from mcp import Client, StdioServerParameters, stdio_client
from mcp_types import CallToolResult, TextContent

from tests.test_invariants import UNASKED, WATCH

MAIN = "from inglenook_server.__main__ import main"


@asynccontextmanager
async def client(*arguments: str) -> AsyncIterator[Client]:
    """A client of a server that Python is started with these arguments for."""
    command = StdioServerParameters(command=sys.executable, args=list(arguments), env=dict(os.environ))
    async with Client(stdio_client(command)) as connected:
        yield connected


def text(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


async def test_every_tool_is_listed_and_answers(indexed: Path) -> None:
    arguments = {
        "search": ({"query": "what does a cart cost"}, "shop/money.py:1-3"),
        "definitions": ({"name": "Cart.pay"}, "15|     def pay(self):"),
        "references": ({"name": "price", "relation": "call"}, "shop/cart.py:16  call in Cart.pay"),
        "importers": ({"path": "shop/money.py"}, "tests/test_cart.py:1"),
        "outline": ({"path": "shop/cart.py"}, "class Cart"),
        "span": ({"path": "shop/cart.py:15-16"}, "16|         return price(self)"),
        "impact": ({"name": "price"}, "`shop/cart.py:16`"),
        "index_status": ({}, "7 files"),
    }
    async with client("-m", "inglenook_server", "mcp", str(indexed)) as connected:
        listed = (await connected.list_tools()).tools
        assert [one.name for one in listed] == [one.name for one in TOOLS] == list(arguments)
        for one in listed:
            assert one.annotations is not None
            assert one.annotations.read_only_hint
            assert one.description
            assert "budget" in one.input_schema["properties"]
        assert len(json.dumps([one.model_dump(mode="json", exclude_none=True) for one in listed])) < 9_000
        for name, (asked, says) in arguments.items():
            result = await connected.call_tool(name, asked)
            assert not result.is_error, text(result)
            assert says in text(result)


@pytest.mark.parametrize("tool", [one.name for one in TOOLS])
async def test_bad_input_is_an_error_and_the_server_goes_on(indexed: Path, tool: str) -> None:
    async with client("-m", "inglenook_server", "mcp", str(indexed)) as connected:
        result = await connected.call_tool(tool, {"budget": 3})
        assert result.is_error
        assert "\n" not in text(result)
        assert "Traceback" not in text(result)
        good = await connected.call_tool("index_status", {})
        assert not good.is_error


async def test_calls_at_once_all_get_their_own_answer(indexed: Path) -> None:
    import anyio

    async with client("-m", "inglenook_server", "mcp", str(indexed)) as connected:
        said: dict[int, str] = {}

        async def ask(line: int) -> None:
            said[line] = text(await connected.call_tool("span", {"path": f"shop/cart.py:{line}-{line}"}))

        async with anyio.create_task_group() as group:
            for line in range(1, 17):
                group.start_soon(ask, line)
        assert all(f"shop/cart.py:{line} of 16 lines\n{line}|" in one for line, one in said.items())
        assert len(said) == 16


async def test_a_cold_server_imports_no_more_than_it_needs_opens_no_socket_and_starts_no_process(
    indexed: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    code = f"""{WATCH}
import json
{MAIN}
try:
    main(["mcp", {str(indexed)!r}])
except SystemExit as done:
    found = [m for m in {UNASKED!r} if m in sys.modules and m not in ("httpx",)]
    open({str(report)!r}, "w").write(json.dumps([done.code, found]))
"""
    log = tmp_path / "stderr"
    with log.open("w") as errors:
        command = StdioServerParameters(command=sys.executable, args=["-c", code], env=dict(os.environ))
        async with Client(stdio_client(command, errlog=errors)) as connected:
            for name, asked in (
                ("search", {"query": "what does a cart cost"}),
                ("references", {"name": "price"}),
                ("impact", {"name": "price"}),
                ("span", {"path": "shop/cart.py"}),
            ):
                result = await connected.call_tool(name, asked)
                assert not result.is_error, text(result)
    assert json.loads(report.read_text()) == [0, []]
    assert "WATCHED" not in log.read_text()
    assert log.read_text() == ""


async def test_what_goes_wrong_inside_is_a_sentence_without_a_files_words(indexed: Path, tmp_path: Path) -> None:
    code = f"""
from inglenook_server.mcp.tools import files
def broken(served, **arguments):
    raise ValueError("the words of a file")
files.outline = broken
{MAIN}
main(["mcp", {str(indexed)!r}])
"""
    log = tmp_path / "stderr"
    with log.open("w") as errors:
        command = StdioServerParameters(command=sys.executable, args=["-c", code], env=dict(os.environ))
        async with Client(stdio_client(command, errlog=errors)) as connected:
            result = await connected.call_tool("outline", {"path": "shop/cart.py"})
            assert result.is_error
            assert text(result).startswith("outline failed (ValueError at <string>:4)")
            assert not (await connected.call_tool("index_status", {})).is_error
    assert "ValueError at <string>:4" in log.read_text()
    assert "words of a file" not in log.read_text() + text(result)


def test_a_folder_that_is_none_is_said_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from inglenook_server.cli.mcp import mcp

    assert mcp([str(tmp_path / "nowhere")]) == 1
    assert "does not exist" in capsys.readouterr().err
    assert mcp(["--port", "3000"]) == 2
    assert "usage: inglenook mcp" in capsys.readouterr().err
    assert mcp(["--help"]) == 0
