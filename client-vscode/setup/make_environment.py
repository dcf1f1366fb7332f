"""Makes the Python environment that the extension's server runs in; nothing but Python's own library is needed.

    python make_environment.py STORAGE WHEEL CONSTRAINTS KEY

STORAGE/environments/KEY is the environment; its record, `environment.json`, is written last, so one without a record is
half made and is made anew. What goes on is told on stdout, a JSON object a line: {"step": ...}, then {"python": ...}
or {"problem": KIND, "sentence": ...}. The end of stdin stops it. Knows no editor, and nothing of the folder it is
started in.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from explain_pip import EXPLAINED, Steps, explain

RECORD = "environment.json"
NEEDED_BYTES = 1_600_000_000
"""Disk: what is installed takes a gigabyte, what is fetched another third."""
NEWER_PIP = "pip>=25.1"
"""Tells how far a download is. An older one, as Python brings it, does the same in silence."""
TELLS_PROGRESS = (24, 1)
"""The first version of pip that can."""
LOCK_S = 0.5
"""Between two tries to get the lock that another window has."""
DROPPED = (
    "PYTHONPATH",
    "PYTHONHOME",
    "PYTHONSTARTUP",
    "VIRTUAL_ENV",
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
)
"""Variables that would lead Python or pip away from this environment. All other settings of pip stay in force."""
CHECK = """
import inglenook_server, lancedb, tree_sitter
from inglenook_indexer.embed.runtime import import_genai
from inglenook_server import app
import_genai()
print(inglenook_server.__version__)
"""
"""Loads each native library once: one that this machine can't run shows here, and not in the middle of an answer."""
IN_USE = """
import psutil, sys
def of(process):
    try:
        return process.cmdline()[0]
    except (psutil.Error, IndexError):
        return ""
print("\\n".join({of(process) for process in psutil.process_iter()}))
"""


class Problem(Exception):
    """What went wrong: its kind, by which the extension chooses its buttons, and one sentence."""

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind, self.sentence = kind, sentence


class Children:
    """The one program that runs at a time, ended when stdin ends."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()
        self.stopped = False

    def follow(self, stream: IO[str]) -> None:
        """Stop when `stream` ends: the extension has cancelled, or is gone."""

        def wait() -> None:
            while stream.read(1):
                pass
            with self._lock:
                self.stopped = True
                if self._running is not None:
                    self._running.kill()

        threading.Thread(target=wait, daemon=True).start()

    def run(self, command: list[str], folder: Path) -> Iterator[str]:
        """The lines a program says. Raises Problem("stopped"), and CalledProcessError with all it said."""
        env = {key: value for key, value in os.environ.items() if key not in DROPPED}
        env |= {"PYTHONSAFEPATH": "1", "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"}
        said: list[str] = []
        with self._lock:
            if self.stopped:
                raise Problem("stopped", "The set-up was stopped.")
            self._running = process = subprocess.Popen(
                command,
                cwd=folder,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line)
            yield line
        code = process.wait()
        with self._lock:
            self._running = None
        if self.stopped:
            raise Problem("stopped", "The set-up was stopped.")
        if code:
            raise subprocess.CalledProcessError(code, command, "".join(said))


def tell(**what: str | int) -> None:
    """One line for the extension."""
    print(json.dumps(what), flush=True)  # noqa: T201 - stdout is what the extension reads


def main(argv: list[str]) -> int:
    """Make the environment and say so. Exit code 0 where it is there, else 1."""
    storage, wheel, constraints, key = Path(argv[0]), Path(argv[1]), Path(argv[2]), argv[3]
    children = Children()
    children.follow(sys.stdin)
    try:
        environments = storage / "environments"
        environments.mkdir(parents=True, exist_ok=True)
        with locked(storage / "environments.lock", children):
            home = environments / key
            if not is_whole(home):
                make(home, wheel, constraints, children)
            sweep(home, children)
        tell(python=str(python_of(home)))
    except Problem as problem:
        tell(problem=problem.kind, sentence=problem.sentence)
        return 1
    except OSError as error:
        kind = "disk" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "folder"
        why = (
            "The disk is full."
            if kind == "disk"
            else f"{error.filename or storage} can't be written: {error.strerror}."
        )
        tell(problem=kind, sentence=why)
        return 1
    return 0


def python_of(home: Path) -> Path:
    """The interpreter of an environment."""
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_whole(home: Path) -> bool:
    """Whether an environment was made to its end, and the Python that it was made from is still there."""
    return (home / RECORD).is_file() and python_of(home).is_file()


def make(home: Path, wheel: Path, constraints: Path, children: Children) -> None:
    """Make `home` from nothing. What goes wrong leaves nothing. Raises Problem and OSError."""
    shutil.rmtree(home, ignore_errors=True)
    free = shutil.disk_usage(home.parent).free
    if free < NEEDED_BYTES:
        raise Problem(
            "disk",
            f"Inglenook needs {NEEDED_BYTES / 1e9:.1f} GB of disk, and {free / 1e9:.1f} GB are free in {home.parent}.",
        )
    try:
        tell(step="Making a Python environment")
        for _ in explained(children.run([sys.executable, "-m", "venv", str(home)], home.parent), "venv"):
            pass
        install(home, wheel, constraints, children)
        tell(step="Checking that it runs here")
        lines = list(explained(children.run([str(python_of(home)), "-I", "-c", CHECK], home.parent), "check"))
        record = {"version": lines[-1].strip(), "python": sys.version.split()[0], "from": sys.executable}
        unfinished = home / f".{RECORD}"
        unfinished.write_text(json.dumps(record) + "\n", encoding="utf-8")
        os.replace(unfinished, home / RECORD)
    except BaseException:
        shutil.rmtree(home, ignore_errors=True)
        raise


def install(home: Path, wheel: Path, constraints: Path, children: Children) -> None:
    """Install the wheel and what it needs, from wheels alone: no compiler is ever wanted. Raises Problem."""
    pip = [str(python_of(home)), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    tell(step="Updating pip")
    try:
        command = [*pip, "install", "--upgrade", "--only-binary", ":all:", NEWER_PIP]
        for _ in explained(children.run(command, home.parent), "pip"):
            pass
    except Problem as problem:
        if problem.kind not in ("index", "pip"):  # an index that has no newer pip has the rest, perhaps
            raise
    # What is imported is compiled at its first import; all of it would take twice the time of the installation.
    options = ["--no-compile", "--only-binary", ":all:", "--constraint", str(constraints)]
    options.append(f"--progress-bar={'raw' if version_of_pip(pip, home, children) >= TELLS_PROGRESS else 'off'}")
    tell(step="Looking for packages")
    steps = Steps()
    for line in explained(children.run([*pip, "install", *options, str(wheel)], home.parent), "pip"):
        if step := steps.read(line):
            tell(step=step)


def version_of_pip(pip: list[str], home: Path, children: Children) -> tuple[int, ...]:
    """As in (25, 1)."""
    said = "".join(children.run([*pip, "--version"], home.parent)).split()
    return tuple(int(part) for part in said[1].split(".")[:2] if part.isdigit())


def explained(lines: Iterator[str], what: str) -> Iterator[str]:
    """The lines of a program; its failure becomes a Problem."""
    try:
        yield from lines
    except subprocess.CalledProcessError as error:
        for line in error.output.splitlines()[-40:]:
            sys.stderr.write(f"{line}\n")  # for the log
        kind, sentence = explain(error.output) if what == "pip" else EXPLAINED[what](error.output)
        raise Problem(kind, sentence) from None


def sweep(home: Path, children: Children) -> None:
    """Remove the other environments, but for those that a server of another window still runs from."""
    others = [other for other in home.parent.iterdir() if other != home and other.is_dir()]
    if not others:
        return
    try:
        running = list(children.run([str(python_of(home)), "-I", "-c", IN_USE], home.parent))
    except subprocess.CalledProcessError:
        return
    for other in others:
        if not any(line.startswith(str(other) + os.sep) for line in running):
            tell(step="Removing the environment of the version before")
            shutil.rmtree(other, ignore_errors=True)


@contextlib.contextmanager
def locked(path: Path, children: Children) -> Iterator[None]:
    """One window at a time; the others wait, and then find it made."""
    with path.open("a+b") as file:
        told = False
        while not try_lock(file):
            if children.stopped:
                raise Problem("stopped", "The set-up was stopped.")
            if not told:
                tell(step="Waiting for another window that sets it up")
            told = True
            time.sleep(LOCK_S)
        yield  # the lock goes with the file


def try_lock(file: IO[bytes]) -> bool:
    """Take the lock of an open file, if nobody has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
