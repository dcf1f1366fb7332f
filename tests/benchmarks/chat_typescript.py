"""What is so in a TypeScript repository, as the compiler's own checker tells it. Needs Node. Knows no question."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests.benchmarks.chat_corpora import compiler
from tests.benchmarks.chat_facts import Facts, load

SCRIPT = Path(__file__).with_suffix(".cjs")


def facts(name: str, root: Path) -> Facts:
    """Everything the checker tells of the TypeScript files below `root`. Raises SystemExit where there is no Node."""
    node = shutil.which("node")
    if node is None:
        raise SystemExit("There is no node to run TypeScript's compiler with.")
    done = subprocess.run([node, str(SCRIPT), str(compiler()), str(root)], stdout=subprocess.PIPE, check=True)
    return load(name, "typescript", json.loads(done.stdout), root)
