"""The chat page alone in headless Chromium, under its real policy, with the editor's side played by the test.

`themes.json` holds what VS Code 1.139 gives a web view: its style sheet, and the colours of three themes that our own
style sheet uses. Knows no test.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, Route, sync_playwright

from tests.vscode.setup import CLIENT
from tests.vscode.workbench import CHROMIUM_FLAGS

ORIGIN = "http://page.test"
POLICY = f"default-src 'none'; style-src {ORIGIN}; script-src 'nonce-page';"
EDITOR = """
  window.sent = [];
  const stored = () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined;
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => window.sent.push(message),
    getState: stored,
    setState: (state) => sessionStorage.setItem('state', JSON.stringify(state)),
  });
"""


@dataclass(frozen=True)
class ChatPage:
    """The page, and both directions of its messages."""

    page: Page
    strayed: list[str] = field(default_factory=list)
    """Addresses that the page asked for beside its own files."""

    def post(self, **message: Any) -> None:
        """Say something as the extension does."""
        self.page.evaluate("message => window.postMessage(message, '*')", message)

    def sent(self, kind: str) -> list[dict[str, Any]]:
        """What the page has said of this type."""
        found: list[dict[str, Any]] = self.page.evaluate("kind => window.sent.filter(m => m.type === kind)", kind)
        return found

    def waits_for(self, kind: str, count: int = 1) -> dict[str, Any]:
        """Wait until the page has said this; gives the last one."""
        self.page.wait_for_function(
            "([kind, count]) => window.sent.filter(m => m.type === kind).length >= count", arg=[kind, count]
        )
        return self.sent(kind)[-1]

    @property
    def box(self) -> Locator:
        return self.page.get_by_role("textbox")


@contextmanager
def open_browser(chromium: Path) -> Iterator[Browser]:
    """Start Chromium with scroll bars, which a headless one hides otherwise."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=list(CHROMIUM_FLAGS), ignore_default_args=["--hide-scrollbars"]
        )
        yield browser
        browser.close()


@contextmanager
def open_page(browser: Browser, *, theme: str = "dark", width: int = 340, height: int = 720) -> Iterator[ChatPage]:
    """Load the built page; `theme` is one of `themes.json`."""
    page = browser.new_page(viewport={"width": width, "height": height})
    opened = ChatPage(page)
    look = json.loads((Path(__file__).parent / "themes.json").read_text(encoding="utf-8"))
    chosen = look["themes"][theme]
    variables = "".join(f"{name}: {value};" for name, value in chosen["variables"].items())
    bar = "body { padding: 0 !important; background: var(--vscode-sideBar-background) !important; }"
    files = {
        "/": ("text/html", _html(chosen["class"])),
        "/theme.css": ("text/css", f"html {{ {variables} }} {bar} {' '.join(look['sheet'])}"),
        "/chat.css": ("text/css", (CLIENT / "out" / "chat.css").read_text(encoding="utf-8")),
        "/chat.js": ("text/javascript", (CLIENT / "out" / "chat.js").read_text(encoding="utf-8")),
    }

    def serve(route: Route) -> None:
        found = files.get(route.request.url.removeprefix(ORIGIN))
        if found is None:
            opened.strayed.append(route.request.url)
            route.abort()
        else:
            route.fulfill(content_type=found[0], body=found[1])

    page.route("**/*", serve)
    page.goto(f"{ORIGIN}/")
    opened.waits_for("ready")
    yield opened
    page.close()


def _html(theme: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="{POLICY}">
    <link rel="stylesheet" href="/theme.css">
    <link rel="stylesheet" href="/chat.css">
    <link rel="icon" href="data:,">
  </head>
  <body class="{theme}">
    <div id="app"></div>
    <script nonce="page">{EDITOR}</script>
    <script nonce="page" src="/chat.js"></script>
  </body>
</html>"""
