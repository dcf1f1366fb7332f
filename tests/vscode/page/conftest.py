"""The chat page in a browser, as the tests of this folder have it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.vscode.package import SetupError
from tests.vscode.page.harness import ChatPage, open_browser, open_page
from tests.vscode.setup import find


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        chromium = find().chromium
    except SetupError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    with open_browser(chromium) as opened:
        yield opened


@pytest.fixture
def chat(browser: Browser) -> Iterator[ChatPage]:
    with open_page(browser) as opened:
        yield opened
        assert not opened.strayed, "the page asked for something beside its own files"
        assert opened.page.evaluate("window.pwned") is None
