"""The first minute: from the .vsix and an empty home to a cited answer, as a user walks it. Asserts what it waits for.

The test walks it with the smallest model, the benchmark `first-run` with the default one, and takes the times.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect

from tests.vscode.package import REPOSITORY
from tests.vscode.setup import find
from tests.vscode.workbench import Workbench, open_workbench

SET_UP_MS = 600_000  # a gigabyte of packages, over whatever line there is
MODEL_MS = 900_000
READY_MS = 120_000
SHOWN_MS = 60_000
EXACT = "Where is `discount_for` defined?"
"""The index answers it."""
PIP_FILES = (Path("~/.config/pip/pip.conf"), Path("~/.pip/pip.conf"))


def empty_home(scratch: Path) -> dict[str, str]:
    """The environment of a user who has nothing of ours, but whose pip knows where packages are."""
    given = [path.expanduser() for path in PIP_FILES if path.expanduser().is_file()]
    pip = {"PIP_CONFIG_FILE": str(given[0])} if given and "PIP_CONFIG_FILE" not in os.environ else {}
    # The Python that runs this comes first: a shim of a version manager would look for its versions at home.
    path = os.pathsep.join((str(Path(sys.base_prefix) / "bin"), os.environ.get("PATH", "")))
    gone = {name: "" for name in ("INGLENOOK_CACHE", "INGLENOOK_CONFIG", "INGLENOOK_MODELS", "XDG_CACHE_HOME")}
    return {"PATH": path, "INGLENOOK_ENCODING": "", **pip, **gone, "XDG_CONFIG_HOME": str(scratch / "config")}


@contextmanager
def opened(scratch: Path, settings: dict[str, object], artefacts: Path) -> Iterator[Workbench]:
    """The editor on a small shop, as somebody has it who has just installed the .vsix."""
    folder = Path(shutil.copytree(Path(__file__).parent / "shop", scratch / "shop"))
    with open_workbench(
        find(),
        folder=folder,
        scratch=scratch / "code-server",
        artefacts=artefacts,
        environment=empty_home(scratch),
        settings=settings,
    ) as workbench:
        yield workbench


class FirstRun:
    """The steps of it, each timed."""

    def __init__(self, workbench: Workbench) -> None:
        self.workbench = workbench
        self.seconds: dict[str, float] = {}

    def timed(self, stage: str, step: Callable[[], object]) -> None:
        started = time.perf_counter()
        step()
        self.seconds[stage] = time.perf_counter() - started

    def picture(self, name: str) -> None:
        """Without the mouse, which leaves a label where it hovers."""
        self.workbench.page.mouse.move(700, 300)
        self.workbench.page.wait_for_timeout(600)
        self.workbench.screenshot(name)

    def asks(self) -> None:
        """The editor is open, and the one question stands there."""
        expect(self.workbench.notification("has to be set up once")).to_be_visible(timeout=READY_MS)
        expect(self.workbench.status).to_contain_text("set up")

    def set_up(self) -> None:
        """The first action: one click, then the environment is made."""
        workbench = self.workbench
        toast = workbench.notification("has to be set up once")
        toast.get_by_role("button", name="Set Up").click()
        expect(workbench.status).to_contain_text("setting up", timeout=SHOWN_MS)
        expect(workbench.notification("Downloading")).to_be_visible(timeout=SET_UP_MS)
        self.picture("setting-up")
        expect(workbench.status).not_to_contain_text("setting up", timeout=SET_UP_MS)

    def server_answers(self) -> None:
        expect(self.workbench.status).not_to_contain_text("starting", timeout=READY_MS)

    def indexed(self) -> None:
        """The index is there, and the missing model is all that is said."""
        expect(self.workbench.status).to_contain_text("no model", timeout=READY_MS)
        # It stands there for some seconds only; afterwards the status bar, the chat and the palette offer the same.
        expect(self.workbench.notification("need a model")).to_be_visible()

    def cited(self) -> None:
        """The second and third action: the chat is opened, a question is asked; its answer names the line."""
        chat = self.workbench.chat
        self.workbench.command("Inglenook: Focus on Chat View")
        box = chat.get_by_role("textbox")
        box.fill(EXACT)
        box.press("Enter")
        answer = chat.locator(".turn.assistant").first
        expect(answer.locator(".origin")).to_have_text("From the index", timeout=READY_MS)
        expect(answer.locator(".cite", has_text="discounts.py").first).to_be_visible()

    def model(self) -> None:
        """It is downloaded, with progress, and loaded."""
        workbench = self.workbench
        workbench.command("Inglenook: Download the Model")
        expect(workbench.status).to_contain_text("downloading", timeout=SHOWN_MS)
        self.picture("downloading")
        expect(workbench.status_label).to_have_attribute(
            "aria-label", re.compile("Normal: .* is ready"), timeout=MODEL_MS
        )

    def walk(self) -> dict[str, float]:
        """All of it; seconds by stage."""
        self.timed("asked", self.asks)
        self.timed("environment", self.set_up)
        self.timed("server", self.server_answers)
        self.timed("index", self.indexed)
        self.timed("cited", self.cited)
        self.timed("model", self.model)
        return self.seconds


ARTEFACTS = REPOSITORY / "artefacts"
