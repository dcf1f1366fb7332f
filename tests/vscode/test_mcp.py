"""The extension's definition of the MCP server, by Node's own test runner, which reads TypeScript as it is."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.vscode.setup import SetupError, find

pytestmark = pytest.mark.editor


def test_the_definition() -> None:
    try:
        node = find().node
    except SetupError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    unit = Path(__file__).with_name("mcp.test.mjs")
    done = subprocess.run(
        [str(node.binary), "--test", "--no-warnings", str(unit)],
        env=node.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
