"""Changes from outside, as a real watcher and a real git tell them, and as an editor tells them again."""

import shutil
import subprocess
import threading
import time
from contextlib import contextmanager

import pytest
from inglenook_indexer.update.write import Writer
from inglenook_server.runtime.status import SessionStatus
from inglenook_server.runtime.workers import Worker
from inglenook_server.workspace.index_updater import IndexUpdater
from inglenook_server.workspace.workspace import Workspace

from tests.waiting import TIMEOUT_S, until

CHANGED, ADDED, REMOVED = 4_500, 250, 250
"""Files that differ between the branches: 5,000."""
PARTS = 3
"""A busy machine may give the last of the events more than the watcher's pause after git is done; a quiet one has 1."""


class Kept:
    """An updater with its watcher, and what its updates came to."""

    def __init__(self, root):
        self.place, self.worker, self.status = Workspace(root), Worker("test-index"), SessionStatus()
        self.reports, self.told = [], []
        self.stop_at_once = False
        self.updater = IndexUpdater(self.place, self.worker, self.status.add_folder(), lambda: None)
        self.updater.show = self.show
        update = self.place.index.update

        def recorded(*arguments, **options):
            report = update(*arguments, **options)
            self.reports.append(report)
            return report

        self.place.index.update = recorded
        self.updater.refresh().future.result(TIMEOUT_S)
        self.updater.watch()
        self.drain()

    @contextmanager
    def show(self, name, stop):
        def progress(one):
            self.told.append((one, threading.current_thread().name))
            if self.stop_at_once and one.stage not in ("scan", "finish"):
                stop()

        yield progress

    @property
    def worked(self):
        return [report for report in self.reports if report.changed or report.removed]

    def drain(self):
        self.worker.submit(lambda _: None, urgency=8).future.result(TIMEOUT_S)


@pytest.fixture
def keep():
    made = []

    def keep(root):
        made.append(Kept(root))
        return made[-1]

    yield keep
    for kept in made:
        kept.updater.close()
        kept.worker.close(kept.place.index.close)


def test_what_the_editor_and_the_watcher_tell_is_done_once(keep, workspace, monkeypatch):
    kept = keep(workspace({"a.py": "x = 1\n", "b.py": "y = 1\n"}))
    written = []
    run = Writer.run
    monkeypatch.setattr(Writer, "run", lambda self, *rest: written.append(1) or run(self, *rest))
    file = kept.place.root / "a.py"
    file.write_text("x = 2\n")
    kept.updater.changed([file])  # didSave
    kept.drain()
    kept.updater.changed([file])  # didChangeWatchedFiles
    kept.drain()
    told = len(kept.reports)
    assert told >= 2
    until(lambda: len(kept.reports) > told)  # the watcher
    kept.drain()
    assert len(kept.worked) == len(written) == 1
    assert [report.changed for report in kept.worked] == [1]


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_a_change_of_branches_settles_once_with_progress_and_can_be_stopped(keep, tmp_path):
    root = tmp_path / "repository"
    branches(root)
    kept = keep(root)
    assert kept.status.facts.files == CHANGED + REMOVED

    git(root, "checkout", "-q", "other")
    until(lambda: kept.status.facts.files == CHANGED + ADDED and sum(one.changed for one in kept.worked) >= CHANGED)
    time.sleep(0.6)  # three times the watcher's pause: more would have been told by now
    kept.drain()
    assert sum(report.changed for report in kept.worked) == CHANGED + ADDED  # each file is read once
    assert sum(report.removed for report in kept.worked) == REMOVED
    assert len(kept.worked) <= PARTS
    assert kept.place.index.search("other_branch_7")[0].chunk.path == "m7.py"
    assert max(one.total for one, _ in kept.told) >= CHANGED
    assert {thread for _, thread in kept.told} == {"test-index"}

    kept.reports.clear()
    kept.stop_at_once = True
    git(root, "checkout", "-q", "main")
    until(lambda: any(report.cancelled for report in kept.reports))
    kept.drain()
    assert sum(report.changed for report in kept.reports) < CHANGED
    report = kept.updater.refresh().future.result(TIMEOUT_S)  # what was stopped is made up for by the next look
    assert (report.files, report.cancelled) == (CHANGED + REMOVED, False)


def branches(root):
    """A repository on `main`, with `other` beside it."""
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    for number in range(CHANGED + REMOVED):
        (root / f"m{number}.py").write_text(f"def main_branch_{number}():\n    return {number}\n")
    commit(root)
    git(root, "checkout", "-q", "-b", "other")
    for number in range(CHANGED):
        (root / f"m{number}.py").write_text(f"def other_branch_{number}():\n    return {number} + 1\n")
    for number in range(CHANGED, CHANGED + REMOVED):
        (root / f"m{number}.py").unlink()
    for number in range(ADDED):
        (root / f"n{number}.py").write_text(f"def new_here_{number}():\n    return {number}\n")
    commit(root)
    git(root, "checkout", "-q", "main")


def commit(root):
    git(root, "add", "-A")
    git(root, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "files")


def git(root, *arguments):
    subprocess.run(["git", *arguments], cwd=root, check=True)
