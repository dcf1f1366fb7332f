"""A set-up that can't reach the package index: one sentence, buttons, and nothing left of it."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.vscode.first_run import ARTEFACTS, READY_MS, SET_UP_MS, FirstRun, opened
from tests.vscode.package import SetupError
from tests.vscode.setup import find

pytestmark = [pytest.mark.editor, pytest.mark.timeout(1200)]


def test_without_a_network_it_says_so_and_can_be_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        find()
    except SetupError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{probe.getsockname()[1]}/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    monkeypatch.setenv("PIP_RETRIES", "1")
    with opened(tmp_path, {}, ARTEFACTS / "set-up-problem") as workbench:
        FirstRun(workbench).asks()
        workbench.notification("has to be set up once").get_by_role("button", name="Set Up").click()
        said = workbench.notification("The package index can't be reached")
        expect(said).to_be_visible(timeout=SET_UP_MS)
        workbench.command("Inglenook: Focus on Chat View")
        obstacle = workbench.chat.locator(".obstacle")
        expect(obstacle).to_contain_text("not set up", timeout=READY_MS)
        for scheme in ("light", "dark"):
            workbench.dress(scheme)
            workbench.screenshot(f"no-network-{scheme}")
        # From the chat as well as from the notification, which may be gone by then.
        obstacle.get_by_role("button", name="Set up").click()
        expect(workbench.status).to_contain_text("setting up", timeout=READY_MS)
        expect(workbench.status).not_to_contain_text("setting up", timeout=SET_UP_MS)
        expect(said.get_by_role("button", name="Try Again").first).to_be_visible(timeout=SET_UP_MS)
        (storage,) = workbench.data.rglob("globalStorage/inglenook.inglenook")
        assert list((storage / "environments").iterdir()) == []
