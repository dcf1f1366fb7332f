"""Nothing of a repository, a model or an error reaches a terminal raw, whichever command shows it."""

from __future__ import annotations

import ast
import io
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_indexer.text.printable import HIDDEN, hides, printable
from inglenook_server.cli import console, run
from inglenook_server.logs import FORMAT, OneLine

pty = pytest.importorskip("pty")  # Windows has neither one nor names with control characters

ROOT = Path(__file__).parents[3]
EVIL = "\x1b[31m\x1b]52;c;cHduZWQ=\x07\x9b2J\u202e\u2066\u200b\u2028\x7f"
NAME = "esc\x1b]0;owned\x07\u202e[red][/nothing]\n:bomb:.py"
SOURCE = f"def escape_art():\n    # {EVIL} [blink] [/nothing] :bomb:\n    return 'escape art'\n\n\nescape_art()\n"
COLOUR = re.compile(r"\x1b\[[\d;]*m")
"""What rich writes for a style; a text's own ESC is shown, so no other is there."""

Workspace = Callable[[dict[str, str]], Path]


@pytest.fixture
def root(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = workspace({NAME: SOURCE, f".env{EVIL}".replace("/", ""): "PASSWORD=hunter2\n", "app/plain.py": "x = 1\n"})
    (made / "config").mkdir()
    (made / "config" / "settings.toml").write_text('[generation]\nengine = "echo"\n')
    monkeypatch.setenv("INGLENOOK_CONFIG", str(made / "config"))
    return made


COMMANDS = [
    ["index", "ROOT"],
    ["index", "ROOT", "--rebuild"],
    ["search", "escape art", "ROOT", "--explain"],
    ["search", f"escape art {EVIL}", "ROOT"],
    ["symbols", "escape_art", "ROOT"],
    ["symbols", "escape_art", "ROOT", "--uses"],
    ["symbols", "--file", NAME, "ROOT"],
    ["symbols", "--file", f"nothing{EVIL}", "ROOT"],
    ["symbols", "x", "ROOT", "--kind", EVIL],
    ["ask", f"What is escape_art {EVIL} [/nothing]?", "ROOT"],
    ["complete", f"ROOT/{NAME}:2:5", "--root", "ROOT"],
    ["complete", f"{EVIL}:9:9", "--root", "ROOT"],
    ["doctor", f"ROOT/{NAME}", "--root", "ROOT"],
    ["doctor", "--secrets", "--root", "ROOT"],
    ["status", f"ROOT/{EVIL}"],
    ["clean", f"ROOT/{EVIL}"],
    ["models", "path", EVIL],
    ["models", "pull", EVIL],
    ["adapters", "use", EVIL, "ROOT"],
    ["demo", "ROOT", "--question", EVIL],
    ["search", "x", "ROOT", "--language", EVIL],
    ["search", "x", "ROOT", f"--{EVIL}"],
    [EVIL],
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: printable(" ".join(command)).replace("\n", " "))
def test_what_a_command_prints_is_clean(command: list[str], root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["index", str(root)]) == 0
    run([word.replace("ROOT", str(root)) for word in command])
    shown = capsys.readouterr()
    assert not hides(shown.out), shown.out
    assert not hides(shown.err), shown.err
    assert "Traceback" not in shown.err


def test_what_a_terminal_is_given_is_clean_but_for_colours(root: Path) -> None:
    ours, theirs = pty.openpty()
    code = "import sys; from inglenook_server.cli import run; [run(words) for words in eval(sys.argv[1])]"
    calls = [
        ["index", str(root)],
        ["search", "escape art", str(root)],
        ["doctor", str(root / NAME), "--root", str(root)],
    ]
    done = subprocess.Popen([sys.executable, "-c", code, repr(calls)], stdout=theirs, stderr=subprocess.DEVNULL)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65_536)
        except OSError:  # how Linux says that the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    assert done.wait() == 0
    text = shown.decode()
    assert COLOUR.search(text)
    assert "esc␛]0;owned␇<U+202E>[red][/nothing]␊:bomb:.py" in COLOUR.sub("", text)
    assert not hides(COLOUR.sub("", text))


@pytest.mark.parametrize("command", [["search", "escape art"], ["symbols", "escape_art"]])
def test_json_is_clean_and_exact(command: list[str], root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command, str(root), "--json"]) == 0
    shown = capsys.readouterr().out
    assert not hides(shown)
    rows = json.loads(shown)
    assert NAME in {row["path"] for row in rows.get("references", rows.get("symbols"))}


@given(st.recursive(st.text(st.characters()), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_json_is_clean_and_exact(data: object) -> None:
    for indent in (2, None):
        out = io.StringIO()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            console.emit_json(data, indent=indent)
        assert not hides(out.getvalue())
        assert json.loads(out.getvalue()) == data


@given(st.text(st.characters()))
def test_any_text_is_printed_clean_as_a_text_a_cell_and_a_heading(text: str) -> None:
    from rich.table import Table

    out = io.StringIO()
    shown = console.CleanConsole(out)
    table = Table(text)
    table.add_row(text)
    for one in (text, table):
        shown.print(one)
    shown.rule(text)
    assert not hides(out.getvalue())


def test_markup_and_emoji_of_a_text_are_text() -> None:
    out = io.StringIO()
    console.CleanConsole(out).print("[red]a[/] [/b] :bomb:")
    assert out.getvalue() == "[red]a[/] [/b] :bomb:\n"


def test_a_record_of_the_log_is_one_clean_line() -> None:
    try:
        raise OSError(f"no such file: {EVIL}\n")
    except OSError:
        raised = sys.exc_info()
    record = logging.LogRecord("inglenook", logging.WARNING, "", 0, "skipped %s", (NAME,), raised)
    line = OneLine(FORMAT).format(record)
    assert line.startswith("WARNING inglenook: skipped esc␛")
    assert not re.search(f"[{HIDDEN}\n]", line)


def test_an_error_of_ours_is_printed_clean(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError(EVIL)

    monkeypatch.setattr("inglenook_server.cli.search.open_index", fails)
    assert run(["search", "x", str(root)]) == 1
    shown = capsys.readouterr().err
    assert "ValueError: ␛[31m" in shown
    assert not hides(shown)


def test_the_console_is_the_only_way_out() -> None:
    """A command that wrote past it could forget what it shows; those that speak a protocol say sentences on stderr."""
    banned = re.compile(r"sys\.std(out|err)\.(write|buffer)|\bConsole\(|typer\.(echo|secho)|from_markup|markup=True")
    files = [file for file in (ROOT / "server/inglenook_server/cli").glob("*.py") if file.name != "console.py"]
    found = {
        f"{file.name}: {ast.get_source_segment(source, node)}"
        for file in files
        for source in [file.read_text(encoding="utf-8")]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and banned.match(ast.get_source_segment(source, node) or "")
    }
    speakers = tuple(f"{name}.py: sys.stderr.write(" for name in ("serve", "mcp", "acp"))
    assert {one for one in found if not one.startswith(speakers)} == set()


def test_a_folder_that_is_none_is_named_without_what_hides_in_its_name():
    done = subprocess.run([sys.executable, "-m", "inglenook_server", "mcp", f"/nowhere{EVIL}"], capture_output=True)
    assert done.returncode == 1
    assert "nowhere" in done.stderr.decode()
    assert not hides(done.stderr.decode().rstrip("\n"))
