"""The real linters, on texts that are nobody's friends."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from inglenook_indexer.system import processes
from inglenook_server.review import linters
from inglenook_server.review.findings import Finding, NoFindings, meanings_of, of_bandit, of_ruff
from inglenook_server.review.linters import lint

RUFF = pytest.mark.skipif(find_spec("ruff") is None, reason="ruff is not installed")
BANDIT = pytest.mark.skipif(find_spec("bandit") is None, reason="bandit is not installed")
BAD = "import os\n\n\ndef f(x=[]):\n    return eval(x)\n"


@RUFF
def test_ruff() -> None:
    found = [one for one in lint({"src/a.py": BAD, "b.md": "import os\n"}).findings if one.linter == "ruff"]
    assert [(one.path, one.line, one.rule) for one in found] == [("src/a.py", 1, "F401"), ("src/a.py", 4, "B006")]
    assert found[0].message == "`os` imported but unused"
    assert found[0].meaning == "Checks for unused imports."


@BANDIT
def test_bandit() -> None:
    review = lint({"src/a.py": BAD + "assert f\n"})
    found = [one for one in review.findings if one.linter == "bandit"]
    assert [(one.path, one.line, one.rule) for one in found] == [("src/a.py", 5, "B307")]
    assert found[0].meaning == "Severity medium, confidence high."
    assert "bandit" in review.ran


@RUFF
def test_a_repositorys_configuration_says_nothing() -> None:
    """Only what is Python is copied at all, and each into a folder of its own."""
    texts = {
        "a.py": BAD,
        "ruff.toml": 'select = []\nextend = "/dev/zero"\n',
        "pyproject.toml": "[tool.ruff]\nexclude = ['*']\n[tool.bandit]\nskips = ['B307']\n",
        ".bandit": "[bandit]\nskips = B307\n",
        "runpy.py": "raise SystemExit(9)\n",
        "ruff.py": "raise SystemExit(9)\n",
        "sitecustomize.py": "raise SystemExit(9)\n",
        "venv/lib/x.py": "import os\n",
    }
    review = lint(texts)
    assert "ruff" in review.ran
    assert {one.path for one in review.findings if one.rule == "F401"} == {"a.py", "venv/lib/x.py"}


@RUFF
def test_a_mask_is_no_syntax_error() -> None:
    texts = {"a.py": "TOKEN = ********\n", "b.py": "TOKEN = ********\n", "c.py": "# *****\nx = = 1\n"}
    found = lint(texts, {"a.py": {1}}).findings
    assert {one.path for one in found if one.rule == "invalid-syntax"} == {"b.py", "c.py"}


@RUFF
@pytest.mark.parametrize("name", ["../../a.py", "/etc/a.py", "a\nb.py", "x" * 500 + ".py", "-rf.py", "__init__.py"])
def test_names_lead_nowhere(name: str) -> None:
    found = lint({name: "def f():\n    return undefined\n"}).findings
    assert [(one.path, one.rule) for one in found] == [(name, "F821")]


def test_without_linters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linters, "find_spec", lambda name: None)
    assert lint({"a.py": BAD}) == linters.Review((), (), ("ruff", "bandit"))


@RUFF
def test_one_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linters, "SECONDS", 0.0)
    monkeypatch.setattr(linters, "find_spec", lambda name: name if name == "ruff" else None)
    assert lint({"a.py": BAD}).failed == (("ruff", "it took longer than 0 seconds"),)


@RUFF
def test_a_linter_ends_with_the_wish_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process, too: what is stopped takes no processor any more."""
    started: list[processes.Process] = []
    start = processes.python

    def sleeping(code: str, *_: object, **more: Any) -> processes.Process:
        started.append(start("import time; time.sleep(60)", **more))
        return started[-1]

    monkeypatch.setattr(processes, "python", sleeping)
    with pytest.raises(linters.Stopped):
        lint({"a.py": BAD}, cancelled=lambda: bool(started))
    assert [one.poll() is not None for one in started] == [True]


ROW = {"filename": "/f", "code": "F1", "message": "m.", "location": {"row": 2}, "end_location": {"row": 1}}


@pytest.mark.parametrize("output", [b"", b"{}", b"[1]", b'[{"filename": "/f"}]', b"null", b"[" * 100_000])
def test_output_that_is_none(output: bytes) -> None:
    with pytest.raises(NoFindings):
        of_ruff(output, {"/f": "a.py"}, {})


@pytest.mark.parametrize("output", [b"", b"[]", b'{"results": 1}', b'{"results": [{"filename": "/f"}]}'])
def test_output_of_bandit_that_is_none(output: bytes) -> None:
    with pytest.raises(NoFindings):
        of_bandit(output, {"/f": "a.py"})


def test_findings() -> None:
    other = {**ROW, "filename": "/elsewhere"}
    assert of_ruff(json.dumps([ROW, other]).encode(), {"/f": "a.py"}, {"F1": "Checks."}) == [
        Finding("ruff", "a.py", 2, 2, "F1", "m", "Checks.")
    ]


def test_meanings() -> None:
    rules = [
        {"code": "A1", "explanation": "## What it does\nChecks for\nthis. And that.\n\n## Why\nBecause.\n"},
        {"code": "A2", "explanation": None},
    ]
    assert meanings_of(json.dumps(rules).encode()) == {"A1": "Checks for this."}


def test_nothing_of_the_workspace_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    lint({"a.py": BAD})
    assert list(tmp_path.iterdir()) == []
