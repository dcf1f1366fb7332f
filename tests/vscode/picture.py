"""`python -m tests.vscode.picture`: the README's picture, taken of the real editor with the default model."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from inglenook_server.models import models_root
from playwright.sync_api import expect

from tests.vscode.package import REPOSITORY
from tests.vscode.setup import find
from tests.vscode.test_editor import ANSWER_MS, GHOST_MS, QUESTION, READY_MS, TYPED, ask, expect_ready
from tests.vscode.workbench import Workbench, open_workbench

TARGET = REPOSITORY / "client-vscode" / "media" / "screenshot.png"


@contextmanager
def opened(
    folder: Path, scratch: Path, artefacts: Path, scheme: Literal["dark", "light"] = "dark"
) -> Iterator[Workbench]:
    """The editor over a folder with this machine's models and the default one, indexed and ready."""
    environment = {
        "INGLENOOK_MODELS": str(models_root()),
        "INGLENOOK_CACHE": str(scratch / "cache"),
        "INGLENOOK_CONFIG": str(scratch / "config"),
    }
    with open_workbench(
        find(),
        folder=folder,
        scratch=scratch / "code-server",
        artefacts=artefacts,
        environment={**os.environ, **environment},
        settings={"inglenook.interpreter": sys.executable, "inglenook.profile": "balanced"},
        color_scheme=scheme,
    ) as workbench:
        expect(workbench.status).to_contain_text("Inglenook", timeout=READY_MS)
        expect_ready(workbench)
        yield workbench


def main() -> None:
    """Ask, type, and keep one picture of both."""
    with tempfile.TemporaryDirectory(prefix="inglenook-picture-") as folder:
        scratch = Path(folder)
        workspace = Path(shutil.copytree(Path(__file__).parent / "shop", scratch / "shop"))
        with opened(workspace, scratch, scratch) as workbench:
            workbench.command("Inglenook: New Chat")
            answer = ask(workbench, QUESTION)
            expect(answer).not_to_have_attribute("aria-busy", "true", timeout=ANSWER_MS)
            workbench.open("shop/receipt.py")
            workbench.editor.click()
            workbench.page.keyboard.press("Control+End")
            workbench.page.keyboard.type(TYPED, delay=15)
            expect(workbench.ghost_text.first).to_be_visible(timeout=GHOST_MS)
            TARGET.write_bytes(workbench.screenshot("readme").read_bytes())
    sys.stdout.write(f"{TARGET}\n")


if __name__ == "__main__":
    main()
