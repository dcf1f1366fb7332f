"""The chat in the real editor, with answers known beforehand: what goes along, what becomes of an answer."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.vscode import failures
from tests.vscode.package import REPOSITORY, SetupError
from tests.vscode.scripted import COMMIT, NEW_TEST, UNCHANGED
from tests.vscode.setup import find
from tests.vscode.workbench import Workbench, open_workbench

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

SHOWN_MS = 60_000  # what is there already, on a busy machine
expect.set_options(timeout=SHOWN_MS)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chat")


@pytest.fixture(scope="module")
def workbench(scratch: Path) -> Iterator[Workbench]:
    try:
        editor = find()
    except SetupError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    folder = Path(shutil.copytree(Path(__file__).parent / "shop", scratch / "shop"))
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    program = scratch / "inglenook"  # a program of this name is started with `serve`
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH="{REPOSITORY}" exec "{sys.executable}" -m tests.vscode.scripted\n', "utf-8"
    )
    program.chmod(0o755)
    with open_workbench(
        editor,
        folder=folder,
        scratch=scratch / "code-server",
        artefacts=REPOSITORY / "artefacts",
        environment={"INGLENOOK_CACHE": str(scratch / "cache"), "PATH": os.environ["PATH"]},
        settings={"inglenook.interpreter": str(program), "git.enabled": True},
    ) as opened:
        yield opened


@pytest.fixture(autouse=True)
def pictured(workbench: Workbench, request: pytest.FixtureRequest) -> Iterator[None]:
    yield from failures.pictured(workbench, request)


def answers(workbench: Workbench) -> Locator:
    return workbench.chat.locator(".turn.assistant")


def ask(workbench: Workbench, question: str) -> Locator:
    """Type a question and send it; gives its answer, which may still be under way."""
    asked = answers(workbench).count()
    box = workbench.chat.get_by_role("textbox")
    box.fill(question)
    box.press("Enter")
    expect(answers(workbench)).to_have_count(asked + 1)
    return answers(workbench).nth(asked)


def new_chat(workbench: Workbench) -> None:
    workbench.command("Inglenook: New Chat")
    expect(answers(workbench)).to_have_count(0)


def chip(workbench: Workbench, text: str) -> Locator:
    return workbench.chat.locator(".chip", has_text=text)


def test_the_key_opens_the_chat_and_what_is_selected_goes_along(workbench: Workbench) -> None:
    label = workbench.status_label
    expect(label).to_have_attribute("aria-label", re.compile("scripted is ready"), timeout=SHOWN_MS)
    workbench.open("shop/stock.py")
    workbench.select(8, 9)
    workbench.page.keyboard.press("Control+Alt+J")
    expect(workbench.chat.get_by_role("textbox")).to_be_focused()
    expect(chip(workbench, "stock.py:8-9")).to_contain_text("30")
    expect(workbench.chat.get_by_role("button", name="What is in `stock.py`?")).to_be_visible()
    workbench.screenshot("chat-selection")
    answer = ask(workbench, "What does it count?")
    expect(answer).to_contain_text("with selection stock.py:8-9")
    expect(workbench.chat.locator(".attached")).to_have_text("with stock.py:8-9")


def test_what_is_left_out_does_not_go_along_and_comes_back_with_the_next_question(workbench: Workbench) -> None:
    workbench.chat.get_by_role("button", name="Leave out stock.py:8-9").click()
    expect(chip(workbench, "stock.py")).to_have_count(0)
    expect(ask(workbench, "Without it?")).to_contain_text("with nothing")
    expect(chip(workbench, "stock.py:8-9")).to_be_visible()


def test_places_stand_there_before_the_text(workbench: Workbench, scratch: Path) -> None:
    answer = ask(workbench, "Tell me slowly.")
    expect(answer.locator(".place")).to_contain_text("class OutOfStock(Exception):")
    expect(answer.locator(".waiting")).to_have_text("Reading 420 tokens")
    expect(answer.locator(".body")).to_be_empty()
    workbench.screenshot("chat-places")
    (scratch / "cache" / "go").touch()
    expect(answer.locator(".origin")).to_have_text("By the model (scripted)")
    expect(answer.locator(".body")).to_contain_text("Tell me slowly.")
    expect(answer.locator(".place")).to_have_count(0)
    expect(answer.locator(".source")).to_have_count(1)


def test_a_command_is_completed_and_something_is_attached(workbench: Workbench) -> None:
    chat = workbench.chat
    chat.get_by_role("textbox").press_sequentially("/ex")
    expect(chat.get_by_role("option")).to_have_text(["/explainscripted"])
    workbench.screenshot("chat-completion")
    chat.get_by_role("textbox").press("Tab")
    expect(chat.get_by_role("textbox")).to_have_value("/explain ")
    chat.get_by_role("textbox").press_sequentially("@Sto")
    expect(chat.get_by_role("option")).to_have_count(1)
    chat.get_by_role("textbox").press("Enter")
    expect(chip(workbench, "@Stock")).to_contain_text("44")
    chat.get_by_role("button", name="Add something that goes along").click()
    workbench.page.locator(".quick-input-list .monaco-list-row", has_text="File…").click()
    workbench.page.locator(".quick-input-widget input").first.fill("receipt")
    workbench.page.locator(".quick-input-list .monaco-list-row", has_text="receipt.py").first.click()
    expect(chip(workbench, "receipt.py")).to_contain_text("200")
    chat.get_by_role("textbox").press("Enter")
    answer = answers(workbench).last
    expect(answer).to_contain_text("/explain @Stock")
    expect(answer).to_contain_text("and file receipt.py")


def test_an_answer_is_given_again_and_a_question_is_worded_anew(workbench: Workbench) -> None:
    chat = workbench.chat
    new_chat(workbench)
    ask(workbench, "First?")
    first = answers(workbench).first.locator(".body")
    expect(first).to_contain_text("message 1,")
    before = first.inner_text()
    chat.get_by_role("button", name="Answer again").click()
    expect(first).not_to_have_text(before)
    expect(first).to_contain_text("to First?, message 1,")
    expect(ask(workbench, "Second?")).to_contain_text("to Second?, message 3,")
    chat.locator(".turn.user").first.hover()
    chat.get_by_role("button", name="Edit and ask again").first.click()
    expect(ask_edited(workbench, "Third?")).to_contain_text("to Third?, message 1,")
    expect(chat.locator(".turn")).to_have_count(2)


def ask_edited(workbench: Workbench, question: str) -> Locator:
    box = workbench.chat.get_by_role("textbox")
    expect(box).to_have_value("First?")
    box.fill(question)
    box.press("Enter")
    return answers(workbench).first


def proposed(workbench: Workbench, command: str = "Document", title: str = "Document it") -> Locator:
    """The card of the change that a command of the editor's menu proposes."""
    asked = answers(workbench).count()
    workbench.command(f"Inglenook: {command}")
    expect(answers(workbench)).to_have_count(asked + 1)
    card = answers(workbench).nth(asked).locator(".change")
    expect(card).to_contain_text(title)
    return card


def test_a_change_is_shown_applied_in_one_undo_step_and_refused_when_it_is_out_of_date(workbench: Workbench) -> None:
    file = workbench.folder / "shop" / "stock.py"
    before = file.read_text("utf-8")
    workbench.open("shop/stock.py")
    workbench.select(4, 5)
    card = proposed(workbench)
    card.get_by_role("button", name="Show change").click()
    expect(workbench.page.locator(".monaco-diff-editor .editor.modified")).to_contain_text("documented")
    workbench.screenshot("chat-change-shown")
    card.get_by_role("button", name="Apply").click()
    expect(card).to_contain_text("Applied.")
    workbench.page.locator('.tab.active[data-resource-name="stock.py"]').first.wait_for()
    workbench.save()
    assert file.read_text("utf-8") == before.replace("Exception):\n", "Exception):\n    # documented\n")
    workbench.page.keyboard.press("Control+Z")
    workbench.save()
    assert file.read_text("utf-8") == before

    card = proposed(workbench)
    workbench.open("shop/stock.py")
    workbench.select(4, 4)
    workbench.page.keyboard.type("# the user's own")
    changed = card.get_by_role("button", name="Apply")
    changed.click()
    expect(workbench.notification("has changed since this was proposed")).to_be_visible()
    expect(changed).to_be_visible()
    workbench.save()
    assert file.read_text("utf-8") == before.replace("class OutOfStock(Exception):", "# the user's own")


def test_a_new_file_is_made_and_refused_where_one_is_by_now(workbench: Workbench) -> None:
    file = workbench.folder / "shop" / "test_stock.py"
    workbench.open("shop/stock.py")
    workbench.select(4, 5)
    card = proposed(workbench, "Write Tests", "Test it")
    card.get_by_role("button", name="Apply").click()
    expect(card).to_contain_text("Applied.")
    assert file.read_text("utf-8") == NEW_TEST

    workbench.open("shop/stock.py")
    card = proposed(workbench, "Write Tests", "Test it")
    changed = card.get_by_role("button", name="Apply")
    changed.click()
    expect(
        workbench.notification("shop/test_stock.py exists by now, so it was not changed. Ask again.")
    ).to_be_visible()
    expect(changed).to_be_visible()
    assert file.read_text("utf-8") == NEW_TEST


def test_the_editor_s_own_menu_has_the_commands(workbench: Workbench) -> None:
    workbench.open("shop/receipt.py")
    workbench.editor.click(button="right")
    workbench.page.get_by_role("menuitem", name="Inglenook").hover()
    for name in ("Ask About This", "Write Tests", "Document", "Review Changes", "Write Commit Message"):
        expect(workbench.page.get_by_role("menuitem", name=name)).to_be_visible()
    workbench.screenshot("editor-menu")
    workbench.page.get_by_role("menuitem", name="Explain", exact=True).click()
    expect(workbench.chat.locator(".turn.user .body").last).to_have_text("/explain")
    expect(answers(workbench).last).to_contain_text("with cursor receipt.py")


def test_the_conversation_is_there_after_a_reload_and_in_the_history(workbench: Workbench, scratch: Path) -> None:
    new_chat(workbench)
    ask(workbench, "Do you remember me?")
    expect(answers(workbench).last.locator(".origin")).to_be_visible()
    note = scratch / "cache" / "note"
    note.write_text("A line of this conversation can't be read.", "utf-8")
    workbench.reload()
    expect(workbench.notification("A line of this conversation can't be read.")).to_be_visible()
    note.unlink()
    expect(workbench.chat.locator(".turn.user")).to_have_text(["Do you remember me?"])
    expect(answers(workbench)).to_contain_text(["to Do you remember me?"])
    new_chat(workbench)
    earlier = workbench.chat.get_by_role("list", name="Earlier conversations")
    expect(earlier.get_by_role("button")).to_contain_text(["Do you remember me?", "First?"])
    workbench.screenshot("chat-earlier")
    workbench.command("Inglenook: Chat History")
    row = workbench.page.locator(".quick-input-list .monaco-list-row", has_text="First?")
    expect(row).to_be_visible()
    workbench.screenshot("chat-history")
    row.click()
    expect(workbench.chat.locator(".turn.user").first).to_contain_text("Third?")
    workbench.command("Inglenook: Export Chat as Markdown")
    expect(workbench.editor).to_contain_text("**user**")


def test_an_answer_without_a_commit_message_is_said_and_not_put_into_the_box(
    workbench: Workbench, scratch: Path
) -> None:
    unchanged = scratch / "cache" / "unchanged"
    unchanged.touch()
    workbench.command("Inglenook: Write Commit Message")
    expect(workbench.notification(UNCHANGED)).to_be_visible()
    unchanged.unlink()
    workbench.command("Source Control: Focus on Changes View")
    box = workbench.page.locator(".scm-view .scm-input")
    expect(box).to_be_visible()
    expect(box).not_to_contain_text(UNCHANGED)


def test_a_commit_message_goes_into_the_source_control_view(workbench: Workbench) -> None:
    workbench.command("Source Control: Focus on Changes View")
    box = workbench.page.locator(".scm-view .scm-input")
    expect(box).to_be_visible()
    workbench.screenshot("scm")
    workbench.command("Inglenook: Write Commit Message")
    expect(workbench.notification("The message is in the Source Control view.")).to_be_visible()
    workbench.command("Source Control: Focus on Changes View")
    for line in COMMIT.splitlines():
        expect(box).to_contain_text(line)
