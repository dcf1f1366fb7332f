"""/changes, /review and /commit in real repositories."""

import pytest
from inglenook_indexer import Index
from inglenook_indexer.system import processes
from inglenook_server.chat.commands.changes import NO_FOLDER, UNCHANGED
from inglenook_server.chat.prepare import prepare
from inglenook_server.chat.request import Repository, make_request

from tests.server.changes.repositories import Made
from tests.server.chat.asking import ask


@pytest.fixture
def index(tmp_path):
    made = Made(tmp_path / "shop")
    made.commit({"a.py": "def half(n):\n    return n / 2\n", "b.py": "from a import half\n\nx = half(2)\n"}, "Add half")
    index = Index(made.root)
    index.refresh()
    index.made = made
    yield index
    made.repo.close()
    index.close()


def change(index, stage=False):
    index.made.write({"a.py": "def half(n):\n    return n / 3\n"})
    if stage:
        index.made.stage("a.py")
    index.refresh()


def test_what_changed_needs_no_model(index):
    change(index)
    for question in ("/changes", "What has changed?"):
        asked = ask(question, index)
        assert asked.reply.origin == "index"
        assert "half" in asked.reply.text
        assert "b.py" in asked.reply.text, "who calls it and was not touched"
    assert "half" not in ask("/changes staged", index).reply.text
    assert "half" in ask("/changes a.py", index).reply.text
    assert "half" in ask("/changes @a.py", index).reply.text


def test_a_review_needs_no_model(index):
    change(index)
    assert "`b.py:3`" in ask("/review", index).reply.text


def test_a_review_is_no_part_of_what_is_prepared(index, monkeypatch):
    """What is prepared holds up every search, and linters take seconds."""
    change(index)
    monkeypatch.setattr(processes, "python", lambda *_, **__: pytest.fail("a linter ran"))
    request = make_request("/review", repository=Repository(index.root, index))
    prepared = prepare(request, index)
    assert (prepared.known, prepared.task, prepared.places) == (None, None, ())
    assert prepared.review is not None


def test_a_review_that_is_stopped_says_nothing(index):
    change(index)
    asked = ask("/review", index, cancelled=lambda _: True)
    assert (asked.reply.text, asked.streamed, asked.reply.stop_reason) == ("", "", "cancelled")


@pytest.mark.parametrize("command", ["changes", "review", "commit"])
def test_without_a_folder_or_a_repository(command, workspace):
    assert ask(f"/{command}").reply.text == NO_FOLDER
    bare = Index(workspace({"a.py": "x = 1\n"}))
    bare.refresh()
    assert ask(f"/{command}", bare).reply.text.endswith(".")
    bare.close()


def test_nothing_to_commit(index):
    assert ask("/commit", index).reply.text == UNCHANGED


@pytest.mark.parametrize(
    ("says", "subject"),
    [("Divide by three in half", "Divide by three in half"), ("", "half"), ("```\nx\n```\n" * 30, "")],
)
def test_a_subject_for_what_is_staged(index, says, subject):
    change(index, stage=True)
    asked = ask("/commit", index, says)
    assert asked.reply.text.startswith("A subject for what is staged:\n\n```\n")
    assert asked.streamed == asked.reply.text, "nothing is shown before it is in its frame"
    lines = asked.reply.text.split("\n")
    assert (len(lines), lines[-1]) == (5, "```"), "one line"
    assert subject in lines[3]
    assert "n / 3" in asked.reply.prompt


def test_a_commit_that_is_cancelled_says_nothing(index):
    change(index)
    asked = ask("/commit", index, "Divide by three in half", cancelled=lambda _: True)
    assert (asked.reply.text, asked.streamed, asked.reply.stop_reason) == ("", "", "cancelled")


def test_unstaged_changes_are_said_to_be(index):
    change(index)
    assert ask("/commit", index, "Divide").reply.text.startswith("Nothing is staged; this is")


def test_changes_that_cant_be_read_are_said_to_the_user_and_not_to_the_model(workspace):
    bare = Index(workspace({"a.py": "x = 1\n"}))
    bare.refresh()
    asked = ask("Does @diff keep what was promised to all who use it?", bare, "Yes.")
    why = "This workspace is in no git repository"
    assert f"changes: {why}" in asked.reply.note
    assert why not in asked.reply.prompt
    bare.close()
