"""`inglenook doctor --report`: what helps whoever mends a fault, and nothing of the user's own."""

from pathlib import Path

import pytest
from inglenook_server.cli import run
from inglenook_server.cli.report import changed
from inglenook_server.settings import CompletionSettings, GenerationSettings, Settings


def test_it_tells_versions_machine_and_sizes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "very-secret-project"
    root.mkdir()
    (root / "unheard_of.py").write_text("def unheard_of():\n    return 'a question'\n")
    monkeypatch.setenv("INGLENOOK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("INGLENOOK_CONFIG", str(tmp_path))
    (tmp_path / "settings.toml").write_text('[generation]\nengine = "openai"\nendpoint = "http://10.1.2.3/v1"\n')
    assert run(["index", str(root)]) == 0
    capsys.readouterr()
    assert run(["doctor", str(root), "--report"]) == 0
    said = capsys.readouterr().out
    for expected in ("inglenook 0.", "openvino ", "Python 3.", "threads", "GB memory", "1 files", "1 chunks"):
        assert expected in said
    assert "generation.endpoint = (set)" in said
    for private in ("secret-project", "unheard_of", "question", "10.1.2.3", str(tmp_path)):
        assert private not in said


def test_settings_that_cannot_be_used_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INGLENOOK_CONFIG", str(tmp_path))
    (tmp_path / "settings.toml").write_text('generation = 3\n[completion]\nenabled = "a secret"\n')
    assert run(["doctor", str(tmp_path), "--report"]) == 0
    said = capsys.readouterr().out
    assert "2 that can't be used" in said
    assert "a secret" not in said


def test_only_what_differs_from_the_default_is_told() -> None:
    assert list(changed(Settings())) == []
    mine = Settings(
        GenerationSettings(model="/home/me/x.gguf", profile="/home/me/y", threads=2),
        CompletionSettings(languages_off=("sql",)),
    )
    assert list(changed(mine)) == [
        "generation.profile = (set)",
        "generation.model = (set)",
        "generation.threads = 2",
        "completion.languages_off = ('sql',)",
    ]
