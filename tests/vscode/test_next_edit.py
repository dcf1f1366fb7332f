"""Next edits in the real editor: a parameter is renamed, and Tab walks through its uses, in this file and another."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.vscode import failures
from tests.vscode.package import REPOSITORY, SetupError
from tests.vscode.setup import find
from tests.vscode.workbench import Workbench, open_workbench, wait_until

pytestmark = [pytest.mark.editor, pytest.mark.timeout(600)]

SHOWN_MS = 60_000
expect.set_options(timeout=SHOWN_MS)

PRICES = '''"""Prices, in cents."""


def gross(net, rate):
    """What a customer pays."""
    return net + net * rate // 100


def book(net):
    return gross(net, rate=7)


def toy(net):
    return gross(net, rate=19)
'''
ORDERS = '''"""Orders."""

from prices import gross


def total(lines):
    return sum(gross(line, rate=19) for line in lines)


def postage(lines):
    return 0 if total(lines) > 5000 else gross(490, rate=19)
'''
CALLS = "log(1)\nlog(2)\nlog(3)\nlog(4)\nnotebook = 5\n"
FILES = {"prices.py": PRICES, "orders.py": ORDERS, "calls.py": CALLS}


@pytest.fixture(scope="module", params=["dark", "light"])
def workbench(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Workbench]:
    try:
        editor = find()
    except SetupError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    scratch = tmp_path_factory.mktemp("next-edit")
    folder = scratch / "till"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with open_workbench(
        editor,
        folder=folder,
        scratch=scratch / "code-server",
        artefacts=REPOSITORY / "artefacts",
        environment={"INGLENOOK_CACHE": str(scratch / "cache"), "INGLENOOK_CONFIG": str(scratch / "config")},
        settings={
            "inglenook.interpreter": sys.executable,
            "inglenook.generation.engine": "echo",
            "inglenook.completion.enabled": False,
            "inglenook.nextEdit.enabled": True,
        },
        color_scheme=request.param,
    ) as opened:
        expect(opened.status_label).to_have_attribute("aria-label", _INDEXED, timeout=SHOWN_MS)
        yield opened


_INDEXED = re.compile("indexed|Inactive")


@pytest.fixture(autouse=True)
def pictured(workbench: Workbench, request: pytest.FixtureRequest) -> Iterator[None]:
    yield from failures.pictured(workbench, request)


def drawn(workbench: Workbench) -> Locator:
    """What our decorations have put into the active editor's lines."""
    return workbench.editor.locator('.view-lines [class*="TextEditorDecorationType"]')


def go(workbench: Workbench, line: int, column: int) -> None:
    workbench.page.keyboard.press("Control+G")
    workbench.page.locator(".quick-input-widget input").first.fill(f":{line}:{column}")
    workbench.page.keyboard.press("Enter")
    wait_until(lambda: workbench.cursor_line == line, 30, f"line {line}")


def replace_word(workbench: Workbench, line: int, column: int, length: int, new: str) -> None:
    """Type over the word that ends before a column."""
    go(workbench, line, column)
    for _ in range(length):
        workbench.page.keyboard.press("Backspace")
    workbench.page.keyboard.type(new, delay=20)


def saved(workbench: Workbench, name: str) -> str:
    workbench.save()
    return (workbench.folder / name).read_text(encoding="utf-8")


def test_a_renamed_parameter_is_followed_to_its_callers_with_tab(workbench: Workbench) -> None:
    theme = workbench.page.evaluate("document.querySelector('.monaco-workbench.vs') ? 'light' : 'dark'")
    workbench.open("prices.py")
    workbench.editor.click()
    replace_word(workbench, 4, 20, 4, "tax")
    expect(drawn(workbench).first).to_be_visible()
    workbench.screenshot(f"next-edit-offered-{theme}")
    workbench.page.keyboard.press("Tab")
    wait_until(lambda: workbench.cursor_line == 6, 30, "the jump to the use below")
    workbench.screenshot(f"next-edit-at-the-place-{theme}")
    for line in (10, 14):
        workbench.page.keyboard.press("Tab")
        wait_until(lambda line=line: workbench.cursor_line == line, 30, f"line {line}")  # type: ignore[misc]
    workbench.page.keyboard.press("Tab")
    wait_until(lambda: workbench.active_tab == "orders.py", 30, "the other file")
    wait_until(lambda: workbench.cursor_line == 7, 30, "its first call")
    workbench.screenshot(f"next-edit-in-another-file-{theme}")
    workbench.page.keyboard.press("Tab")
    wait_until(lambda: workbench.cursor_line == 11, 30, "its second call")
    workbench.page.keyboard.press("Tab")
    expect(drawn(workbench)).to_have_count(0)
    assert saved(workbench, "orders.py") == ORDERS.replace("rate=", "tax=")
    workbench.open("prices.py")
    assert saved(workbench, "prices.py") == PRICES.replace("rate", "tax")


def test_tab_belongs_to_an_open_list_of_suggestions(workbench: Workbench) -> None:
    workbench.open("calls.py")
    workbench.editor.click()
    replace_word(workbench, 1, 4, 3, "note")
    workbench.page.wait_for_timeout(1200)  # a second edit begins after a second
    replace_word(workbench, 2, 4, 3, "note")
    expect(drawn(workbench).first).to_be_visible()
    workbench.page.keyboard.press("Control+Space")
    suggestions = workbench.page.locator(".suggest-widget.visible")
    expect(suggestions.get_by_role("option").first).to_be_visible()
    workbench.page.keyboard.press("Tab")
    expect(suggestions).to_have_count(0)
    assert workbench.cursor_line == 2
    assert saved(workbench, "calls.py").split("\n")[1] == "notebook(2)"
    for _ in range(20):
        workbench.page.keyboard.press("Control+Z")
    assert saved(workbench, "calls.py") == CALLS
    workbench.close_editor()


def test_one_undo_takes_one_edit_back_and_it_is_not_offered_again(workbench: Workbench) -> None:
    workbench.open("calls.py")
    workbench.editor.click()
    replace_word(workbench, 1, 4, 3, "note")
    workbench.page.wait_for_timeout(1200)  # a second edit begins after a second
    replace_word(workbench, 2, 4, 3, "note")
    expect(drawn(workbench).first).to_be_visible()
    workbench.page.keyboard.press("Tab")
    wait_until(lambda: workbench.cursor_line == 3, 30, "the third line")
    workbench.page.keyboard.press("Tab")
    wait_until(lambda: workbench.cursor_line == 4, 30, "the fourth line")
    workbench.page.keyboard.press("Escape")
    expect(drawn(workbench)).to_have_count(0)
    workbench.page.keyboard.press("Control+Z")
    assert saved(workbench, "calls.py") == CALLS.replace("log(1)", "note(1)").replace("log(2)", "note(2)")
    workbench.page.wait_for_timeout(1500)
    expect(drawn(workbench)).to_have_count(0)
    workbench.page.keyboard.press("End")
    workbench.page.keyboard.press("Tab")  # an ordinary Tab again
    assert "note(1)" in saved(workbench, "calls.py")
    workbench.close_editor()
