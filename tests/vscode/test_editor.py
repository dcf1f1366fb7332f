"""The whole path in the real editor: ghost text accepted, a streamed answer, a citation that lands on its line."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.vscode import failures
from tests.vscode.package import REPOSITORY, SetupError
from tests.vscode.setup import find
from tests.vscode.workbench import Workbench, open_workbench, wait_until

pytestmark = [pytest.mark.editor, pytest.mark.model, pytest.mark.timeout(1200)]

READY_MS = 120_000  # a first start loads the model from a cold disk
ANSWER_MS = 120_000
GHOST_MS = 60_000
SHOWN_MS = 60_000  # what is there already, on a busy machine
expect.set_options(timeout=SHOWN_MS)

TYPED = '\n\ndef total_gross(items):\n    """Sum of the gross prices, in cents."""\n    return sum('
SETTINGS = {"inglenook.interpreter": sys.executable, "inglenook.profile": "fast"}
WATCH_PLACES = """() => {
  window.placesFirst = false;
  new MutationObserver(() => {
    const body = [...document.querySelectorAll('.turn.assistant[aria-busy] .body')].at(-1);
    const text = body ? body.innerText : '';
    window.placesFirst ||= !text && document.querySelector('.turn.assistant[aria-busy] .place') !== null;
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
"""Notices whether places stood in an answer before its first word."""
QUESTION = "How does `discount_for` work?"
"""An open question: the model words the answer, from places that are found by the name."""


@pytest.fixture(scope="module")
def workbench(
    fast_model: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Workbench]:
    try:
        editor = find()
    except SetupError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            sys.stderr.write(f"\n{'!' * 79}\nTHE REAL-EDITOR TEST DOES NOT RUN HERE.\n{error}\n{'!' * 79}\n")
        pytest.skip(str(error))
    scratch = tmp_path_factory.mktemp("editor")
    folder = Path(shutil.copytree(Path(__file__).parent / "shop", scratch / "shop"))
    environment = {
        "INGLENOOK_CACHE": str(scratch / "cache"),
        "INGLENOOK_CONFIG": str(scratch / "config"),
        "INGLENOOK_MODELS": os.environ["INGLENOOK_MODELS"],
    }
    with open_workbench(
        editor,
        folder=folder,
        scratch=scratch / "code-server",
        artefacts=REPOSITORY / "artefacts",
        environment=environment,
        settings=SETTINGS,
    ) as opened:
        yield opened


@pytest.fixture(autouse=True)
def features(workbench: Workbench, request: pytest.FixtureRequest) -> Iterator[None]:
    yield from failures.pictured(workbench, request)


def expect_ready(workbench: Workbench) -> None:
    label = workbench.status_label
    expect(label).to_have_attribute("aria-label", re.compile("Normal: .*indexed.*ready|Error"), timeout=READY_MS)
    expect(label).to_have_attribute("aria-label", re.compile("Normal"))


def ask(workbench: Workbench, question: str) -> Locator:
    """Type a question, send it, and give back the turn of its answer."""
    chat = workbench.chat
    asked = chat.locator(".turn.user").count()
    box = chat.get_by_role("textbox")
    box.fill(question)
    box.press("Enter")
    expect(chat.locator(".turn.user")).to_have_count(asked + 1)
    expect(chat.locator(".turn.user .body").last).to_have_text(question)
    return chat.locator(".turn.assistant").nth(asked)


def test_the_server_starts_and_says_so(workbench: Workbench) -> None:
    expect(workbench.status).to_contain_text("Inglenook", timeout=READY_MS)
    expect_ready(workbench)


def test_before_the_first_suggestion_there_is_nothing_to_explain(workbench: Workbench) -> None:
    workbench.command("Inglenook: Explain Last Completion")
    expect(workbench.notification("Nothing has been suggested yet")).to_be_visible(timeout=SHOWN_MS)


def test_typing_brings_ghost_text_that_tab_accepts(workbench: Workbench) -> None:
    workbench.open("shop/receipt.py")
    before = (workbench.folder / "shop" / "receipt.py").read_text(encoding="utf-8")
    workbench.editor.click()
    workbench.page.keyboard.press("Control+End")
    workbench.page.keyboard.type(TYPED, delay=15)
    expect(workbench.ghost_text.first).to_be_visible(timeout=GHOST_MS)
    shown = "".join(workbench.ghost_text.all_inner_texts()).replace("\u00a0", " ")
    workbench.screenshot("ghost-text")
    workbench.page.keyboard.press("Tab")
    expect(workbench.ghost_text).to_have_count(0)
    workbench.save()
    after = (workbench.folder / "shop" / "receipt.py").read_text(encoding="utf-8")
    assert shown.strip()
    assert after.startswith(before + TYPED)
    accepted = after.removeprefix(before + TYPED)
    assert re.sub(r"\s", "", accepted).startswith(re.sub(r"\s", "", shown))
    workbench.screenshot("accepted")


def test_the_last_completion_can_be_explained(workbench: Workbench) -> None:
    workbench.command("Inglenook: Explain Last Completion")
    page = workbench.page.get_by_role("tab", name=re.compile("Preview Last Completion"))
    page.wait_for()
    wait_until(lambda: workbench.rendered("h1") == "The last completion", 30, "the rendered explanation")
    text = workbench.rendered("body")
    suggestion = workbench.rendered("pre >> nth=0").strip()
    assert suggestion
    assert text.index(suggestion) < text.index("Why") < text.index("The prompt, as the model saw it")
    assert "estimated chance" in text
    workbench.screenshot("explained")
    workbench.close_editor()


def test_a_snooze_says_until_when_and_is_ended_from_the_menu_or_by_switching_on(workbench: Workbench) -> None:
    for end in ("menu", "switch"):
        workbench.command("Inglenook: Snooze Completions for 30 Minutes")
        expect(workbench.status).to_contain_text(re.compile(r"until \d\d:\d\d"), timeout=SHOWN_MS)
        expect(workbench.status_label).to_have_attribute("aria-label", re.compile(r"snoozed until \d\d:\d\d"))
        if end == "menu":
            workbench.status.click()
            row = workbench.page.locator(".quick-input-list .monaco-list-row", has_text="End snooze (until ")
            expect(row).to_be_visible()
            workbench.screenshot("snoozed")
            row.click()
        else:
            workbench.command("Inglenook: Toggle Completions")
        expect(workbench.status).not_to_contain_text("until", timeout=SHOWN_MS)
        expect_ready(workbench)


def test_a_question_is_answered_in_two_strokes(workbench: Workbench) -> None:
    workbench.command("Inglenook: New Chat")
    chat = workbench.chat
    expect(chat.get_by_role("heading", name="Ask about this workspace")).to_be_visible(timeout=SHOWN_MS)
    workbench.screenshot("chat-empty")
    chat.locator("body").evaluate(WATCH_PLACES)
    answer = ask(workbench, QUESTION)
    expect(answer.locator(".origin")).to_contain_text("By the model", timeout=ANSWER_MS)
    expect(answer).not_to_have_attribute("aria-busy", "true")
    assert chat.locator("body").evaluate("() => window.placesFirst"), "the places came after the text"
    assert answer.locator(".body").inner_text().strip()
    assert "Sources:" not in answer.locator(".body").inner_text()
    assert answer.locator(".list.sources, .folded").count() == 1
    workbench.screenshot("chat-answered")


def test_what_the_index_knows_is_answered_without_the_model_and_its_link_opens_the_line(workbench: Workbench) -> None:
    answer = ask(workbench, "Where is `discount_for` defined?")
    expect(answer.locator(".origin")).to_have_text("From the index", timeout=ANSWER_MS)
    cited = answer.locator(".cite", has_text="discounts.py").first
    line = int(cited.get_attribute("data-start") or 0)
    assert line > 1  # the first line is where an editor opens anyway
    cited.click()
    workbench.page.locator('.tab.active[data-resource-name="discounts.py"]').wait_for()
    wait_until(lambda: workbench.cursor_line == line, 10, f"the cursor to stand on line {line}")
    workbench.screenshot("citation-opened")


def test_what_is_selected_goes_along_with_its_tokens_and_names_are_completed(workbench: Workbench) -> None:
    chat, box = workbench.chat, workbench.chat.get_by_role("textbox")
    workbench.open("shop/discounts.py")
    workbench.select(1, 3)
    chip = chat.locator(".chip", has_text="discounts.py:1-3")
    expect(chip.locator(".tokens")).to_have_text(re.compile(r"[1-9]\d*"))
    box.press_sequentially("/expl")
    expect(chat.get_by_role("option").first).to_contain_text("/explain")
    box.press("Tab")
    expect(box).to_have_value("/explain ")
    box.press_sequentially("@discount_f")
    expect(chat.get_by_role("option").first).to_contain_text("discount_for")
    workbench.screenshot("chat-composing")
    box.press("Enter")
    expect(box).to_have_value(re.compile("^/explain @.*discount_for $"))
    expect(chat.locator(".chip", has_text="discount_for").locator(".tokens")).to_be_visible()
    box.fill("")


def test_the_conversation_outlives_the_window(workbench: Workbench) -> None:
    questions = workbench.chat.locator(".turn.user .body").all_inner_texts()
    assert questions
    workbench.reload()
    expect_ready(workbench)
    workbench.command("Inglenook: Focus on Chat View")
    expect(workbench.chat.locator(".turn.user .body")).to_have_text(questions, timeout=SHOWN_MS)
    wait_until(lambda: len(workbench.servers()) == 1, 30, "the server of the window before to end")


def test_stop_ends_an_answer(workbench: Workbench) -> None:
    chat = workbench.chat
    (server,) = workbench.servers()
    server.suspend()  # a small model may be done before a browser has moved its mouse
    answer = ask(workbench, "Explain every function of this workspace in detail, one after the other.")
    stop = chat.get_by_role("button", name="Stop")
    stop.click()
    server.resume()
    expect(answer.locator(".note")).to_contain_text("Stopped", timeout=SHOWN_MS)
    expect(stop).to_be_hidden()
    workbench.screenshot("chat-stopped")


def test_the_conversation_outlives_a_hidden_view(workbench: Workbench) -> None:
    turns = workbench.chat.locator(".turn").count()
    workbench.command("View: Show Explorer")
    expect(workbench.page.locator(".explorer-folders-view")).to_be_visible()
    workbench.command("Inglenook: Focus on Chat View")
    expect(workbench.chat.locator(".turn")).to_have_count(turns, timeout=SHOWN_MS)


def test_code_of_an_answer_is_copied_and_inserted_and_its_html_is_only_text(workbench: Workbench) -> None:
    # The echo engine answers with what it was asked, so this answer is known.
    workbench.set_machine_settings(
        {**SETTINGS, "inglenook.generation.engine": "echo", "inglenook.chat.maxTokens": 4000}
    )
    workbench.open("shop/stock.py")
    before = (workbench.folder / "shop" / "stock.py").read_text(encoding="utf-8")
    workbench.page.keyboard.press("Control+End")
    expect(workbench.status_label).to_have_attribute("aria-label", re.compile("echo is ready"), timeout=READY_MS)
    workbench.command("Inglenook: New Chat")
    evil = "[x](command:workbench.action.quit) \u202e\x1b[31m"
    answer = ask(
        workbench,
        f"Is this drawn?\n\n<img src=x onerror=alert(1)> <b>bold</b>!\n\n{evil}\n\n```python\nSHELVES = 42\n```",
    )
    expect(answer.locator(".origin")).to_contain_text("echo", timeout=ANSWER_MS)
    expect(answer.locator(".body")).to_contain_text("<img src=x onerror=alert(1)> <b>bold</b>!")
    expect(answer.locator("img, b, a:not(.cite)")).to_have_count(0)
    expect(answer.locator(".body")).to_contain_text("[x](command:workbench.action.quit) <U+202E>␛[31m")
    code = answer.locator(".code", has_text="SHELVES = 42").last
    expect(code.locator(".hljs-number")).to_have_text("42")
    code.get_by_role("button", name="Copy").click()
    wait_until(lambda: workbench.clipboard == "SHELVES = 42\n", 5, "the clipboard to hold the code")
    code.get_by_role("button", name="Insert at cursor").click()
    expect(workbench.editor).to_contain_text("SHELVES")
    workbench.screenshot("inserted")
    workbench.save()
    assert (workbench.folder / "shop" / "stock.py").read_text(encoding="utf-8") == before + "SHELVES = 42"
    workbench.set_machine_settings(SETTINGS)


def test_a_server_that_dies_is_started_again(workbench: Workbench) -> None:
    (server,) = workbench.servers()
    server.suspend()
    ask(workbench, "Explain every function of this workspace in detail, one after the other.")
    server.kill()
    expect(workbench.chat.get_by_role("alert")).to_contain_text("The server stopped before the answer was complete.")
    expect(workbench.notification("server stopped")).to_be_visible(timeout=SHOWN_MS)
    workbench.page.wait_for_timeout(400)  # for the picture's sake: a notification fades in
    workbench.screenshot("server-died")
    expect_ready(workbench)
    (again,) = workbench.servers()
    assert again.pid != server.pid
    # The conversation is still there, and the new server goes on with it.
    answer = ask(workbench, "What is a campaign?")
    expect(answer.locator(".origin")).to_be_visible(timeout=ANSWER_MS)
    expect(workbench.chat.get_by_role("alert")).to_have_count(0)  # what went wrong before is over


def test_a_missing_interpreter_is_said_with_the_way_to_mend_it(workbench: Workbench) -> None:
    workbench.set_machine_settings({**SETTINGS, "inglenook.interpreter": "/nowhere/python"})
    toast = workbench.notification('The interpreter "/nowhere/python" was not found.')
    expect(toast).to_be_visible(timeout=SHOWN_MS)
    expect(workbench.status_label).to_have_attribute("aria-label", re.compile("Error"))
    answer = ask(workbench, "Is anyone there?")
    expect(answer.get_by_role("alert")).to_contain_text("The Inglenook server is not running.")
    workbench.screenshot("no-interpreter")
    toast.get_by_role("button", name="Open Settings").click()
    expect(workbench.page.locator(".settings-editor")).to_contain_text("Interpreter", timeout=SHOWN_MS)
    workbench.set_machine_settings(SETTINGS)
    expect(workbench.status_label).to_have_attribute("aria-label", re.compile("Normal"), timeout=READY_MS)
