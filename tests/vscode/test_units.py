"""The extension's pure parts, by Node's own test runner, which reads TypeScript as it is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.vscode.package import SetupError
from tests.vscode.setup import find

pytestmark = pytest.mark.editor

UNITS = sorted((Path(__file__).parent / "setup_units").glob("*.test.mjs"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_unit(unit: Path) -> None:
    try:
        node = find().node
    except SetupError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    environment = {**node.environment(), "TEST_PYTHON": sys.executable}
    done = subprocess.run(
        [str(node.binary), "--test", "--no-warnings", str(unit)], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
