"""Two hundred runs killed at random moments: nothing is lost, readers see whole files, the next run repairs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from inglenook_indexer import Index
from inglenook_indexer.secrets.rules_version import rules
from inglenook_indexer.update.write import Writer

from tests.indexer.killing import RUNS, Lane, prepare, texts

KILLS = 200
LOOKS = 10  # of readers, beside a writer, at least
LANES = 2  # at once, each with a workspace of its own

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the runs are forks of a process that is warm")


def test_two_hundred_kills(tmp_path, monkeypatch):
    prepare(monkeypatch.setattr)
    lanes = [Lane(tmp_path / f"lane-{number}", seed=number) for number in range(LANES)]
    try:
        with ThreadPoolExecutor(LANES) as pool:
            list(pool.map(lambda lane: (lane.until(KILLS // LANES), lane.settle()), lanes))
    finally:
        for lane in lanes:
            lane.close()
    kills = lanes[0].kills + lanes[1].kills
    assert kills.total() >= KILLS
    assert all(kills[kind] for kind in RUNS), kills


def test_readers_beside_a_writing_process_see_whole_files(tmp_path, monkeypatch):
    prepare(monkeypatch.setattr)
    lane = Lane(tmp_path / "lane", seed=7)
    lane.write("first")
    steady = Index(lane.root, lane.folder)
    looks, first, broken = 0, set(lane.indexed), False
    try:
        with ThreadPoolExecutor(1) as pool:
            runs = ["refresh", "update", "rebuild", "embed", "refresh", "rebuild", "update", "compact", "rebuild"]

            def write():
                while looks <= LOOKS and not broken:  # a busy machine takes few looks at one round
                    for kind in runs:
                        lane.write(kind)

            writing = pool.submit(write)
            try:
                while not writing.done():
                    before = set(lane.indexed)
                    for reader in (steady, Index(lane.root, lane.folder)):
                        found = texts(reader)
                        for path, text in found.items():
                            assert text in lane.history[path], f"{path} is torn"
                        # One that is open already may be a second behind another process.
                        indexed = first if reader is steady else before
                        assert not (indexed & lane.disk.keys()) - found.keys(), "what was indexed and is there is found"
                        path = sorted(found)[looks % len(found)]
                        assert all(hit.chunk.text for hit in reader.search(f"{Path(path).stem}_b", limit=3))
                        looks += 1
                        if reader is not steady:
                            reader.close()
            except BaseException:
                broken = True
                raise
            writing.result()
    finally:
        steady.close()
        lane.close()
    assert looks > LOOKS


HALF = """
import importlib, os, sys
from pathlib import Path
from inglenook_indexer import Index
from tests.indexer.killing import SMALL
for name, value in {**SMALL, "inglenook_indexer.update.write._COMMIT_ROWS": 5}.items():
    module, _, attribute = name.rpartition(".")
    setattr(importlib.import_module(module), attribute, value)
def told(now):
    if now.stage == sys.argv[2] and now.done >= now.total * float(sys.argv[3]):
        os._exit(9)
Index(Path(sys.argv[1])).refresh(progress=told)
"""


@pytest.fixture
def masked_by_other_rules(workspace, monkeypatch):
    """A workspace whose index was made by older rules, and a run that brings it up to date and is killed."""
    files = {f"f{n}.py": f"def name_{n}():\n    return 'number {n}'\n" for n in range(40)}
    index = Index(workspace({**files, "a_edited.py": "def edited_zebragiraffe():\n    pass\n"}))
    with monkeypatch.context() as older:
        for module in ("secrets.rules_version", "update.maintenance", "store.open_table", "store.manifest"):
            older.setattr(f"inglenook_indexer.{module}.rules", lambda: "older")
        index.refresh()
    index.close()

    def kill(stage="index", share=0.6):
        command = [sys.executable, "-c", HALF, str(index.root), stage, str(share)]
        assert subprocess.run(command, env=os.environ).returncode == 9

    return index, kill


def test_a_rebuild_that_was_stopped_before_its_first_commit_is_begun_anew(masked_by_other_rules, monkeypatch):
    index, _ = masked_by_other_rules
    assert index.refresh(cancelled=lambda: True).cancelled
    index.close()
    # Longer than what a reader has seen stays good: LanceDB then looks at the disk again.
    cut = Writer._cut
    monkeypatch.setattr(Writer, "_cut", lambda self, group: (time.sleep(1.2), cut(self, group))[1])
    report = index.refresh()
    assert (report.files, report.changed, len(report.messages)) == (41, 41, 1)
    assert index.search("name_3")[0].chunk.path == "f3.py"
    index.close()


def test_a_rebuild_for_newer_rules_goes_on_where_it_was_killed(masked_by_other_rules):
    index, kill = masked_by_other_rules
    kill()
    assert index.search("name_3")[0].chunk.path == "f3.py", "the old one is searched meanwhile"
    report = index.refresh()
    assert 0 < report.changed < 30
    assert (report.files, len(report.messages)) == (41, 1)
    assert not index._access.disk.next.exists()
    assert {hit.chunk.path for n in (0, 20, 39) for hit in index.search(f"name_{n}", limit=1)} == {
        "f0.py", "f20.py", "f39.py"
    }  # fmt: skip
    again = index.refresh()
    assert (again.changed, again.messages) == (0, ())
    index.close()
    (index.folder / "manifest.json").unlink()
    assert Index(index.root).refresh().messages == (), "the store knows by which rules it was made"


@pytest.mark.parametrize("stage", ["finish", "index"])
def test_one_that_was_killed_at_the_end_cuts_nothing_again(masked_by_other_rules, stage):
    index, kill = masked_by_other_rules
    kill(stage, 1)
    report = index.refresh()
    assert report.changed <= 12, "two commits at most were on their way"
    assert report.files == 41
    assert index.search("name_7")[0].chunk.path == "f7.py"
    index.close()


def test_what_changed_meanwhile_is_seen_and_leaves_the_disk(masked_by_other_rules):
    index, kill = masked_by_other_rules
    kill()
    (index.root / "a_edited.py").write_text("def edited():\n    pass\n")
    (index.root / "f1.py").unlink()
    (index.root / ".inglenookignore").write_text("f2.py\n.inglenookignore\n")
    report = index.refresh()
    assert (report.files, report.changed < 30) == (39, True)
    assert "a_edited.py" in {hit.chunk.path for hit in index.search("edited")}
    for file in index.folder.rglob("*"):
        held = file.read_bytes() if file.is_file() else b""
        assert not any(word in held for word in (b"zebragiraffe", b"number 1'", b"number 2'")), file
    assert not list(index.folder.glob("*.unfinished"))
    index.close()


def test_one_by_other_rules_or_damaged_is_begun_anew(masked_by_other_rules, monkeypatch):
    index, kill = masked_by_other_rules
    kill()
    for file in (index._access.disk.next / "store/chunks.lance/_versions").iterdir():
        file.write_bytes(file.read_bytes()[:5])
    assert index.refresh().changed == 41
    index.close()
    with monkeypatch.context() as newer:
        for module in ("secrets.rules_version", "update.maintenance", "store.open_table", "store.manifest"):
            newer.setattr(f"inglenook_indexer.{module}.rules", lambda: "newer")
        seen = []
        stopped = index.refresh(progress=seen.append, cancelled=lambda: any(one.stage == "finish" for one in seen))
        assert not stopped.cancelled
    index.close()
    kill()
    with monkeypatch.context() as newest:
        for module in ("secrets.rules_version", "update.maintenance", "store.open_table", "store.manifest"):
            newest.setattr(f"inglenook_indexer.{module}.rules", lambda: "newest")
        assert index.refresh().changed == 41
    assert rules() not in ("newer", "newest")
    index.close()


def test_one_that_was_cancelled_goes_on_and_one_that_was_asked_for_does_not(masked_by_other_rules, monkeypatch):
    index, _ = masked_by_other_rules
    monkeypatch.setattr("inglenook_indexer.update.write._COMMIT_ROWS", 5)
    monkeypatch.setattr("inglenook_indexer.update.worker_pool._GROUP_FILES", 3)
    seen = []
    half = {"progress": seen.append, "cancelled": lambda: any(0 < one.done > one.total / 2 for one in seen)}
    assert index.refresh(**half).cancelled
    assert index._access.disk.next.exists()
    assert 0 < index.refresh().changed < 30
    seen.clear()
    assert index.refresh(rebuild=True, **half).cancelled
    assert not index._access.disk.next.exists()
    assert index.refresh().changed == 0
    index.close()
