"""What is kept of a test in the real editor that failed."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from tests.vscode.workbench import Workbench


def pictured(workbench: Workbench, request: pytest.FixtureRequest) -> Iterator[None]:
    """The body of a fixture: a picture and the server's log where the test failed."""
    failed = request.session.testsfailed
    yield
    if request.session.testsfailed > failed:
        picture = workbench.screenshot(f"failed-{request.node.name}")
        sys.stderr.write(f"\nSee {picture}\n{workbench.server_log()}\n")
