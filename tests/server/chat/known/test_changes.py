"""What has changed, in whole answers: of real repositories, with a real index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from inglenook_indexer import Index
from inglenook_indexer.chunks.chunk import GuardedChunker
from inglenook_server.changes.types import Unreadable
from inglenook_server.chat.known.changes import changes_answer, unreadable
from inglenook_server.chat.known.last_commit import last_commit_answer
from inglenook_server.chat.known.markdown import code
from inglenook_server.chat.known.phrases import say
from inglenook_server.chat.known.types import Span
from inglenook_server.chat.questions.forms import Question

from tests.server.changes.repositories import Made

POOL = """class Pool:
    def run(self, job):
        return job()


def retry(job, times):
    return job()


def normal(text):
    return text
"""
WEB = """from src.pool import Pool, normal, retry


def handle(job):
    return retry(job, 3)


def page(rng):
    return rng.normal(1), normal("x")
"""
TEST = """from src.pool import retry


def test_retry():
    assert retry(int, 1) == 0
"""
FILES = {"src/pool.py": POOL, "src/web.py": WEB, "tests/test_pool.py": TEST, "README.md": "# Pools\n\nThey run.\n"}


@pytest.fixture(scope="module")
def cutter() -> GuardedChunker:
    return GuardedChunker()


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    one = Made(tmp_path / "repository")
    one.commit(dict(FILES))
    yield one
    one.repo.close()


def answered(made: Made, cutter: GuardedChunker, question: Question) -> tuple[str, tuple[Span, ...], str]:
    index = Index(made.root)
    index.refresh()
    try:
        found = changes_answer(question, index, made.root, cutter)
    finally:
        index.close()
    return found.text, found.spans, found.subject


ALL = Question("changes")


def test_what_a_change_touches_and_reaches(made: Made, cutter: GuardedChunker) -> None:
    changed = POOL.replace("def retry(job, times):", "def retry(job, times, pause=0):").replace(
        "return job()\n\n\ndef r", "return 1\n\n\ndef r"
    )
    made.write({"src/pool.py": changed, "notes.py": "def note():\n    return 1\n", "README.md": None})
    text, spans, subject = answered(made, cutter, ALL)
    assert text == (
        "3 files have changed since the last commit: 1 modified, 1 deleted, 1 new and not known to git yet.\n"
        "\n"
        "- `src/pool.py` was modified, in 2 places from line 3: 2 lines are new, 2 lines are gone.\n"
        "  - `Pool.run` has changed inside, at `src/pool.py:2-3`.\n"
        "  - `retry` has a new signature, at `src/pool.py:6-7`.\n"
        "- `README.md` was deleted.\n"
        "- `notes.py` is new and not known to git yet. It defines `note` (`notes.py:1-2`).\n"
        "\n"
        "- `retry` has a new signature, and one place that uses it was not changed: `src/web.py:5` in `handle`.\n"
        "\n"
        "Tests that name what has changed: `tests/test_pool.py:5` (`retry`)."
    )
    assert spans == (
        *(Span("src/pool.py", 2, 3), Span("src/pool.py", 6, 7), Span("notes.py", 1, 2)),
        *(Span("src/web.py", 5, 5), Span("tests/test_pool.py", 5, 5)),
    )
    assert subject == ""


def test_a_definition_that_was_removed_is_missed(made: Made, cutter: GuardedChunker) -> None:
    made.write({"src/pool.py": POOL[: POOL.index("def normal")].rstrip() + "\n"})
    text, _, subject = answered(made, cutter, ALL)
    assert "`normal` (function) was removed; it began at line 10." in text
    assert "`normal` was removed, and one place still names it: `src/web.py:9` in `page`." in text
    assert "The index knows of no test that names what has changed." in text
    assert subject == "normal"


def test_a_file_that_was_removed_is_missed(made: Made, cutter: GuardedChunker) -> None:
    made.write({"src/pool.py": None})
    text, _, _ = answered(made, cutter, ALL)
    assert "`retry` was removed, and one place still names it: `src/web.py:5` in `handle`." in text
    assert "`tests/test_pool.py:5` (`retry`)" in text


def test_callers_that_were_changed_too_are_not_told(made: Made, cutter: GuardedChunker) -> None:
    made.write({"src/pool.py": POOL.replace("times):", "times=1):"), "src/web.py": WEB.replace("job, 3", "job")})
    text, _, _ = answered(made, cutter, ALL)
    assert "`handle` has changed inside" in text
    assert "that uses it was not changed" not in text


def test_another_thing_of_that_name_is_not_taken_for_it(made: Made, cutter: GuardedChunker) -> None:
    made.write({"src/pool.py": POOL.replace("return text", "return text + ''")})
    text, _, _ = answered(made, cutter, ALL)
    assert "`normal` is used in one place that was not changed: `src/web.py:9` in `page`." in text


def test_where_it_is_not_sure_what_is_meant_it_says_so(made: Made, cutter: GuardedChunker) -> None:
    made.commit({"src/go.py": "def go(pool):\n    return pool.run(1)\n"}, "Go")
    made.write({"src/pool.py": POOL.replace("def run(self, job):", "def run(self, job, times):")})
    text, _, _ = answered(made, cutter, ALL)
    assert "- One place uses something that is called `Pool.run`; whether it is this one can't be told." in text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (ALL, "Nothing has changed since the last commit."),
        (Question("changes", staged=True), "Nothing is staged."),
        (Question("changes", path="src/pool.py"), "Nothing in `src/pool.py` has changed since the last commit."),
        (Question("changes", subject="src/", staged=True), "Nothing in `src` is staged."),
        (Question("changes", language="de"), "Seit dem letzten Commit hat sich nichts geändert."),
        (Question("changes", unstaged=True), "Everything that has changed is staged."),
        (Question("changes", unstaged=True, path="src"), "Nothing in `src` has changed without being staged."),
        (
            Question("changes", path="src/pol.py"),
            "The index has no file or folder `src/pol.py`.\n\n"
            "These paths are written much like it:\n\n- `src/pool.py:1`",
        ),
        (Question("changes", subject="zanzibar.py", staged=True), "The index has no file or folder `zanzibar.py`."),
    ],
)
def test_nothing(made: Made, cutter: GuardedChunker, question: Question, expected: str) -> None:
    assert answered(made, cutter, question)[0] == expected


def test_staged_alone(made: Made, cutter: GuardedChunker) -> None:
    made.write({"src/pool.py": POOL.replace("return text", "return 1")})
    made.stage("src/pool.py")
    made.write({"src/web.py": WEB.replace("3", "4"), "src/pool.py": POOL})
    text, _, _ = answered(made, cutter, Question("changes", staged=True))
    assert text.startswith("One changed file is staged: 1 modified.\n\n- `src/pool.py` was modified, from line 11")
    assert "web.py` was modified" not in text


def test_unstaged_alone(made: Made, cutter: GuardedChunker) -> None:
    made.write({"src/pool.py": POOL.replace("return text", "return 1"), "README.md": "# Staged\n"})
    made.stage("src/pool.py", "README.md")
    made.write({"src/web.py": WEB.replace("3", "4"), "README.md": "# Staged\n\nAnd not.\n", "new.md": "new\n"})
    text, _, _ = answered(made, cutter, Question("changes", unstaged=True))
    assert text.startswith("3 files have changes that are not staged: 2 modified, 1 new and not known to git yet.\n")
    assert "- `README.md` was modified, from line 2: 2 lines are new.\n" in text
    assert "- `src/web.py` was modified, from line 5: one line is new, one line is gone.\n" in text
    assert "`src/pool.py` was modified" not in text


def test_unstaged_before_the_first_commit(tmp_path: Path, cutter: GuardedChunker) -> None:
    one = Made(tmp_path / "fresh")
    one.write({"a.py": "x = 1\n", "b.md": "b\n"})
    one.stage("a.py")
    text, _, _ = answered(one, cutter, Question("changes", unstaged=True))
    one.repo.close()
    assert text == (
        "One file has changes that are not staged: 1 new and not known to git yet.\n\n"
        "- `b.md` is new and not known to git yet."
    )


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (ALL, "One file has changed since the last commit, but the index leaves it out by its rules"),
        (Question("changes", staged=True), "One changed file is staged, but the index leaves it out by its rules"),
        (Question("changes", unstaged=True), "Everything that has changed is staged."),
    ],
)
def test_what_is_left_out_is_not_nothing(made: Made, cutter: GuardedChunker, question: Question, expected: str) -> None:
    made.write({".env": "TOKEN=1\n"})
    made.stage(".env")
    text, _, _ = answered(made, cutter, question)
    assert text.startswith(expected)
    assert "more" not in text


def test_the_last_commit(made: Made) -> None:
    made.commit({"src/web.py": WEB + "\n", "gone.py": "x = 1\n", ".env": "TOKEN=1\n"}, "Page *twice*\n\nMore.\n")
    name = made.repo.head().decode()
    found = last_commit_answer("en", made.root)
    assert found.text == (
        f"The last commit is `{name[:10]}`, made by A on 2023-11-14 22:13 +0000: Page \\*twice\\*\n\n"
        "It changed 2 files: `gone.py`, `src/web.py`.\n\n"
        "One file of it is left out of the index by its rules, and not told of."
    )
    assert found.spans == (Span("gone.py", 1, 1), Span("src/web.py", 1, 1))


def test_the_last_commit_where_there_is_none(tmp_path: Path) -> None:
    one = Made(tmp_path / "fresh")
    one.repo.close()
    assert last_commit_answer("en", one.root).text == "There is no commit yet."
    (tmp_path / "bare").mkdir()
    assert "no git repository" in last_commit_answer("en", tmp_path / "bare").text


def test_before_the_first_commit(tmp_path: Path, cutter: GuardedChunker) -> None:
    one = Made(tmp_path / "fresh")
    one.write({"a.py": "x = 1\n"})
    text, _, _ = answered(one, cutter, ALL)
    one.repo.close()
    assert text.endswith("There is no commit yet, so every file counts as new.")
    assert "`a.py` is new and not known to git yet. It defines `x` (`a.py:1`)." in text


def test_without_an_index(made: Made, cutter: GuardedChunker) -> None:
    made.write({"src/pool.py": POOL.replace("return text", "return 1")})
    found = changes_answer(ALL, Index(made.root), made.root, cutter)
    assert found.text.endswith("The workspace has no index yet, so callers and tests can't be named.")


def test_hostile_names_make_no_markup(made: Made, cutter: GuardedChunker) -> None:
    try:
        made.write({"a`b<img src=x>.py": "x = 1\n", "[link](http:x).md": "x\n"})
    except OSError:
        pytest.skip("this system takes no such names")
    text, _, _ = answered(made, cutter, ALL)
    assert "- ``a`b<img src=x>.py`` is new" in text
    assert "`[link](http:x).md`" in text or "[link](http:" not in text


@pytest.mark.parametrize("reason", ["none", "sha256", "reftable", "split", "sparse", "large", "missing", "damaged"])
def test_every_reason_is_a_sentence(reason: str) -> None:
    said = unreadable(Unreadable(reason, "a" * 100), "en")  # type: ignore[arg-type]
    assert said.endswith(".")
    assert "{" not in said
    assert "a" * 61 not in said


@pytest.mark.parametrize(
    ("text", "expected"), [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("a\nb", "`a b`"), ("", "`  `")]
)
def test_code(text: str, expected: str) -> None:
    assert code(text) == expected


def test_say() -> None:
    assert say("en", "changes.submodules", count=1) == "One submodule was passed over."
    assert say("xx", "changes.submodules", count=2) == "2 submodules were passed over."
    with pytest.raises(KeyError):
        say("en", "changes.nowhere")
