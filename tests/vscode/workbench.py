"""A VS Code workbench in headless Chromium: starts it, and knows where things are on its page. Asserts nothing.

Everything a run writes lies in one fresh folder: the user's own editor, its settings and its extensions stay untouched.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import psutil
from playwright.sync_api import FrameLocator, Locator, Page, sync_playwright

from tests.vscode.setup import Editor

START_S = 60
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
# Nothing but our own ghost text may appear while the test types, and nothing may reach for the network.
USER_SETTINGS = {
    "chat.disableAIFeatures": True,
    "editor.autoClosingBrackets": "never",
    "editor.autoIndent": "none",
    "editor.fontSize": 13,
    "editor.minimap.enabled": False,
    "editor.parameterHints.enabled": False,
    "editor.quickSuggestions": {"other": "off", "comments": "off", "strings": "off"},
    "editor.suggestOnTriggerCharacters": False,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "files.autoSave": "off",
    "git.enabled": False,
    "security.workspace.trust.startupPrompt": "never",
    "telemetry.telemetryLevel": "off",
    "update.mode": "none",
    "window.autoDetectColorScheme": True,
    "workbench.enableExperiments": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
}
NO_GALLERY = '{"serviceUrl":"","itemUrl":"","resourceUrlTemplate":""}'


@dataclass(frozen=True)
class Workbench:
    """One window of the editor on one folder."""

    page: Page
    folder: Path
    data: Path
    artefacts: Path
    process: int
    _shots: list[str] = field(default_factory=list)

    @property
    def status(self) -> Locator:
        """Our item in the status bar; its accessible name holds kind and message."""
        return self.page.locator('.statusbar-item[id="inglenook.inglenook.inglenook.status"]')

    @property
    def editor(self) -> Locator:
        return self.page.locator(".editor-group-container.active .monaco-editor").first

    @property
    def ghost_text(self) -> Locator:
        return self.editor.locator(".ghost-text-decoration, .ghost-text")

    @property
    def chat(self) -> FrameLocator:
        """The page inside the chat view."""
        return self.page.frame_locator("iframe.webview.ready").frame_locator("#active-frame")

    def rendered(self, selector: str) -> str:
        """The text of an element of a page that the editor has rendered from Markdown; empty while there is none."""
        for frame in self.page.frames:
            if frame.locator(".markdown-body").count():
                return frame.locator(selector).first.inner_text()
        return ""

    @property
    def active_tab(self) -> str:
        return self.page.locator(".editor-group-container.active .tab.active").get_attribute("data-resource-name") or ""

    @property
    def cursor_line(self) -> int:
        """The cursor's line in the active editor, from the status bar."""
        text = self.page.locator('[id="status.editor.selection"]').inner_text()
        found = re.search(r"Ln (\d+)", text)
        return int(found[1]) if found else 0

    @property
    def clipboard(self) -> str:
        return str(self.page.evaluate("navigator.clipboard.readText()"))

    def open(self, path: str) -> None:
        """Open a file by its path in the folder, and wait until it is the active one."""
        name = path.rsplit("/", 1)[-1]
        self.page.keyboard.press("Control+P")
        self._pick(path, name)
        self.page.locator(f'.tab.active[data-resource-name="{name}"]').wait_for()
        self.editor.wait_for()

    def command(self, title: str) -> None:
        """Run a command of the palette by its title."""
        self.page.keyboard.press("F1")
        self._pick(f">{title}", title)

    def _pick(self, typed: str, label: str) -> None:
        self.page.locator(".quick-input-widget input").first.fill(typed)
        # The list still shows what it did before the typing, for a moment.
        self.page.locator(".quick-input-list .monaco-list-row").filter(has_text=label).first.click()

    def close_editor(self) -> None:
        self.page.locator(".editor-group-container.active .tab.active .tab-actions .action-label").click()

    def select(self, first: int, last: int) -> None:
        """Select whole lines of the active editor, 1-based and inclusive, from the start of the first one."""
        self.page.keyboard.press("Control+G")
        self.page.locator(".quick-input-widget input").first.fill(f":{first}")
        self.page.keyboard.press("Enter")
        wait_until(lambda: self.cursor_line == first, START_S, f"the cursor to stand on line {first}")
        self.page.keyboard.press("Home")
        for _ in range(last - first):
            self.page.keyboard.press("Shift+ArrowDown")
        self.page.keyboard.press("Shift+End")

    def reload(self) -> None:
        """Open the window anew, in order: the editor stores its own state first."""
        with self.page.expect_event("load", timeout=START_S * 1000):
            self.command("Developer: Reload Window")
        self.page.locator(".monaco-workbench").wait_for(timeout=START_S * 1000)
        self.status.wait_for()

    def open_empty(self) -> None:
        """Show a window without a folder."""
        self.page.goto(self.page.url.split("?")[0] + "?ew=true")
        self.page.locator(".monaco-workbench").wait_for(timeout=START_S * 1000)
        self.status.wait_for(timeout=START_S * 1000)

    def dress(self, scheme: Literal["dark", "light"]) -> None:
        """Change the colours, as the system would; the mouse goes where it leaves no label."""
        self.page.emulate_media(color_scheme=scheme)
        self.page.locator(f".monaco-workbench.vs{'-dark' if scheme == 'dark' else ''}").wait_for()
        self.page.mouse.move(700, 300)
        self.page.wait_for_timeout(600)  # for the picture's sake: labels and notifications fade

    def save(self) -> None:
        self.page.keyboard.press("Control+S")
        self.page.locator(".tab.active:not(.dirty)").wait_for()

    def screenshot(self, name: str) -> Path:
        """Keep a picture, numbered in the order of the run."""
        self._shots.append(name)
        path = self.artefacts / f"editor-{len(self._shots)}-{name}.png"
        self.page.screenshot(path=path)
        return path

    @property
    def status_label(self) -> Locator:
        """What a screen reader says of our status-bar item: "Inglenook, KIND: message"."""
        return self.status.locator("[aria-label]").first

    def notification(self, text: str) -> Locator:
        return self.page.locator(".notification-toast", has_text=text)

    def set_machine_settings(self, settings: dict[str, object]) -> None:
        """Replace the settings of scope "machine". In a remote window, which this is, they have a file of their own."""
        (self.data / "Machine" / "settings.json").write_text(json.dumps(settings), encoding="utf-8")

    def servers(self) -> list[psutil.Process]:
        """The running language servers of this window."""
        below = psutil.Process(self.process).children(recursive=True)
        return [process for process in below if "inglenook_server" in _command_line(process)]

    def server_log(self) -> str:
        """What the extension and the server wrote to the log."""
        logs = sorted((self.data / "logs").rglob("*Inglenook*.log"))
        return "\n".join(log.read_text(encoding="utf-8", errors="replace") for log in logs)


@contextmanager
def open_workbench(
    editor: Editor,
    *,
    folder: Path,
    scratch: Path,
    artefacts: Path,
    environment: dict[str, str],
    settings: dict[str, object],
    trust: bool = True,
    color_scheme: Literal["dark", "light"] = "dark",
) -> Iterator[Workbench]:
    """Start code-server with our extension and show `folder`. `scratch` takes all that the editor writes.

    Without `trust`, the folder is one that the user has not yet said anything about.
    """
    scratch.mkdir(parents=True)
    artefacts.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    config, data, extensions = scratch / "config.yaml", scratch / "data", scratch / "extensions"
    options = {
        "bind-addr": f"127.0.0.1:{port}",
        "auth": "none",
        "cert": "false",
        "disable-telemetry": "true",
        "disable-update-check": "true",
        **({"disable-workspace-trust": "true"} if trust else {}),
        "disable-getting-started-override": "true",
        "disable-proxy": "true",
    }
    config.write_text("".join(f"{key}: {value}\n" for key, value in options.items()), encoding="utf-8")
    for place, values in (("User", USER_SETTINGS), ("Machine", settings)):
        (data / place).mkdir(parents=True)
        (data / place / "settings.json").write_text(json.dumps(values), encoding="utf-8")
    env = {**editor.node.environment(), **environment, "HOME": str(scratch), "EXTENSIONS_GALLERY": NO_GALLERY}
    # A shell of VS Code's own terminal hands down variables that would make code-server join that window.
    env = {key: value for key, value in env.items() if not key.startswith("VSCODE_")}
    places = ("--config", str(config), "--user-data-dir", str(data), "--extensions-dir", str(extensions))
    command = [str(editor.node.binary), str(editor.code_server), *places]
    install = [*command, "--install-extension", str(editor.vsix), "--force"]
    subprocess.run(install, env=env, check=True, capture_output=True)
    with (scratch / "code-server.log").open("wb") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            wait_until(lambda: _answers(f"http://127.0.0.1:{port}/healthz"), START_S, "code-server to start")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=editor.chromium,
                    args=list(CHROMIUM_FLAGS),
                    ignore_default_args=["--hide-scrollbars"],  # what is cut off must be seen to go on
                )
                page = browser.new_page(
                    viewport={"width": 1280, "height": 800},
                    color_scheme=color_scheme,
                    permissions=["clipboard-read", "clipboard-write"],
                )
                page.goto(f"http://127.0.0.1:{port}/?folder={folder}")
                page.locator(".monaco-workbench").wait_for(timeout=START_S * 1000)
                yield Workbench(page, folder, data, artefacts, server.pid)
                browser.close()
        finally:
            _end(server)


def wait_until(condition: Callable[[], object], seconds: float, what: str) -> None:
    """Ask until it is true. Raises TimeoutError that says what was waited for."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"Waited {seconds:.0f} s for {what}.")
        time.sleep(0.05)


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it ended meanwhile
        return []


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _end(server: subprocess.Popen[bytes]) -> None:
    """End code-server and all it started, by the id of its own process group."""
    if sys.platform == "win32":
        server.kill()
    else:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
    server.wait()
