"""From the .vsix and an empty home to a cited answer, in the real editor; its wheel was built from this checkout."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.vscode import failures
from tests.vscode.first_run import ARTEFACTS, READY_MS, SHOWN_MS, FirstRun, opened
from tests.vscode.package import SetupError
from tests.vscode.setup import find
from tests.vscode.test_editor import GHOST_MS, TYPED
from tests.vscode.workbench import Workbench

pytestmark = [pytest.mark.editor, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[FirstRun]:
    try:
        find()
    except SetupError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            sys.stderr.write(f"\n{'!' * 79}\nTHE FIRST RUN IN THE EDITOR IS NOT TESTED HERE.\n{error}\n{'!' * 79}\n")
        pytest.skip(str(error))
    scratch = tmp_path_factory.mktemp("first-run")
    with opened(scratch, {"inglenook.profile": "fast"}, ARTEFACTS / "first-run") as workbench:
        yield FirstRun(workbench)


@pytest.fixture(autouse=True)
def pictured(first: FirstRun, request: pytest.FixtureRequest) -> Iterator[None]:
    yield from failures.pictured(first.workbench, request)


@pytest.fixture
def workbench(first: FirstRun) -> Workbench:
    return first.workbench


def environments(workbench: Workbench) -> list[Path]:
    (storage,) = workbench.data.rglob("globalStorage/inglenook.inglenook")
    return sorted((storage / "environments").iterdir())


def test_nothing_happens_before_one_question_is_answered(first: FirstRun, workbench: Workbench) -> None:
    first.timed("asked", first.asks)
    workbench.screenshot("asked")
    assert not list(workbench.data.rglob("globalStorage/inglenook.inglenook/environments"))


def test_one_click_makes_the_environment_and_starts_the_server(first: FirstRun, workbench: Workbench) -> None:
    first.timed("environment", first.set_up)
    first.timed("server", first.server_answers)
    first.timed("index", first.indexed)
    expect(workbench.notification("need a model")).to_contain_text(re.compile(r"SmolLM2.*98 MB.*package index"))
    workbench.screenshot("asked-for-the-model")
    (made,) = environments(workbench)
    assert (made / "environment.json").is_file()
    (server,) = workbench.servers()
    assert server.cmdline()[0].startswith(str(made))


def test_an_answer_with_its_place_needs_no_model(first: FirstRun, workbench: Workbench) -> None:
    first.timed("cited", first.cited)
    workbench.screenshot("cited-without-a-model")


def test_what_needs_the_model_says_so_with_a_button(workbench: Workbench) -> None:
    chat, box = workbench.chat, workbench.chat.get_by_role("textbox")
    box.fill("Why would anybody write it like this?")
    box.press("Enter")
    alert = chat.locator(".turn.assistant").last.get_by_role("alert")
    expect(alert).to_contain_text("is not on this machine yet", timeout=READY_MS)
    expect(alert.get_by_role("button", name="Download the model")).to_be_visible(timeout=SHOWN_MS)
    workbench.screenshot("no-model")


def test_the_model_is_downloaded_with_progress_and_then_writes(first: FirstRun, workbench: Workbench) -> None:
    first.timed("model", first.model)
    expect(workbench.chat.get_by_role("alert")).to_have_count(0)
    workbench.screenshot("ready")


def test_the_walkthrough_has_checked_its_steps_off(workbench: Workbench) -> None:
    workbench.open("shop/receipt.py")
    workbench.editor.click()
    workbench.page.keyboard.press("Control+End")
    workbench.page.keyboard.type(TYPED, delay=15)
    expect(workbench.ghost_text.first).to_be_visible(timeout=GHOST_MS)
    workbench.page.keyboard.press("Tab")
    expect(workbench.ghost_text).to_have_count(0)
    workbench.save()
    workbench.command("Inglenook: Get Started")
    steps = workbench.page.locator(".getting-started-step")
    expect(steps).to_have_count(4, timeout=SHOWN_MS)
    expect(workbench.page.locator(".getting-started-step [role=checkbox][aria-checked=true]")).to_have_count(4)
    workbench.command("View: Toggle Primary Side Bar Visibility")  # a narrow page leaves the pictures out
    expect(workbench.page.locator(".getting-started-media img")).to_be_visible()
    for scheme in ("light", "dark"):
        workbench.dress(scheme)
        workbench.screenshot(f"walkthrough-{scheme}")
    workbench.command("View: Toggle Primary Side Bar Visibility")
    workbench.close_editor()


def test_the_next_window_starts_without_a_question(workbench: Workbench) -> None:
    workbench.reload()
    label = workbench.status_label
    expect(label).to_have_attribute("aria-label", re.compile("Normal: .* is ready"), timeout=READY_MS)
    expect(workbench.notification("has to be set up once")).to_have_count(0)
    expect(workbench.notification("need a model")).to_have_count(0)
