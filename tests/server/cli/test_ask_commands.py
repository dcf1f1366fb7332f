"""Commands of the chat in the terminal: the places, the words, then a diff. No file is changed."""

import pytest
from inglenook_server.chat.answer import Answer
from inglenook_server.chat.edits.edit import Edit
from inglenook_server.cli import run
from inglenook_server.cli.answering import print_end

TEXT = "def half(n):\n    return n / 0\n"


@pytest.fixture
def root(workspace, tmp_path, monkeypatch):
    config = tmp_path / "config"
    config.mkdir()
    (config / "settings.toml").write_text('[generation]\nengine = "echo"\n')
    monkeypatch.setenv("INGLENOOK_CONFIG", str(config))
    return workspace({"a.py": TEXT})


def asked(question, root, capsys):
    code = run(["ask", question, str(root)])
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    return code, shown.out, shown.err


def scripted(monkeypatch, text):
    monkeypatch.setattr("inglenook_server.generation.echo_engine._echo", lambda prompt: text)


def test_a_fix_prints_the_diff_and_changes_nothing(root, capsys, monkeypatch):
    scripted(monkeypatch, "```python\ndef half(n):\n    return n / 2\n```\nIt divided by zero.")
    code, out, err = asked("/fix half", root, capsys)
    assert code == 0
    assert "a.py:1-2" in err
    lines = out.split("\n")
    at = lines.index("Replace half, a.py:1 (nothing is changed):")
    assert lines[at + 1 : at + 5] == ["-def half(n):", "-    return n / 0", "+def half(n):", "+    return n / 2"]
    assert (root / "a.py").read_text() == TEXT


def test_a_fix_that_may_not_be_says_why(root, capsys, monkeypatch):
    scripted(monkeypatch, "```python\ndef half(n):\n    return (n\n```")
    _, out, _ = asked("/fix half", root, capsys)
    assert "could not be parsed any more" in out
    assert "(nothing is changed)" not in out


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("/find half", "`a.py:1-2` `def half(n)`"),
        ("/define half", "a.py:1"),
        ("/fix", "Select the code that is meant, or name it"),
        ("/nothing", "There is no command `/nothing`"),
    ],
)
def test_what_needs_no_model_asks_none(root, capsys, monkeypatch, question, says):
    monkeypatch.setattr("inglenook_server.cli.answering.load_wanted", None)  # calling it would fail
    code, out, err = asked(question, root, capsys)
    assert code == 0
    assert says in out
    assert "From the index." in err


def test_long_lines_and_markup_of_code_are_printed_as_they_are(capsys):
    line = "x = [red]" + "wide " * 60 + "[0]"
    edit = Edit("a.py", 1, 1, (line,), ("\x1b[31mold",), "Change line 1")
    print_end(Answer("", (), edit=edit))
    out = capsys.readouterr().out
    assert f"\n+{line}\n" in out
    assert "\x1b" not in out
