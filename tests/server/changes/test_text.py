"""Changes as a diff for a prompt: bounded, with what matters first, and nothing that is masked."""

from __future__ import annotations

import pytest
from inglenook_server.changes.lines import hunks, split
from inglenook_server.changes.symbols import TouchedSymbol
from inglenook_server.changes.text import diff_text
from inglenook_server.changes.types import Changes, FileChange

from tests import cost

OLD = "".join(f"line {number}\n" for number in range(1, 31))
NEW = OLD.replace("line 5\n", "line five\n").replace("line 20\n", "line twenty\nline more\n")


def change(path: str = "a.py", old: str = OLD, new: str = NEW) -> FileChange:
    return FileChange(path, "modified", old, new, tuple(hunks(split(old), split(new))))


def test_a_diff() -> None:
    symbols = {"a.py": [TouchedSymbol("f", "function", "", "body", "a.py", 18, 24, 2)]}
    assert diff_text(Changes((change(),), False), symbols, 10_000) == (
        "--- a/a.py\n+++ b/a.py\n"
        "@@ -3,5 +3,5 @@\n line 3\n line 4\n-line 5\n+line five\n line 6\n line 7\n"
        "@@ -18,5 +18,6 @@ f\n line 18\n line 19\n-line 20\n+line twenty\n+line more\n line 21\n line 22"
    )
    short = diff_text(Changes((change(),), False), symbols, 200)
    assert "@@ -18,5 +18,6 @@ f" in short, "the hunk that touches a definition comes first"
    assert short.endswith("(One more change is not shown.)")


def test_files_without_lines() -> None:
    files = (
        FileChange("a.bin", "modified", unread="binary"),
        FileChange("b.py", "renamed", old_path="a.py"),
        FileChange("c.py", "deleted", "x = 1\n", "", tuple(hunks(["x = 1"], []))),
    )
    assert diff_text(Changes(files, False), {}, 1_000).split("\n") == [
        *("--- a/c.py", "+++ /dev/null", "@@ -1,1 +1,0 @@", "-x = 1"),
        *("--- a/a.bin", "+++ b/a.bin", "(binary)", "rename from a.py", "rename to b.py"),
    ]


@pytest.mark.parametrize("limit", [0, 1, 40, 60, 100, 300, 1_000, 100_000])
def test_it_is_never_longer_than_it_may_be(limit: int) -> None:
    files = tuple(
        change(f"f{number}.py", OLD, OLD.replace(f"line {number}\n", "x" * 500 + "\n")) for number in range(1, 20)
    )
    assert len(diff_text(Changes(files, False), {}, limit)) <= limit


def test_nothing() -> None:
    assert diff_text(Changes((), False), {}, 100) == ""


def test_the_cost_grows_with_the_text() -> None:
    def work(text: str) -> object:
        return diff_text(Changes((change(old=text, new=text[::-1]),), False), {}, 5_000)

    assert cost.faults(work, "a\nb\n") == []
