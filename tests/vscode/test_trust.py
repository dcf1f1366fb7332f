"""A folder that the user has said nothing about: what is limited is said, its settings wait, trust ends it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.vscode.package import REPOSITORY, SetupError
from tests.vscode.setup import find
from tests.vscode.workbench import Workbench, open_workbench, wait_until

pytestmark = [pytest.mark.editor, pytest.mark.timeout(1200)]

READY_MS = 120_000
OF_FOLDER = {"inglenook.completion.enabled": False}
"""What the folder would have."""


@pytest.fixture(scope="module")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    try:
        editor = find()
    except SetupError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    scratch = tmp_path_factory.mktemp("trust")
    folder = Path(shutil.copytree(Path(__file__).parent / "shop", scratch / "shop"))
    (folder / ".vscode").mkdir()
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)  # a review wants a repository
    (folder / ".vscode" / "settings.json").write_text(json.dumps(OF_FOLDER), encoding="utf-8")
    environment = {name: str(scratch / name) for name in ("INGLENOOK_CACHE", "INGLENOOK_CONFIG", "INGLENOOK_MODELS")}
    with open_workbench(
        editor,
        folder=folder,
        scratch=scratch / "code-server",
        artefacts=REPOSITORY / "artefacts" / "trust",
        environment=environment,
        settings={"inglenook.interpreter": sys.executable, "inglenook.generation.engine": "echo"},
        trust=False,
    ) as opened:
        yield opened


def test_what_is_limited_is_said_and_the_settings_of_the_folder_wait(workbench: Workbench) -> None:
    label = workbench.status_label
    expect(label).to_have_attribute("aria-label", re.compile("Normal: .*echo is ready"), timeout=READY_MS)
    expect(workbench.notification("it runs no linter")).to_be_visible()
    workbench.command("Inglenook: Focus on Chat View")
    obstacle = workbench.chat.locator(".obstacle")
    expect(obstacle).to_contain_text("trust this folder", timeout=READY_MS)
    for scheme in ("light", "dark"):
        workbench.dress(scheme)
        workbench.screenshot(f"untrusted-{scheme}")
    box = workbench.chat.get_by_role("textbox")
    box.fill("/review")
    box.press("Escape")  # the list of commands
    box.press("Enter")
    answer = workbench.chat.locator(".turn.assistant").last
    expect(answer.get_by_role("alert")).to_contain_text("A review runs linters", timeout=READY_MS)


def test_trust_ends_it_and_the_settings_of_the_folder_count(workbench: Workbench) -> None:
    (before,) = workbench.servers()
    workbench.command("Workspaces: Manage Workspace Trust")
    workbench.page.locator(".workspace-trust-editor").get_by_role("button", name="Trust", exact=True).first.click()
    expect(workbench.status).to_contain_text("completions off", timeout=READY_MS)
    wait_until(lambda: [one.pid for one in workbench.servers()] not in ([], [before.pid]), 60, "the new server")


def test_without_a_folder_the_chat_offers_to_open_one(workbench: Workbench) -> None:
    workbench.open_empty()
    expect(workbench.status).to_contain_text("no folder", timeout=READY_MS)
    workbench.command("Inglenook: Focus on Chat View")
    obstacle = workbench.chat.locator(".obstacle")
    expect(obstacle).to_contain_text("No folder is open", timeout=READY_MS)
    for scheme in ("light", "dark"):
        workbench.dress(scheme)
        workbench.screenshot(f"no-folder-{scheme}")
    obstacle.get_by_role("button", name="Open a folder").click()
    expect(workbench.page.locator(".quick-input-widget")).to_be_visible()
