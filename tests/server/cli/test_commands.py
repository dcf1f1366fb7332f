"""The command line as a user meets it: answers, exit codes, one sentence for what went wrong, no traceback."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from inglenook_server.cli import run

FILES = {
    "app/cookies.py": "def parse_cookie(header):\n    return dict(p.split('=', 1) for p in header.split(';'))\n",
    "app/server.py": "from app.cookies import parse_cookie\n\n\ndef handle(r):\n    return parse_cookie(r.cookie)\n",
    "README.md": "# App\n\nServes pages.\n",
    ".env": "PASSWORD=hunter2\n",
}

Workspace = Callable[[dict[str, str]], Path]


@pytest.fixture
def root(workspace: Workspace) -> Path:
    return workspace(FILES)


def test_index_reports_what_it_did(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["index", str(root), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["files"] == 3
    assert report["changed"] == 3
    assert run(["index", str(root), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changed"] == 0


def test_search_prints_references_best_first(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "parse_cookie", str(root), "--json"]) == 0
    references = json.loads(capsys.readouterr().out)["references"]
    assert references[0]["path"] == "app/cookies.py"
    assert references[0]["start_line"] == 1
    scores = [reference["score"] for reference in references]
    assert scores == sorted(scores, reverse=True)


def test_search_shows_a_person_the_place_and_its_lines(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "cookie", str(root), "--explain"]) == 0
    shown = capsys.readouterr().out
    assert "app/cookies.py:1-2" in shown
    assert "def parse_cookie(header):" in shown


def test_search_that_finds_nothing_has_its_own_code(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    empty = workspace({})
    assert run(["search", "anything", str(empty), "--json"]) in (1, 3)
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err


def test_doctor_tells_why_a_file_is_or_is_not_indexed(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["index", str(root)]) == 0
    capsys.readouterr()
    assert run(["doctor", str(root / "app/cookies.py"), "--root", str(root), "--json"]) == 0
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["verdict"] == "ok"
    run(["doctor", str(root / ".env"), "--root", str(root), "--json"])
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["verdict"] == "note"
    assert "may hold secrets" in finding["message"]


def test_doctor_examines_the_machine(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGLENOOK_MODELS", str(root / "no-models"))
    assert run(["doctor", "--root", str(root), "--json"]) == 1
    findings = {finding["about"]: finding for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert findings["memory"]["verdict"] == "ok"
    assert findings["index"]["mend"].startswith("inglenook index")
    (chosen,) = [finding for about, finding in findings.items() if "(chosen)" in about]
    assert chosen["verdict"] == "wrong"
    assert "models pull" in chosen["mend"]


@pytest.mark.parametrize("command", ["ask", "complete"])
def test_without_a_model_the_command_to_fetch_it_is_named(
    command: str, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INGLENOOK_MODELS", str(root / "no-models"))
    words = {
        "ask": ["what is this", str(root)],
        "complete": [f"{root / 'app/server.py'}:5:12", "--root", str(root)],
    }[command]
    assert run([command, *words]) == 1
    diagnostic = capsys.readouterr().err
    assert "inglenook models pull" in diagnostic
    assert "Traceback" not in diagnostic


@pytest.mark.parametrize("command", [["index"], ["search", "x"], ["ask", "x"]], ids=lambda words: words[0])
def test_a_folder_that_is_not_there_is_a_sentence(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, str(tmp_path / "missing")]) == 1
    assert "missing" in capsys.readouterr().err


def test_echo_answers_without_weights(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "settings.toml").write_text('[generation]\nengine = "echo"\n')
    monkeypatch.setenv("INGLENOOK_CONFIG", str(config))
    assert run(["ask", "where is parse_cookie defined?", str(root), "--json"]) == 0
    reply = json.loads(capsys.readouterr().out)
    assert reply["answer"]
    assert reply["references"][0]["path"] == "app/cookies.py"
    assert set(reply["references"][0]) == {"path", "start_line", "end_line", "score"}


def test_usage_errors_exit_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["index", "--no-such-option"]) == 2
    assert run(["no-such-command"]) == 2


@pytest.mark.parametrize(
    "command",
    "index status search symbols ask chat complete adapt adapters models doctor clean demo".split(),
)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([command, "--help"]) == 0
    assert "Usage" in capsys.readouterr().out


@pytest.mark.skipif(os.name == "nt", reason="a folder that somebody is in can't be deleted there")
@pytest.mark.parametrize(
    "words",
    [["clean"], ["complete", "a.py:1:1"], ["complete", "ROOT/app/cookies.py:1:1", "--root", "."], ["index"], ["status"],
     ["search", "x"], ["symbols", "x"], ["ask", "x"], ["chat"], ["doctor"], ["adapt"], ["adapters", "list"], ["demo"]],
    ids=" ".join,
)  # fmt: skip
def test_a_folder_that_is_gone_is_a_sentence(
    words: list[str], root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert run([word.replace("ROOT", str(root)) for word in words]) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert said.count("\n") <= 2
    assert "gone" in said or "can't be read" in said


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("inglenook 0.")


def answers(capsys: pytest.CaptureFixture[str], title: str, *words: str) -> list[dict[str, object]]:
    assert run(["symbols", *words, "--json"]) == 0
    found: list[dict[str, object]] = json.loads(capsys.readouterr().out)[title]
    return found


def test_symbols_answers_the_five_questions(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (defined,) = answers(capsys, "symbols", "parse_cookie", str(root))
    assert (defined["path"], defined["line"], defined["kind"]) == ("app/cookies.py", 1, "function")
    used = answers(capsys, "references", "parse_cookie", str(root), "--uses")
    assert [(one["relation"], one["line"], one["container"]) for one in used] == [
        ("import", 1, ""),
        ("call", 5, "handle"),
    ]
    (imported,) = answers(capsys, "imports", "--imports", "app/server.py", str(root))
    assert (imported["module"], imported["target"]) == ("app.cookies", "app/cookies.py")
    (importing,) = answers(capsys, "imports", "--imported-by", "app/cookies.py", str(root))
    assert importing["path"] == "app/server.py"
    (listed,) = answers(capsys, "symbols", "--file", "app/server.py", str(root))
    assert listed["name"] == "handle"


def test_symbols_says_when_it_shows_a_part(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["symbols", "parse_cookie", str(root), "--uses", "--limit", "1"]) == 0
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 1
    assert "The first 1 of 2;" in shown.err
    assert run(["symbols", "parse_cookie", str(root)]) == 0
    assert "The first" not in capsys.readouterr().err
    assert run(["symbols", "parse_cookie", str(root), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["total"], answer["exact"]) == (1, True)


def test_symbols_shows_a_person_a_line_for_each_place(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["symbols", "handle", str(root)]) == 0
    assert "app/server.py:4  function handle" in capsys.readouterr().out
    assert run(["symbols", "nowhere_to_be_found", str(root)]) == 3
    assert run(["symbols", "handle", str(root), "--kind", "class"]) == 3
    assert run(["symbols", "handle", str(root), "--inherits"]) == 3


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 2),
        (["a", "--uses", "--file", "b"], 2),
        (["a", "--kind", "nonsense"], 2),
        (["--file", "not/there.py"], 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_symbols_refuses_in_a_sentence(
    words: list[str], code: int, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    assert run(["symbols", *words]) == code
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert said


def test_search_can_be_held_to_a_kind_of_symbol(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["search", "cookie", str(root), "--kind", "function", "--json"]) == 0
    references = json.loads(capsys.readouterr().out)["references"]
    assert {one["path"] for one in references} == {"app/cookies.py", "app/server.py"}
    assert run(["search", "cookie", str(root), "--kind", "class"]) == 3
