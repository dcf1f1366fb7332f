"""Reviews in whole answers, by the linters that are installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from inglenook_indexer import Index
from inglenook_indexer.chunks.chunk import GuardedChunker
from inglenook_server.chat.known.review import review_answer
from inglenook_server.chat.questions.forms import Question
from inglenook_server.review import linters

from tests.server.changes.repositories import Made

OLD = "import json\n\n\ndef f(x):\n    return x\n"
NEW = OLD + "\n\ndef g():\n    return undefined_one\n"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    one = Made(tmp_path / "repository")
    one.commit({"src/a.py": OLD, "b.md": "# B\n"})
    yield one
    one.repo.close()


@pytest.fixture(autouse=True)
def ruff_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the answers are the same wherever bandit is installed, too."""
    monkeypatch.setattr(linters, "find_spec", lambda name: find_spec(name) if name == "ruff" else None)


def answered(made: Made, path: str = "") -> str:
    index = Index(made.root)
    index.refresh()
    try:
        return review_answer(Question("changes", path=path), index, made.root, GuardedChunker()).text
    finally:
        index.close()


MISSING = "bandit is not installed; `pip install 'inglenook[review]'` brings it."
RUFF = pytest.mark.skipif(find_spec("ruff") is None, reason="ruff is not installed")


@RUFF
def test_changed_lines_come_first_and_others_are_counted(made: Made) -> None:
    made.write({"src/a.py": NEW})
    assert answered(made) == (
        "ruff found one thing on changed lines:\n"
        "\n"
        "`src/a.py`:\n"
        "\n"
        "- `src/a.py:9`: Undefined name `undefined_one` (ruff F821). Checks for uses of undefined names.\n"
        "\n"
        "One more finding is on lines that have not changed.\n"
        "\n"
        f"{MISSING}\n"
        "\n"
        "The index knows of no test that names what has changed."
    )


@RUFF
def test_a_named_file_is_read_whole(made: Made) -> None:
    assert answered(made, "src/a.py") == (
        "ruff found one thing in `src/a.py`:\n"
        "\n"
        "- `src/a.py:1`: `json` imported but unused (ruff F401). Checks for unused imports.\n"
        "\n"
        f"{MISSING}"
    )


@RUFF
def test_nothing_to_say(made: Made) -> None:
    assert answered(made) == "Nothing has changed since the last commit."
    assert answered(made, "src/nowhere.py") == (
        "`src/nowhere.py` is no file of this workspace's index, and nothing in it has changed."
    )
    made.write({"src/a.py": OLD.replace("return x", "return 1")})
    assert answered(made).startswith("ruff found nothing to say about the changed lines of one file.\n\nOne more")


def test_without_linters_it_says_what_brings_them(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linters, "find_spec", lambda name: None)
    made.write({"src/a.py": NEW})
    assert answered(made).startswith(
        "No linter is installed beside this server. `pip install 'inglenook[review]'` brings ruff and bandit."
    )


def test_what_is_no_python(made: Made) -> None:
    made.write({"b.md": "# C\n"})
    assert answered(made).startswith("No Python file has changed")
