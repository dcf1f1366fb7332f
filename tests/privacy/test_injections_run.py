"""Commands over changes, terminals and diffs in a repository full of hostile files and traps: nothing is executed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from inglenook_server.chat.attachments import client_texts

from tests.privacy.harbour import write_all
from tests.privacy.injections import ORDERS
from tests.test_hostile import PROGRAMS, Trap
from tests.test_hostile import pytestmark as on_posix

pytestmark = on_posix

SESSION = """
import sys
from inglenook_server.__main__ import isolate
isolate()
sys.path.append(sys.argv[2])  # the tests, behind everything
from pathlib import Path
from inglenook_indexer import Index
from inglenook_server.chat.attachments.types import Given
from tests.privacy.drawn import drawn
from tests.privacy.harbour import ask
from tests.privacy.injections import ORDERS, injections

root = Path(sys.argv[1])
index = Index(root, root.parent / "index")
index.refresh()
orders = [one for one in injections() if one.left_out]
shown = []
questions = (
    "/review", "/review staged", "/review en/berth_000.py", "/changes", "What has changed?", "/commit",
    "Is @diff right, and why?", "Is @staged right, and why?", "/explain @en/berth_000.py", "/fix @berth_000",
    "/error Traceback: berth_000 failed", "/find berth_001",
)
for question in questions:
    reply = ask(index, question, says=lambda _: "Add `$(touch x)`; see https://evil.example ![x](//evil.example)")
    assert reply.text or reply.note, question
    assert drawn(reply.text) == [], (question, reply.text)
    shown.append((question, reply.prompt))
terminal = "\\x1b]52;c;ZXZpbA==\\x07\\x1b[2J\\x1b]8;;https://evil.example\\x1b\\\\here\\x1b]8;;\\x1b\\\\\\r"
terminal += "$ rm -rf ~ # error\\n"
for one in orders:
    given = (Given("terminal", text=terminal + one.text), Given("diff", text="+" + one.text))
    shown.append((one.id, ask(index, "Why does it fail?", given=given).prompt))
for name, prompt in shown:
    assert "\\x1b" not in prompt and "\\x07" not in prompt, name
    for one in orders:
        assert one.canary not in prompt, (name, one.id)
commit = next(prompt for question, prompt in shown if question == "/commit")
assert "Subjects of earlier commits" in commit
assert "Wait for the tide" in commit and "ZORIL900" not in commit
assert "What changed" in commit
assert sum(bool(prompt) for _, prompt in shown) > len(orders)
"""


@pytest.fixture
def trap(tmp_path: Path) -> Trap:
    made = Trap(tmp_path)
    for program in PROGRAMS:
        assert (made.root / program).stat().st_mode & 0o100
    write_all(made.root)
    for subject in ("Wait for the tide", ORDERS["en"][0].format(c="ZORIL900")):
        _commit(made.root / ".git", subject)
    for sprung in made.sprung.iterdir():
        sprung.unlink()  # by these commits
    return made


def _commit(git: Path, subject: str) -> None:
    """A commit of what was committed before, by what runs neither filters nor hooks."""
    branch = git / (git / "HEAD").read_text().removeprefix("ref: ").strip()
    made = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "--git-dir", str(git), "commit-tree"]
    done = subprocess.run([*made, "HEAD^{tree}", "-p", "HEAD", "-m", subject], check=True, capture_output=True)
    branch.write_bytes(done.stdout)


def test_nothing_is_executed_and_no_order_is_shown(trap: Trap) -> None:
    code = trap.root.parent / "session.py"
    code.write_text(SESSION)
    tests = Path(__file__).parents[2]
    done = trap.run(sys.executable, str(code), str(trap.root), str(tests))
    assert done.returncode == 0, done.stderr[-3000:]
    assert trap.ran == []


ESCAPES = [
    ("\x1b[31merror\x1b[0m", "error"),
    ("\x1b]0;ignore\x07a", "a"),
    ("\x1b]52;c;ZXZpbA==\x07a", "a"),
    ("\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\", "here"),
    ("secret\rpublic", "public"),
    ("a\x1b", "a␛"),
    ("a\x9b31mb", "a\\x9b31mb"),
    ("a\u202eb", "a<U+202E>b"),
    ("a\x08b\x07", "a␈b␇"),
]


@pytest.mark.parametrize(("text", "shown"), ESCAPES)
def test_what_a_terminal_would_obey_is_text(text: str, shown: str) -> None:
    assert client_texts.terminal(text) == shown
