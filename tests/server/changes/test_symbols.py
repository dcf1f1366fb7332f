"""Which definitions a change touches, in several languages."""

from __future__ import annotations

import pytest
from inglenook_indexer.chunks.chunk import GuardedChunker
from inglenook_server.changes.lines import hunks, split
from inglenook_server.changes.symbols import touched
from inglenook_server.changes.types import FileChange

from tests import cost

PYTHON = """import os

LIMIT = 3


class Pool:
    size = 1

    def run(self, job):
        return job()

    def stop(self):
        def inner():
            return 1
        return inner()


def outside(a, b=1):
    return a
"""


def of(path: str, old: str, new: str, cutter: GuardedChunker) -> list[str]:
    ranges = tuple(hunks(split(old), split(new)))
    change = FileChange(path, "modified", old, new, ranges)
    return [f"{one.how} {one.full_name} {one.line}" for one in touched(change, cutter)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("return job()", "return job(1)", ["body Pool.run 9"]),
        ("def run(self, job):", "def run(self, job, *, retry=0):", ["signature Pool.run 9"]),
        ("def run(self, job):", "def run(\n        self,\n        job,\n    ):", ["body Pool.run 9"]),
        ("    def run(self, job):\n        return job()\n\n", "", ["removed Pool.run 9"]),
        ("def outside", "def extra():\n    return 2\n\n\ndef outside", ["added extra 18"]),
        ("def outside", "@decorated\ndef outside", ["body outside 19"]),
        ("            return 1\n", "            return 2\n", ["body Pool.stop 12"]),
        ("LIMIT = 3", "LIMIT = 4", ["body LIMIT 3"]),
        ("    size = 1", "    size = 2", ["body Pool.size 7"]),
        ("class Pool:", "class Pool(Base):", ["signature Pool 6"]),
        ("import os\n", "import sys\n", []),
        ("\n\ndef outside", "\n\n\n\n\ndef outside", []),
        ("class Pool:\n", "class Cluster:\n", ["added Cluster 6", "removed Pool 6"]),
    ],
)
def test_python(before: str, after: str, expected: list[str], cutter: GuardedChunker) -> None:
    assert before in PYTHON
    assert of("src/pool.py", PYTHON, PYTHON.replace(before, after), cutter) == expected


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("a.go", "func Run(a int) int {\n\treturn a\n}\n", "func Run(a int) int {\n\treturn 1\n}\n", ["body Run 1"]),
        (
            "a.go",
            "func Run(a int) int {\n\treturn a\n}\n",
            "func Run(b int) int {\n\treturn a\n}\n",
            ["signature Run 1"],
        ),
        (
            "a.ts",
            "function f(a: {x: number}) {\n  return 1\n}\n",
            "function f(a: {x: number}) {\n  return 2\n}\n",
            ["body f 1"],
        ),
        ("a.rs", "fn f() -> u8 {\n    1\n}\n", "fn f() -> u16 {\n    1\n}\n", ["signature f 1"]),
        ("a.md", "# One\n\nText.\n", "# One\n\nOther text.\n", ["body One 1"]),
        (
            "a.java",
            "class A {\n  int f() { return 1; }\n}\n",
            "class A {\n  int f() { return 2; }\n}\n",
            ["body A.f 2"],
        ),
    ],
)
def test_other_languages(path: str, old: str, new: str, expected: list[str], cutter: GuardedChunker) -> None:
    assert of(path, old, new, cutter) == expected


def test_a_new_file_and_one_that_is_gone(cutter: GuardedChunker) -> None:
    assert of("a.py", "", PYTHON, cutter) == ["added LIMIT 3", "added Pool 6", "added outside 18"]
    assert of("a.py", PYTHON, "", cutter) == ["removed LIMIT 3", "removed Pool 6", "removed outside 18"]


def test_definitions_of_one_name_are_told_apart(cutter: GuardedChunker) -> None:
    old = "if x:\n    def f():\n        return 1\nelse:\n    def f():\n        return 2\n"
    assert of("a.py", old, old.replace("2", "3"), cutter) == ["body f 5"]


@pytest.mark.parametrize("unit", ["def f(a):\n    return 1\n", "class A:\n  def f(\n", "@a\n", "(", "x = 1\n", "\n"])
def test_the_cost_grows_with_the_text(unit: str, cutter: GuardedChunker) -> None:
    """What a grammar costs is tested where it is used."""

    def work(text: str) -> object:
        other = f"def f(a):\n    pass\n{text}"
        return touched(FileChange("a.py", "modified", text, other, tuple(hunks(split(text), split(other)))), cutter)

    assert cost.verdict(work, cost.repeated(unit)) == ""
