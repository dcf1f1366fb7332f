"""`mcp`: what an agent waits for: a process that is started, and its first answer; then answers of one that runs.

The client is the SDK's own, over stdio, on an indexed repository where nothing has changed. Tools by turns, each in a
process of its own.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from inglenook_indexer import Index
from mcp import Client, StdioServerParameters, stdio_client

from tests.benchmarks.corpus import DJANGO, source_distribution
from tests.benchmarks.result import Result
from tests.benchmarks.start import called_once

QUERY = "where are settings read"
WARM = 5
"""Answers of one process after its first."""


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`: medians over `n` processes for each tool."""
    source = corpus or source_distribution(*DJANGO)
    with tempfile.TemporaryDirectory(prefix="inglenook-mcp-") as scratch:
        root = Path(scratch) / "repository"
        shutil.copytree(source, root, symlinks=True)
        environment = {**os.environ, "INGLENOOK_CACHE": str(Path(scratch) / "cache")}
        environment["INGLENOOK_CONFIG"] = str(Path(scratch) / "config")
        subprocess.run(
            [sys.executable, "-m", "inglenook_server", "index", str(root), "--json"],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
        )
        index = Index(root, next((Path(scratch) / "cache" / "indexes").iterdir()))
        name = called_once(index)
        file = index.definitions(name, limit=1)[0].path
        result.summary["files"] = len(index.files())
        index.close()
        calls: dict[str, dict[str, Any]] = {
            "search": {"query": QUERY},
            "definitions": {"name": name},
            "references": {"name": name},
            "importers": {"path": file},
            "outline": {"path": file},
            "span": {"path": f"{file}:1-60"},
            "impact": {"name": name},
            "index_status": {},
        }
        for number in range(-1, n):  # the first round is for what Python compiles
            for tool, arguments in calls.items():
                row = asyncio.run(_asked(root, environment, tool, arguments))
                if number >= 0:
                    result.rows[f"{tool}.{number}"] = row
        for tool in calls:
            rows = [result.rows[f"{tool}.{number}"] for number in range(n)]
            for figure in ("connected_s", "first_s", "warm_ms", "rss_mb", "processor_s"):
                result.summary[f"{tool}.{figure}"] = statistics.median(float(str(row[figure])) for row in rows)
    result.summary["first_s"] = statistics.median(result.summary[f"{tool}.first_s"] for tool in calls)
    result.summary["slowest_first_s"] = max(float(str(row["first_s"])) for row in result.rows.values())
    result.summary["warm_ms"] = statistics.median(result.summary[f"{tool}.warm_ms"] for tool in calls)


async def _asked(root: Path, environment: dict[str, str], tool: str, arguments: dict[str, Any]) -> dict[str, object]:
    """One process: seconds from its start until it is connected and has answered; milliseconds of later answers."""
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "inglenook_server", "mcp", str(root)], env=environment
    )
    started = time.perf_counter()
    async with Client(stdio_client(command)) as client:
        connected = time.perf_counter() - started
        answer = await client.call_tool(tool, arguments)
        first = time.perf_counter() - started
        assert not answer.is_error, answer
        process = next(one for one in psutil.Process().children() if one.is_running())
        times, memory = process.cpu_times(), process.memory_info().rss
        warm = []
        for _ in range(WARM):
            began = time.perf_counter()
            await client.call_tool(tool, arguments)
            warm.append((time.perf_counter() - began) * 1000)
    return {
        "connected_s": connected,
        "first_s": first,
        "warm_ms": statistics.median(warm),
        "rss_mb": memory / 2**20,
        "processor_s": times.user + times.system,
    }
