import threading

import pytest
from inglenook_indexer import Index
from inglenook_indexer.errors import StoreBlocked, WorkspaceError
from inglenook_server.runtime.status import SessionStatus
from inglenook_server.runtime.workers import Worker
from inglenook_server.workspace.index_updater import IndexUpdater
from inglenook_server.workspace.workspace import Workspace

from tests.waiting import TIMEOUT_S, until


@pytest.fixture
def make(workspace):
    made = []

    def make(files):
        place, worker, status, changes = Workspace(workspace(files)), Worker("test"), SessionStatus(), []
        updater = IndexUpdater(place, worker, status.add_folder(), lambda: changes.append(1))
        made.append((updater, worker, place))
        return updater, worker, place, status, changes

    yield make
    for updater, worker, place in made:
        updater.close()
        worker.close(place.index.close)


def drain(worker):
    worker.submit(lambda _: None, urgency=8).future.result(TIMEOUT_S)


def test_refresh_update_and_unsaved_text(make):
    updater, worker, place, status, changes = make({"a.py": "def alpha():\n    pass\n"})
    assert updater.refresh().future.result(TIMEOUT_S).files == 1
    assert (status.facts.files, status.facts.indexing) == (1, "")

    (place.root / "b.py").write_text("def bravo():\n    pass\n")
    updater.changed([place.root / "b.py"])
    drain(worker)
    assert status.facts.files == 2
    assert place.index.search("bravo")[0].chunk.path == "b.py"

    updater.edited("a.py", "def charlie():\n    pass\n")
    until(lambda: place.index.search("charlie")[0].chunk.path == "a.py")
    updater.edited("a.py", None)
    until(lambda: "charlie" not in place.index.search("charlie")[0].chunk.text)
    assert len(changes) == 2


def test_many_hints_are_one_job(make):
    updater, worker, place, _, changes = make({"a.py": "x = 1\n"})
    updater.refresh().future.result(TIMEOUT_S)
    release = threading.Event()
    worker.submit(lambda _: release.wait(30))
    for number in range(20):
        (place.root / f"m{number}.py").write_text("y = 2\n")
        updater.changed([place.root / f"m{number}.py"])
        updater.edited("a.py", f"z = {number}\n")
    before = len(changes)
    release.set()
    drain(worker)
    assert len(changes) == before + 1
    assert len(place.index.files()) == 21
    until(lambda: "z = 19" in place.index.search("z")[0].chunk.text)


def test_unsaved_text_does_not_wait_for_a_run_under_way(make):
    updater, worker, place, _, _ = make({"a.py": "x = 1\n"})
    updater.refresh().future.result(TIMEOUT_S)
    release = threading.Event()
    worker.submit(lambda _: release.wait(30))
    updater.edited("a.py", "def unsaved_name():\n    pass\n")
    until(lambda: "unsaved_name" in place.index.search("unsaved_name")[0].chunk.text)
    release.set()


def test_another_writer_is_waited_for(make, monkeypatch):
    monkeypatch.setattr("inglenook_server.workspace.index_updater.BUSY_RETRY_S", 0.05)
    updater, worker, place, status, _ = make({"a.py": "x = 1\n"})
    other = Index(place.root)
    updater.refresh().future.result(TIMEOUT_S)
    (place.root / "b.py").write_text("y = 2\n")
    with other._access.writing.held():
        updater.changed([place.root / "b.py"])
        drain(worker)
        assert status.facts.files == 1
        assert status.facts.index_problem == ""
    done = threading.Event()
    for _ in range(200):
        if status.facts.files == 2:
            break
        done.wait(0.05)
    assert status.facts.files == 2


def test_why_a_file_is_excluded_is_asked_anew_after_a_change(make):
    updater, _, place, _, _ = make({"a.py": "x = 1\n", ".gitignore": "a.py\n"})
    assert place.reason_excluded("a.py")
    (place.root / ".gitignore").write_text("")
    assert place.reason_excluded("a.py")
    updater.changed([place.root / ".gitignore"])
    updater.refresh().future.result(TIMEOUT_S)
    assert place.reason_excluded("a.py") is None
    assert place.relative(place.root / "a.py") == "a.py"
    assert place.relative(place.root.parent / "elsewhere.py") is None


def test_a_folder_that_is_gone_is_said_and_nothing_of_it_is_served(make):
    updater, worker, place, status, _ = make({"a.py": "def alpha():\n    pass\n"})
    updater.refresh().future.result(TIMEOUT_S)
    place.index.search("alpha")
    away = place.root.with_name("away")
    place.root.rename(away)
    updater.changed([place.root])
    drain(worker)
    assert f"The folder {place.root} is gone." in status.facts.index_problem
    with pytest.raises(WorkspaceError):
        place.index.search("alpha")
    away.rename(place.root)
    updater.changed([place.root])
    drain(worker)
    assert (status.facts.index_problem, status.facts.files) == ("", 1)
    assert place.index.search("alpha")[0].chunk.path == "a.py"


def test_an_index_that_cant_be_written_is_still_counted_and_searched(make):
    updater, _, place, status, _ = make({"a.py": "def alpha():\n    pass\n"})
    Index(place.root).refresh()
    lock = place.index.folder / "writer.lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()  # what nobody can lock
    with pytest.raises(StoreBlocked):
        updater.refresh().future.result(TIMEOUT_S)
    assert "can't be written" in status.facts.index_problem
    assert status.facts.files == 1
    assert place.index.search("alpha")[0].chunk.path == "a.py"


def test_what_is_ignored_while_the_server_runs_is_gone(make):
    updater, worker, place, _, _ = make({"a.py": "def alpha():\n    pass\n", "b.py": "def okapi():\n    pass\n"})
    updater.refresh().future.result(TIMEOUT_S)
    updater.edited("b.py", "def okapi_unsaved():\n    pass\n")
    until(lambda: "okapi_unsaved" in place.index.search("okapi_unsaved")[0].chunk.text)
    (place.root / ".gitignore").write_text("/b.*\n")
    updater.changed([place.root / ".gitignore"])
    drain(worker)
    assert all(hit.chunk.path != "b.py" for hit in place.index.search("okapi okapi_unsaved"))
    stored = b"".join(file.read_bytes() for file in place.index.folder.rglob("*") if file.is_file())
    assert b"okapi" not in stored
    assert b"b.py" not in stored
