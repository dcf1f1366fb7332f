"""Too little memory for a command is one sentence and what helps, whichever command it is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import WorkspaceFactory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to `ulimit -v`")

LIMITS = (300_000, 1_000_000, 2_900_000)
"""Kilobytes."""
COMMANDS = (
    "index .",
    "search total .",
    "symbols total .",
    "ask 'what is it' .",
    "complete shop.py:2:5",
    "demo",
    "serve",
)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_that_has_no_room_says_so(command: str, workspace: WorkspaceFactory) -> None:
    root = workspace({"shop.py": "def total(cart):\n    return sum(cart)\n"})
    for limit in LIMITS:
        line = f"ulimit -v {limit}; exec '{sys.executable}' -m inglenook_server {command}"
        done = subprocess.run(
            ["sh", "-c", line], cwd=root, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
        )
        told = done.stderr.splitlines()
        assert (done.returncode, len(told)) == (1, 2), done.stderr
        assert told[0].startswith("Memory is limited to")
        assert told[1] == "→ ulimit -v unlimited"


@pytest.mark.parametrize("command", ["--help", "models list", "status ."])
def test_what_needs_little_works(command: str, workspace: WorkspaceFactory) -> None:
    line = f"ulimit -v {LIMITS[0]}; exec '{sys.executable}' -m inglenook_server {command}"
    done = subprocess.run(["sh", "-c", line], cwd=workspace({}), capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "Memory" not in done.stderr


@pytest.mark.parametrize("module", ["inglenook_server.cli", "inglenook_server.cli.serve"])
def test_memory_that_runs_out_anywhere_is_a_sentence(module: str) -> None:
    code = f"""
import sys
from inglenook_server.__main__ import main
import {module} as module
def fail(arguments):
    raise MemoryError
module.run = module.serve = fail
main(["serve"] if module.__name__.endswith("serve") else ["search", "x"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "The memory ran out."
    assert "Traceback" not in done.stderr
