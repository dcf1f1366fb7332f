"""Worker processes: a large first index shared with them is the same index, whatever becomes of them."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pyarrow as pa
import pytest
from inglenook_indexer import Index
from inglenook_indexer.chunks.rows import Cutter
from inglenook_indexer.chunks.schema import table_schema
from inglenook_indexer.embed.static import StaticEmbedder
from inglenook_indexer.files.discover import Candidate, walk
from inglenook_indexer.system.ipc import Gone
from inglenook_indexer.update.batch import cut
from inglenook_indexer.update.worker_pool import WorkerPool, groups, workers_for
from inglenook_indexer.update.worker_process import WorkerProcess

from tests.waiting import until

FILES = {f"f{n}.py": f"def name_{n}():\n    return {n}\n" for n in range(40)}
STATIC = StaticEmbedder()
SCHEMA = table_schema("static:1", STATIC.dimensions)


@contextmanager
def at_work(root, size):
    """A pool with one worker that has taken its first group already."""
    found = sorted((one for one in walk(root) if isinstance(one, Candidate)), key=lambda one: one.path)
    work = [[(one, "") for one in found[start : start + size]] for start in range(0, len(found), size)]
    pool = WorkerPool(root, work, "static:1", 1)
    try:
        until(lambda: len(pool._todo) < len(work))
        yield pool
    finally:
        pool.close()


def names_of(rows):
    table = rows if isinstance(rows, pa.Table) else pa.ipc.open_stream(rows).read_all()
    assert table.schema == SCHEMA
    return table["symbol"].to_pylist()


def test_both_processes_cut_and_nothing_is_lost_or_doubled(workspace):
    root = workspace(FILES)
    cutter = Cutter(STATIC, SCHEMA)
    with at_work(root, 4) as pool:
        batches = list(pool.batches(lambda group: cut(root, group, cutter)))
    assert {type(batch.rows) for batch in batches} == {pa.Table, bytes}
    assert sorted(one.path for batch in batches for one, *_ in batch.files) == sorted(FILES)
    assert len([name for batch in batches for name in names_of(batch.rows)]) == 40


def test_the_files_of_a_killed_helper_are_cut_here(workspace, caplog):
    root = workspace(FILES)
    cutter = Cutter(STATIC, SCHEMA)
    with at_work(root, 4) as pool:
        os.kill(pool._workers[0].pid, signal.SIGTERM)
        batches = list(pool.batches(lambda group: cut(root, group, cutter)))
    assert {type(batch.rows) for batch in batches} == {pa.Table}
    assert sorted(one.path for batch in batches for one, *_ in batch.files) == sorted(FILES)
    assert "ended early" in caplog.text


def test_an_index_made_with_helpers_is_the_one_made_without(workspace, monkeypatch, tmp_path):
    root = workspace(FILES | {"bad.py": "\0", "blank.py": "", "twice.py": FILES["f1.py"]})
    alone = Index(root, tmp_path / "alone")
    first = alone.refresh()
    monkeypatch.setattr("inglenook_indexer.update.worker_pool._PAYS_BYTES", 0)
    monkeypatch.setattr("inglenook_indexer.update.worker_pool._GROUP_FILES", 3)
    monkeypatch.setattr("inglenook_indexer.update.worker_pool._MOST", 1)
    started = []
    start = WorkerProcess.__init__

    def noted(self, *arguments, **options):
        start(self, *arguments, **options)
        started.append(self._process)

    monkeypatch.setattr(WorkerProcess, "__init__", noted)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    helped = Index(root, tmp_path / "helped")
    second = helped.refresh()
    assert len(started) == 1
    assert started[0].poll() is not None, "it ended with the run"
    assert (first.files, first.chunks, first.skipped) == (second.files, second.chunks, second.skipped)
    assert alone.files() == helped.files()
    for query in ("name_7", "name 1 return"):
        assert [hit.chunk for hit in alone.search(query)] == [hit.chunk for hit in helped.search(query)]
    assert helped.refresh().changed == 0
    alone.close()
    helped.close()


def test_a_cancelled_run_ends_its_helpers(workspace, monkeypatch):
    index = Index(workspace(FILES))
    closed = []
    close = WorkerPool.close

    def noted(self):
        close(self)
        closed.extend(worker._process.poll() for worker in self._workers)

    monkeypatch.setattr("inglenook_indexer.update.worker_pool._PAYS_BYTES", 0)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr(WorkerPool, "close", noted)
    assert index.refresh(cancelled=lambda: True).cancelled
    assert len(closed) == 1
    assert closed[0] is not None
    index.close()


def test_helpers_come_only_where_they_pay(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3, 4, 5}, raising=False)
    big = [Candidate(f"{n}.py", 1_000_000, 1) for n in range(8)]
    assert workers_for(big[:3]) == 0
    assert workers_for(big) == 3
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert workers_for(big) == 0


def test_groups_are_of_like_size_and_keep_the_order():
    found = [Candidate(f"{n}.py", 100_000, 1) for n in range(7)] + [Candidate("small.py", 1, 1)] * 200
    made = list(groups(found, lambda path: path))
    assert [one for group in made for one, _ in group] == found
    assert [len(group) for group in made[:2]] == [3, 3]
    assert max(map(len, made)) == 128
    assert made[0][0][1] == "0.py"


def test_a_helper_that_fails_says_so(tmp_path):
    worker = WorkerProcess("cut", str(tmp_path), "static:1")
    try:
        with pytest.raises(Gone):
            worker.ask("no group")
    finally:
        worker.stop()
    with pytest.raises(Gone):
        worker.ask([])


def test_a_helper_does_not_outlive_who_started_it(tmp_path):
    code = (
        "import sys, time; from inglenook_indexer.update.worker_process import WorkerProcess; "
        "print(WorkerProcess('cut', sys.argv[1], 'static:1').pid, flush=True); time.sleep(60)"
    )
    owner = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    worker = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    until(lambda: not _runs(worker))


def _runs(pid):
    """Whether a process still runs; one that nobody waited for does not."""
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
