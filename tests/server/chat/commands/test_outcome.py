"""What a model's text comes to, in a real index."""

import pytest
from inglenook_indexer import Index
from inglenook_server.chat.commands.outcome import outcome
from inglenook_server.chat.commands.task import Target, Task
from inglenook_server.chat.edits.propose import CUT

FILES = {
    "shop.go": "package shop\n\n// Half is old.\n//go:noinline\nfunc Half(n int) int {\n\treturn n / 0\n}\n",
    "shop.py": "def half(n):\n    return n / 0\n",
}
GO = "func Half(n int) int {\n\treturn n / 0\n}"
PYTHON = "def half(n):\n    return n / 0"


@pytest.fixture
def index(workspace):
    made = Index(workspace(FILES))
    made.refresh()
    yield made
    made.close()


def test_documentation_above_the_chosen_lines_is_proposed(index):
    came = outcome(Task("doc", Target("shop.go", 5, 7, GO, "go", "Half"), "", ()), "Give half of `n`.", index)
    assert came.edit is not None, came.note
    assert came.edit.applied(FILES["shop.go"].split("\n"))[2:5] == [
        "// Half: Give half of `n`.",
        "//go:noinline",
        "func Half(n int) int {",
    ]


@pytest.mark.parametrize("kind", ["fix", "tests"])
@pytest.mark.parametrize("cut", [True, False])
def test_code_that_was_cut_comes_to_nothing(index, kind, cut):
    code = "def half(n):\n    return n / 2" if kind == "fix" else "def test_half():\n    assert half(2) == 1"
    task = Task(kind, Target("shop.py", 1, 2, PYTHON, "python", "half"), "", ())
    came = outcome(task, f"```python\n{code}", index, cut=cut)
    assert (came.note == CUT) is cut
    assert (came.edit is None) is cut
