"""Subjects of commits: the repository's style, plain subjects from facts, and a model's wording held to the frame."""

from __future__ import annotations

import pytest
from inglenook_indexer.chunks.chunk import GuardedChunker
from inglenook_indexer.types import Chunk
from inglenook_server.changes.commit import for_commit, workspace_diff
from inglenook_server.changes.commit_frame import frame_of
from inglenook_server.changes.commit_message import fit, subject_from_facts
from inglenook_server.changes.commit_style import CommitStyle, style_of
from inglenook_server.changes.symbols import How, TouchedSymbol
from inglenook_server.changes.types import Changes, FileChange, Hunk

from tests import cost
from tests.server.changes.repositories import Made

CONVENTIONAL = [
    *("feat(pool): add retry", "fix(pool): stop the workers", "docs: say how", "fix(web): close the socket"),
    *("chore: release 1.2", "feat(web)!: drop python 3.8", "not conventional at all"),
]


def symbol(name: str, how: How, parent: str = "", path: str = "src/pool.py", kind: str = "function") -> TouchedSymbol:
    return TouchedSymbol(name, kind, parent, how, path, 1, 2, 1)


def file(path: str = "src/pool.py", status: str = "modified", **more: object) -> FileChange:
    return FileChange(path, status, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("subjects", "expected"),
    [
        ([], {"prefix": "", "capitalised": True, "mood": "imperative", "max_length": 72}),
        (CONVENTIONAL, {"prefix": "conventional", "capitalised": False, "scopes": ("pool", "web"), "max_length": 50}),
        (["Added a", "Fixed b", "Removed c", "Renamed d"], {"mood": "past", "capitalised": True}),
        (["adds a", "fixes b", "removes c", "renames d"], {"mood": "present", "capitalised": False}),
        (["Copies of a", "The b", "A c", "No d"], {"mood": "imperative"}),
        (["ABC-1: fix a", "ABC-2: fix b", "ABC-30 add c", "fix d"], {"ticket": "ABC", "capitalised": False}),
        ([":bug: Fix a", ":sparkles: Add b", ":memo: Say c", ":bug: Fix d"], {"prefix": "gitmoji"}),
        (["net/http: fix a", "os: add b", "net/http: drop c", "cmd/go: fix d"], {"prefix": "component"}),
        (["[web] fix a", "[FIX] b", "[web] drop c", "Fix d"], {"prefix": "tag", "prefixes": ("[web]", "[FIX]")}),
        (["[a][b]: Fix a", "[a]: Fix b", "[a]: Add c", "x"], {"prefixes": ("[a]:", "[a][b]:"), "capitalised": True}),
        (["[web] fix a", "[web] fix b", "Fix c", "Fix d"], {"prefix": ""}),
        (["[ABC-1] Fix a", "[ABC-2] Fix b", "[ABC-3] Fix c", "Fix d"], {"prefix": "", "ticket": "ABC"}),
        (["Fix a (#12)", "Fix b (#13)", "Add c (#14)", "Add d"], {"examples": ("Fix a", "Fix b", "Add c")}),
        (["x" * 100] * 9, {"max_length": 72}),
    ],
)
def test_style(subjects: list[str], expected: dict[str, object]) -> None:
    found = style_of(subjects)
    assert {key: getattr(found, key) for key in expected} == expected


ONE = (file(),)


@pytest.mark.parametrize(
    ("files", "symbols", "expected"),
    [
        (ONE, [symbol("retry", "added", "Pool", kind="method")], "Add `retry` to Pool"),
        (ONE, [symbol("retry", "added")], "Add `retry` to pool.py"),
        (ONE, [symbol("a", "added"), symbol("b", "added")], "Add `a` and `b` to pool.py"),
        (ONE, [symbol(name, "added") for name in "abcd"], "Add `a`, `b` and 2 more to pool.py"),
        (ONE, [symbol("run", "signature", "Pool")], "Change the signature of `Pool.run`"),
        (ONE, [symbol("run", "body", "Pool")], "Change `Pool.run` in pool.py"),
        (ONE, [symbol("run", "removed", "Pool")], "Remove `run` from Pool"),
        (ONE, [symbol("a", "removed"), symbol("b", "added")], "Add `b` and remove `a`"),
        (ONE, [symbol("a", "added"), symbol("test_a", "added", path="tests/test_a.py")], "Add `a` to pool.py"),
        (ONE, [], "Change pool.py"),
        ((file("README.md"),), [], "Change README.md"),
        ((file("a.py"), file("b.py")), [], "Change 2 files"),
        ((file("a.py", "added", untracked=True),), [symbol("f", "added", path="a.py")], "Add a.py with `f`"),
        ((file("a.py", "deleted"),), [symbol("f", "removed", path="a.py")], "Remove a.py"),
        ((file("b/c.py", "renamed", old_path="a.py"),), [], "Rename a.py to c.py"),
        ((file("a.py", "added"), file("b.py", "added")), [], "Add a.py and one more file"),
        ((file("a.py"), file("b.py")), [symbol("f", "body", path="a.py"), symbol("g", "body", path="b.py")],
         "Change `f` and `g` in 2 files"),
        (ONE, [symbol("x" * 90, "added")], "Change pool.py"),
        (ONE, [symbol("x" * 40, "added"), symbol("y" * 40, "removed")], "Change 2 definitions in pool.py"),
        ((file(), file("b.py")), [symbol("x" * 40, "added"), symbol("y" * 40, "body", path="b.py")],
         "Change 2 definitions in 2 files"),
    ],
)  # fmt: skip
def test_subject_from_facts(files: tuple[FileChange, ...], symbols: list[TouchedSymbol], expected: str) -> None:
    assert subject_from_facts(frame_of(Changes(files, True), symbols, CommitStyle())) == expected


@pytest.mark.parametrize(
    ("style", "files", "branch", "expected"),
    [
        (style_of(CONVENTIONAL), ONE, "", "feat(pool): add `retry` to pool.py"),
        (style_of(CONVENTIONAL), (file("a/b.py"),), "", "feat: add `retry` to pool.py"),
        (style_of(["ABC-1 Fix a", "ABC-2 Fix b", "ABC-3 Fix c", "ABC-4 Fix d"]), ONE, "abc-77-retry",
         "ABC-77 Add `retry` to pool.py"),
        (style_of(["ABC-1 Fix a", "ABC-2 Fix b", "ABC-3 Fix c", "ABC-4 Fix d"]), ONE, "main", "Add `retry` to pool.py"),
        (style_of(["net/http: fix a", "pool: add b", "pool: drop c", "os: fix d"]), ONE, "",
         "pool: add `retry` to pool.py"),
        (style_of(["[web] Fix a", "[pool] Add b", "[web] Drop c", "[os] Fix d"]), ONE, "",
         "[pool] Add `retry` to pool.py"),
        (style_of(["[web]: Fix a", "[cli]: Add b", "[web]: Drop c", "[os]: Fix d"]), ONE, "",
         "[pool]: Add `retry` to pool.py"),
        (style_of(["[FIX] web: a", "[FEAT] cli: b", "[FIX] c", "[DOCS] d"]), ONE, "", "[FEAT] add `retry` to pool.py"),
        (style_of(["[IMP] Do a", "[IMP] Do b", "[FIX] Do c", "[REF] Do d"]),
         (file("a.py", "renamed", old_path="b.py"),), "", "[IMP] Rename b.py to a.py"),
        (style_of([":bug: Fix a", ":sparkles: Add b", ":bug: Fix d", ":bug: Fix e"]), ONE, "",
         ":sparkles: Add `retry` to pool.py"),
        (style_of(["Added a", "Fixed b", "Removed c", "Renamed d"]), ONE, "", "Added `retry` to pool.py"),
    ],
)  # fmt: skip
def test_the_repositorys_style(style: CommitStyle, files: tuple[FileChange, ...], branch: str, expected: str) -> None:
    assert subject_from_facts(frame_of(Changes(files, True), [symbol("retry", "added")], style, branch)) == expected


PLAIN = "Add `retry` to pool.py"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Let a job be tried again", "Let a job be tried again"),
        ("  let a job be tried again.\n\nMore words.", "Let a job be tried again"),
        ("**Commit message:** Adds `retry` to the pool.", "Add `retry` to the pool"),
        ("```\nAdd retry to pool.py\n```", "Add retry to pool.py"),
        ("Here is a commit message:\nAdd retry", "Add retry"),
        ('"Added retry"', "Add retry"),
        ("feat: add retry", "Add retry"),
        ("[pool] add retry", "Add retry"),
        ("Add `retries` to pool", PLAIN),
        ("Add retry_count to the pool", PLAIN),
        ("Use ThreadPool for jobs", PLAIN),
        ("Fix crash in src/other.py", PLAIN),
        ("Fix #123", PLAIN),
        ("Fix ABC-12 in pool", PLAIN),
        ("See https://example.com", PLAIN),
        ("Call foo() first", PLAIN),
        ("Pass MAX_TRIES on", "Pass MAX_TRIES on"),
        ("x" * 80, PLAIN),
        ("", PLAIN),
        ("\n\n...\n", PLAIN),
        ("Add retry\x1b[31m", "Add retry [31m"),
    ],
)
def test_fit(text: str, expected: str) -> None:
    new = "def retry():\n    return MAX_TRIES\n"
    changed = (file(new=new, hunks=(Hunk(1, 0, 1, 2),)),)
    frame = frame_of(Changes(changed, True), [symbol("retry", "added")], CommitStyle())
    assert fit(text, frame) == expected


def test_a_models_prefix_is_kept_where_it_is_one_of_the_repositorys() -> None:
    frame = frame_of(Changes(ONE, True), [symbol("retry", "added")], style_of(CONVENTIONAL))
    assert fit("fix(pool): Retry jobs", frame) == "fix(pool): retry jobs"
    assert fit("perf(core): Retry jobs", frame) == "feat(pool): retry jobs"


def test_what_is_staged_comes_first(made: Made, cutter: GuardedChunker) -> None:
    for number in range(5):
        made.commit({"src/pool.py": f"LIMIT = {number}\n"}, f"fix(pool): change the limit to {number}")
    assert for_commit(made.root, cutter, 2_000) is None
    made.write({"src/pool.py": "LIMIT = 4\n\n\ndef retry():\n    return 1\n", "b.py": "x = 1\n"})
    found = for_commit(made.root, cutter, 2_000)
    assert found is not None
    assert (found[0].staged, len(found[0].files)) == (False, 2)
    assert "+++ b/b.py" in found[1]
    made.stage("src/pool.py")
    found = for_commit(made.root, cutter, 2_000)
    assert found is not None
    frame, diff = found
    assert (frame.staged, frame.facts) == (
        True,
        ("modified src/pool.py", "added function retry in src/pool.py"),
    )
    assert subject_from_facts(frame) == "fix(pool): add `retry` to pool.py"
    assert "@@ -1,1 +1,5 @@ retry" in diff
    assert diff == workspace_diff(made.root, cutter, 2_000, staged=True)


def test_each_text_is_taken_apart_once(made: Made) -> None:
    class Counting:
        taken = 0

        def chunk(self, path: str, language: str, text: str) -> list[Chunk]:
            self.taken += 1
            return []

    made.commit({"a.py": "x = 1\n"})
    made.write({"a.py": "x = 2\n"})
    cutter = Counting()
    assert for_commit(made.root, cutter, 2_000) is not None
    assert cutter.taken == 2, "the old text and the new one"


def test_the_cost_grows_with_the_text() -> None:
    def work(text: str) -> object:
        changed = (file(new=text, hunks=(Hunk(1, 0, 1, text.count("\n") + 1),)),)
        frame = frame_of(Changes(changed, True), [symbol("retry", "added")], style_of([text, text, text, text]))
        return fit(text, frame), fit(text.replace("\n", " "), frame)

    assert cost.faults(work, "`a`", "fix(", "a_b ", "1. ", "Here is ") == []
