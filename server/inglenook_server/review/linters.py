"""Runs ruff and bandit, where they are installed, on texts. Knows nothing of repositories or of what has changed.

They get copies in a folder of ours, and are told to read no configuration: nothing of a repository says what runs.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from inglenook_indexer.system import processes

from inglenook_server.review.findings import Finding, meanings_of, of_bandit, of_ruff

LINTERS = ("ruff", "bandit")
ENDINGS = (".py", ".pyi")
SECONDS = 60.0
"""That a linter may take: a hundred files take two."""
LOOK_S = 0.1
"""Between two looks at whether the user has stopped it."""
MAX_FILES = 100
MAX_OUTPUT = 64_000_000
"""Bytes: more is no list of findings that anybody reads."""
RULES = "E4,E7,E9,F,B,PLE"
"""Ruff's own choice, and bugbear's and pylint's errors: what is likely wrong, and nothing about looks."""
_RUN = "import runpy; sys.argv = sys.argv[1:]; runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"


Cancelled = Callable[[], bool]


class Stopped(Exception):
    """The user has stopped a review."""


@dataclass(frozen=True, slots=True)
class Review:
    """What was found, and who looked."""

    findings: tuple[Finding, ...]
    """Sorted by path and line."""
    ran: tuple[str, ...]
    missing: tuple[str, ...]
    """Linters that are not installed."""
    failed: tuple[tuple[str, str], ...] = ()
    """(linter, why) of those that did not come to an end."""


def lint(
    texts: Mapping[str, str],
    withheld: Mapping[str, Collection[int]] | None = None,
    cancelled: Cancelled = lambda: False,
) -> Review:
    """What the linters say of Python files, path -> text with its secrets masked; at most `MAX_FILES` of them.

    `withheld` gives the lines of a path that hold masks. Takes seconds. Raises Stopped once `cancelled` says so; no
    linter runs on then.
    """
    installed = [name for name in LINTERS if find_spec(name) is not None]
    missing = tuple(name for name in LINTERS if name not in installed)
    chosen = dict(sorted(one for one in texts.items() if one[0].endswith(ENDINGS))[:MAX_FILES])
    if not chosen or not installed:
        return Review((), (), missing)
    with tempfile.TemporaryDirectory(prefix="inglenook-review-") as temporary:
        top = Path(os.path.realpath(temporary))
        paths = _copied(chosen, top / "files")
        work, scratch = top / "work", top / "scratch"
        work.mkdir()
        scratch.mkdir()
        findings: list[Finding] = []
        failed: list[tuple[str, str]] = []
        for name in installed:
            try:
                findings += _READ[name](_run([name, *_ARGUMENTS[name], *paths], work, scratch, cancelled), paths)
            except (OSError, ValueError, processes.StillRunning) as error:
                failed.append((name, _why(error)))
    kept = [one for one in findings if not _of_mask(one, (withheld or {}).get(one.path, ()))]
    kept.sort(key=lambda one: (one.path, one.line, one.linter, one.rule))
    broken = {name for name, _ in failed}
    ran = tuple(name for name in installed if name not in broken)
    return Review(tuple(kept), ran, missing, tuple(failed))


_ARGUMENTS: dict[str, Sequence[str]] = {
    "ruff": (*"check --isolated --no-cache --exit-zero --quiet --output-format=json".split(), f"--select={RULES}"),
    # Tests assert, and an assertion elsewhere is no weakness of this sort.
    "bandit": ("--format=json", "--quiet", "--exit-zero", "--skip=B101"),
}


def _copied(texts: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Each text in a file of its own; the file -> its path in the workspace. Names are ours but for the last part."""
    paths: dict[str, str] = {}
    for number, (path, text) in enumerate(texts.items()):
        # Some rules go by a file's name (`__init__.py`), and none of ours by its folders.
        name = re.sub(r"\W", "_", path.rsplit("/", 1)[-1].rpartition(".")[0])[:60]
        file = folder / str(number) / f"{name}{Path(path).suffix}"
        file.parent.mkdir(parents=True)
        file.write_bytes(text.encode("utf-8", "replace"))
        paths[str(file)] = path
    return paths


def _run(command: Sequence[str], work: Path, scratch: Path, cancelled: Cancelled) -> bytes:
    """The output of a module that runs as a program. Raises OSError, ValueError, StillRunning, Stopped."""
    end = time.monotonic() + SECONDS
    process = processes.python(
        _RUN, command, stdout=processes.PIPE, stderr=processes.NOTHING, folder=work, temporary=scratch
    )
    try:
        while True:
            if cancelled():
                raise Stopped
            try:
                output, _ = process.communicate(timeout=max(0.0, min(LOOK_S, end - time.monotonic())))
                break
            except processes.StillRunning:
                if time.monotonic() >= end:
                    raise
    except BaseException:
        process.kill()
        process.communicate()
        raise
    if process.returncode:
        raise ValueError(f"it ended with {process.returncode}")
    if len(output) > MAX_OUTPUT:
        raise ValueError("it found more than can be read")
    return bytes(output)


def _ruff(output: bytes, paths: Mapping[str, str]) -> list[Finding]:
    return of_ruff(output, paths, _meanings())


_READ: dict[str, Callable[[bytes, Mapping[str, str]], list[Finding]]] = {"ruff": _ruff, "bandit": of_bandit}


@cache
def _meanings() -> Mapping[str, str]:
    """What each of ruff's rules is about; nothing where it does not say."""
    with tempfile.TemporaryDirectory(prefix="inglenook-review-") as temporary:
        folder = Path(temporary)
        try:
            return meanings_of(_run(["ruff", "rule", "--all", "--output-format=json"], folder, folder, lambda: False))
        except (OSError, ValueError, processes.StillRunning):
            return {}


def _why(error: Exception) -> str:
    if isinstance(error, processes.StillRunning):
        return f"it took longer than {SECONDS:.0f} seconds"
    return str(getattr(error, "strerror", None) or error)


def _of_mask(one: Finding, withheld: Collection[int]) -> bool:
    """Whether a syntax error is one that a mask has made, on its line or on the one before."""
    return one.rule == "invalid-syntax" and any(one.line - 1 <= line <= one.end_line for line in withheld)
