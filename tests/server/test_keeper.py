import threading

import pytest
from inglenook_indexer import Index
from inglenook_server.keeper import Keeper
from inglenook_server.status import Board
from inglenook_server.workers import Worker
from inglenook_server.workspace import Workspace

from tests.waiting import TIMEOUT_S, until


@pytest.fixture
def make(workspace):
    made = []

    def make(files):
        place, worker, board, changes = Workspace(workspace(files)), Worker("test"), Board(), []
        keeper = Keeper(place, worker, board.share(), lambda: changes.append(1))
        made.append((keeper, worker, place))
        return keeper, worker, place, board, changes

    yield make
    for keeper, worker, place in made:
        keeper.close()
        worker.close(place.index.close)


def drain(worker):
    worker.submit(lambda _: None, urgency=8).future.result(TIMEOUT_S)


def test_refresh_update_and_unsaved_text(make):
    keeper, worker, place, board, changes = make({"a.py": "def alpha():\n    pass\n"})
    assert keeper.refresh().future.result(TIMEOUT_S).files == 1
    assert (board.facts.files, board.facts.indexing) == (1, "")

    (place.root / "b.py").write_text("def bravo():\n    pass\n")
    keeper.changed([place.root / "b.py"])
    drain(worker)
    assert board.facts.files == 2
    assert place.index.search("bravo")[0].chunk.path == "b.py"

    keeper.edited("a.py", "def charlie():\n    pass\n")
    until(lambda: place.index.search("charlie")[0].chunk.path == "a.py")
    keeper.edited("a.py", None)
    until(lambda: "charlie" not in place.index.search("charlie")[0].chunk.text)
    assert len(changes) == 2


def test_many_hints_are_one_job(make):
    keeper, worker, place, _, changes = make({"a.py": "x = 1\n"})
    keeper.refresh().future.result(TIMEOUT_S)
    release = threading.Event()
    worker.submit(lambda _: release.wait(30))
    for number in range(20):
        (place.root / f"m{number}.py").write_text("y = 2\n")
        keeper.changed([place.root / f"m{number}.py"])
        keeper.edited("a.py", f"z = {number}\n")
    before = len(changes)
    release.set()
    drain(worker)
    assert len(changes) == before + 1
    assert len(place.index.files()) == 21
    until(lambda: "z = 19" in place.index.search("z")[0].chunk.text)


def test_unsaved_text_does_not_wait_for_a_run_under_way(make):
    keeper, worker, place, _, _ = make({"a.py": "x = 1\n"})
    keeper.refresh().future.result(TIMEOUT_S)
    release = threading.Event()
    worker.submit(lambda _: release.wait(30))
    keeper.edited("a.py", "def unsaved_name():\n    pass\n")
    until(lambda: "unsaved_name" in place.index.search("unsaved_name")[0].chunk.text)
    release.set()


def test_another_writer_is_waited_for(make, monkeypatch):
    monkeypatch.setattr("inglenook_server.keeper.BUSY_RETRY_S", 0.05)
    keeper, worker, place, board, _ = make({"a.py": "x = 1\n"})
    other = Index(place.root)
    keeper.refresh().future.result(TIMEOUT_S)
    (place.root / "b.py").write_text("y = 2\n")
    with other._access.writing.held():
        keeper.changed([place.root / "b.py"])
        drain(worker)
        assert board.facts.files == 1
        assert board.facts.index_problem == ""
    done = threading.Event()
    for _ in range(200):
        if board.facts.files == 2:
            break
        done.wait(0.05)
    assert board.facts.files == 2


def test_why_a_file_is_excluded_is_asked_anew_after_a_change(make):
    keeper, _, place, _, _ = make({"a.py": "x = 1\n", ".gitignore": "a.py\n"})
    assert place.reason_excluded("a.py")
    (place.root / ".gitignore").write_text("")
    assert place.reason_excluded("a.py")
    keeper.changed([place.root / ".gitignore"])
    keeper.refresh().future.result(TIMEOUT_S)
    assert place.reason_excluded("a.py") is None
    assert place.relative(place.root / "a.py") == "a.py"
    assert place.relative(place.root.parent / "elsewhere.py") is None
