"""`index --watch`, `status`, `clean`, `search`'s filters, `doctor FILE`: the index as the command line shows it."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from inglenook_indexer import Index
from inglenook_server.cli import run

from tests.waiting import TIMEOUT_S

FILES = {
    "app/cookies.py": "def parse_cookie(header):\n    return header.split(';')\n",
    "app/cookies.js": "function parseCookie(header) { return header.split(';') }\n",
    "docs/cookies.md": "# Cookies\n\nHow a cookie is parsed.\n",
    ".gitignore": "# made by the build\n*.gen.py\n",
    "app/x.gen.py": "x = 1\n",
}
Workspace = Callable[[dict[str, str]], Path]
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def root(workspace: Workspace) -> Path:
    return workspace(FILES)


@pytest.fixture
def indexed(root: Path, capsys: Capture) -> Path:
    assert run(["index", str(root), "--json"]) == 0
    capsys.readouterr()
    return root


def answer(capsys: Capture, *words: str, code: int = 0) -> dict[str, object]:
    assert run([*words, "--json"]) == code
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_status_before_and_after(root: Path, capsys: Capture) -> None:
    assert answer(capsys, "status", str(root), code=3)["files"] == 0
    assert run(["status", str(root)]) == 3
    assert "inglenook index" in capsys.readouterr().err
    assert run(["index", str(root)]) == 0
    capsys.readouterr()
    found = answer(capsys, "status", str(root))
    assert found["files"] == 4
    assert found["waiting"] == found["chunks"]
    assert not found["writing"]
    assert sum(found["sizes"].values()) == found["bytes"]  # type: ignore[attr-defined]
    with Index(root)._access.writing.held():
        assert answer(capsys, "status", str(root))["writing"]
    assert run(["status", str(root)]) == 0
    shown = capsys.readouterr().out
    assert "4 files" in shown
    assert "just now" in shown


def test_clean_asks_says_and_removes(indexed: Path, capsys: Capture) -> None:
    folder = Index(indexed).folder
    assert run(["clean", str(indexed)]) == 1
    said = capsys.readouterr()
    assert str(folder) in said.out
    assert "--yes" in said.err
    assert folder.exists()
    would = answer(capsys, "clean", str(indexed))
    assert would["freed"] == 0
    assert folder.exists()
    assert run(["clean", str(indexed), "--yes"]) == 0
    assert "MB freed" in capsys.readouterr().out
    assert not folder.exists()
    assert run(["clean", str(indexed), "--yes"]) == 3


def test_clean_tells_only_what_happened(indexed: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))

    folder = Index(indexed).folder
    with monkeypatch.context() as read_only:
        read_only.setattr(shutil, "rmtree", refuse)
        read_only.setattr(Path, "unlink", refuse)
        assert run(["clean", str(indexed), "--yes"]) == 1
        said = capsys.readouterr()
        assert "freed" not in said.out
        assert f"{folder} can't be removed: Read-only file system." in said.err
        assert answer(capsys, "clean", str(indexed), "--yes", code=1)["freed"] == 0
    assert Index(indexed).status().files == 4
    monkeypatch.setattr(shutil, "rmtree", refuse)
    manifest = (folder / "manifest.json").stat().st_size
    assert answer(capsys, "clean", str(indexed), "--yes", code=1)["freed"] >= manifest  # type: ignore[operator]


def test_clean_takes_the_vanished_or_all(workspace: Workspace, capsys: Capture) -> None:
    folders = [workspace({"a.py": "x = 1\n"}) for _ in range(3)]
    for one in folders:
        assert run(["index", str(one)]) == 0
    shutil.rmtree(folders[0])
    capsys.readouterr()
    run(["doctor", "--root", str(folders[1]), "--json"])
    findings = {finding["about"]: finding for finding in json.loads(capsys.readouterr().out)["findings"]}
    assert findings["vanished"]["mend"] == "inglenook clean --vanished"
    gone = answer(capsys, "clean", "--vanished", "--yes")
    assert [row["root"] for row in gone["indexes"]] == [str(folders[0])]  # type: ignore[attr-defined]
    assert answer(capsys, "clean", "--vanished", "--yes", code=3)["indexes"] == []
    assert len(answer(capsys, "clean", "--all", "--yes")["indexes"]) == 2  # type: ignore[arg-type]
    assert run(["clean", "--all", "--vanished"]) == 2


def test_clean_never_touches_models(indexed: Path, capsys: Capture) -> None:
    cache = Path(os.environ["INGLENOOK_CACHE"])
    (cache / "models").mkdir()
    (cache / "models" / "weights").write_text("w")
    assert run(["clean", "--all", "--yes"]) == 0
    assert (cache / "models" / "weights").exists()


FILTERS = [
    (["--path", "app"], {"app/cookies.py", "app/cookies.js"}),
    (["--path", "app/cookies.py"], {"app/cookies.py"}),
    (["--path", "*.md"], {"docs/cookies.md"}),
    (["--language", "python"], {"app/cookies.py"}),
    (["--path", "app", "--language", "javascript"], {"app/cookies.js"}),
]


@pytest.mark.parametrize(("words", "paths"), FILTERS)
def test_search_is_narrowed(indexed: Path, words: list[str], paths: set[str], capsys: Capture) -> None:
    found = answer(capsys, "search", "cookie", str(indexed), *words)
    assert {row["path"] for row in found["references"]} == paths  # type: ignore[attr-defined]


def test_a_language_that_nobody_knows_is_a_usage_error_with_a_guess(indexed: Path, capsys: Capture) -> None:
    assert run(["search", "x", str(indexed), "--language", "pyton"]) == 2
    assert "python" in capsys.readouterr().err


def test_explain_shows_what_a_score_is_made_of(indexed: Path, capsys: Capture) -> None:
    assert run(["search", "parse_cookie", str(indexed), "--explain"]) == 0
    shown = capsys.readouterr().out
    assert "measured  bm25 " in shown
    assert "adds  " in shown
    row = answer(capsys, "search", "parse_cookie", str(indexed), "--explain")["references"][0]  # type: ignore[index]
    assert row["parts"]["bm25"] > 0


def test_search_says_what_of_a_report_led_where(indexed: Path, capsys: Capture) -> None:
    report = (
        "Cookies are lost\n\n"
        + "The value of a cookie is gone after it was read twice. " * 5
        + "I blame `parse_cookie`."
    )
    row = answer(capsys, "search", report, str(indexed))["references"][0]  # type: ignore[index]
    assert "names `parse_cookie`" in row["why"]
    assert run(["search", report, str(indexed)]) == 0
    assert "why: names `parse_cookie`" in capsys.readouterr().out
    assert "why" not in answer(capsys, "search", "parse_cookie", str(indexed))["references"][0]  # type: ignore[index]


def test_doctor_names_the_rule_its_file_and_its_line(indexed: Path, capsys: Capture) -> None:
    (finding,) = answer(capsys, "doctor", str(indexed / "app/x.gen.py"), "--root", str(indexed))["findings"]  # type: ignore[misc]
    assert ".gitignore:2 leaves it out" in finding["message"]


@pytest.fixture
def watching(root: Path):  # type: ignore[no-untyped-def]
    process = subprocess.Popen(
        [sys.executable, "-m", "inglenook_server", "index", str(root), "--watch", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ.copy(),
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is another event there")
def test_watch_tells_each_batch_and_ends_with_130(root: Path, watching: subprocess.Popen[str]) -> None:
    assert watching.stdout is not None
    report = ""
    for line in watching.stdout:
        report += line
        if line == "}\n":
            break
    assert json.loads(report)["files"] == 4
    assert watching.stderr is not None
    while "Watching" not in watching.stderr.readline():
        assert watching.poll() is None
    (root / "app/new.py").write_text("def brand_new():\n    return 1\n")
    batch = json.loads(watching.stdout.readline())
    assert (batch["changed"], batch["removed"], batch["files"]) == (1, 0, 5)
    (root / "app/new.py").unlink()
    batch = json.loads(watching.stdout.readline())
    assert (batch["changed"], batch["removed"], batch["files"]) == (0, 1, 4)
    watching.send_signal(signal.SIGINT)
    out, err = watching.communicate(timeout=TIMEOUT_S)
    assert (watching.returncode, out) == (130, "")
    assert "Traceback" not in err


def test_an_index_that_cant_be_written_is_read_and_that_is_said_once(
    indexed: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (indexed / "late.py").write_text("def late():\n    pass\n")
    lock = Index(indexed).folder / "writer.lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()  # what nobody can lock, root included
    for command in (["search", "parse_cookie", str(indexed)], ["symbols", "parse_cookie", str(indexed)]):
        assert run(command) == 0
        printed = capsys.readouterr()
        assert "cookies.py" in printed.out
        assert printed.err.count("can't be written") == 1
        assert "reading what it holds" in printed.err
    assert run(["status", str(indexed)]) == 0
    capsys.readouterr()
    assert run(["index", str(indexed)]) == 1
    assert "can't be written" in capsys.readouterr().err


def test_without_an_index_what_is_in_the_way_is_an_error(root: Path, capsys: Capture) -> None:
    (Index(root).folder / "writer.lock").mkdir(parents=True)
    assert run(["search", "parse_cookie", str(root)]) == 1
    assert "can't be written" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["search", "cookie"], ["symbols", "parse_cookie"], ["index"], ["status"]])
def test_the_current_folder_is_gone(indexed: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch, command) -> None:
    gone = indexed / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert run(command) == 1
    said = capsys.readouterr().err
    assert "folder . is gone" in said
    assert "index can't" not in said
