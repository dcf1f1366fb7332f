import pytest
from inglenook_indexer.types import Symbol
from inglenook_server.chat.edits.edit import Edit, Refusal
from inglenook_server.chat.edits.propose import CUT, propose
from inglenook_server.completion.syntax.blocks import Syntax

FILES = {
    "a.py": ("def half(n):\n    return n / 0\n", Symbol("half", "function", "a.py", 1, 2, "python")),
    "a.go": ("func half(n int) int {\n\treturn n / 0\n}\n", Symbol("half", "function", "a.go", 1, 3, "go")),
    "a.unknown": ("def half(n):\n    return n / 0\n", Symbol("half", "function", "a.unknown", 1, 2, "text")),
}


def proposed(path: str, code: str) -> Edit | Refusal:
    text, symbol = FILES[path]
    return propose(f"So:\n```\n{code}\n```\n", path, text.splitlines(), [symbol], 1, symbol.end_line, Syntax())


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("a.py", "def half(n):\n    return n / 2"),
        ("a.go", "func half(n int) int {\n\treturn n / 2\n}"),
        ("a.unknown", "def half(n):\n    return (n"),
    ],
)
def test_a_sound_change_is_proposed(path, code):
    edit = proposed(path, code)
    assert isinstance(edit, Edit)
    assert edit.title == "Replace half"


@pytest.mark.parametrize(
    ("path", "code"), [("a.py", "def half(n):\n    return (n"), ("a.go", "func half(n int) int {\n\treturn n / 2")]
)
def test_a_change_that_breaks_the_file_is_refused(path, code):
    refusal = proposed(path, code)
    assert isinstance(refusal, Refusal)
    assert "parsed" in refusal.sentence


def test_an_answer_without_code():
    assert isinstance(propose("I can't.", "a.py", ["x = 1"], [], 1, 1, Syntax()), Refusal)


@pytest.mark.parametrize(
    ("answer", "cut", "refused"),
    [
        ("```\ndef half(n):\n    return n / 2", True, True),
        ("```\ndef half(n):\n    return n / 2\n```\nand\n```\n", True, True),
        ("```\ndef half(n):\n    return n / 2\n```\nThis is", True, False),
        ("```\ndef half(n):\n    return n / 2", False, False),
    ],
)
def test_code_that_was_cut_is_not_proposed(answer, cut, refused):
    text, symbol = FILES["a.py"]
    found = propose(answer, "a.py", text.splitlines(), [symbol], 1, 2, Syntax(), cut=cut)
    assert (found == Refusal(CUT)) is refused
    assert isinstance(found, Edit) is not refused
