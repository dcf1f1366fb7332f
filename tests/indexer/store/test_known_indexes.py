"""Whose index is whose, and which may go."""

import os
import shutil
import time

import pytest
from inglenook_indexer import Index
from inglenook_indexer.errors import IndexBusy
from inglenook_indexer.store.known_indexes import KEPT_S, busy, evict, evict_stale, known_indexes
from inglenook_indexer.system.location import cache_root


@pytest.fixture
def indexed(workspace):
    index = Index(workspace({"a.py": "x = 1\n"}))
    index.refresh()
    index.close()
    return index


def states():
    return {known_index.root: known_index.state for known_index in known_indexes()}


def age(index):
    past = time.time() - KEPT_S - 60
    os.utime(index.folder / "root.json", (past, past))


def test_an_index_knows_its_workspace(indexed):
    assert states() == {indexed.root: "present"}


def test_an_unchanged_run_says_that_it_is_in_use(indexed):
    age(indexed)
    indexed.refresh()
    (known_index,) = known_indexes()
    assert known_index.used > time.time() - 60


def test_a_folder_that_is_gone_has_vanished(indexed):
    shutil.rmtree(indexed.root)
    assert states() == {indexed.root: "vanished"}


def test_a_drive_that_is_not_there_has_not(workspace, tmp_path):
    drive = tmp_path / "drive"
    (drive / "project").mkdir(parents=True)
    Index(drive / "project").refresh()
    drive.rename(tmp_path / "unmounted")
    assert states() == {drive / "project": "unreachable"}


def test_nor_has_one_whose_empty_mount_point_is_left(indexed, monkeypatch):
    """The folder above is there, but on another device than when it was indexed."""
    monkeypatch.setattr("inglenook_indexer.store.known_indexes._device", lambda _: -7)
    indexed.refresh()
    shutil.rmtree(indexed.root)
    assert states() == {indexed.root: "unreachable"}


def test_the_next_run_anywhere_evicts_what_vanished_long_ago_and_says_so(indexed, workspace):
    other = Index(workspace({"b.py": "y = 1\n"}))
    shutil.rmtree(indexed.root)
    assert other.refresh().messages == ()
    assert indexed.folder.exists()
    age(indexed)
    (said,) = other.refresh().messages
    assert "30 days" in said
    assert not indexed.folder.exists()
    assert states() == {other.root: "present"}
    assert other.refresh().messages == ()
    other.close()


@pytest.mark.parametrize("why", ["present", "unreachable", "unknown", "busy"])
def test_nothing_else_is_evicted(indexed, workspace, why):
    other = Index(workspace({"b.py": "y = 1\n"}))
    if why != "present":
        shutil.rmtree(indexed.root)
    if why == "unreachable":
        text = (indexed.folder / "root.json").read_text().replace(str(indexed.root.parent), "/no/such/drive")
        (indexed.folder / "root.json").write_text(text)
    age(indexed)
    if why == "unknown":
        (indexed.folder / "root.json").write_text("{")
        age(indexed)
    if why == "busy":
        with Index(other.root, indexed.folder)._access.writing.held():
            assert evict_stale(other.folder) == ""
    else:
        assert evict_stale(other.folder) == ""
    assert indexed.folder.exists()


def test_an_index_in_a_folder_of_its_own_evicts_nothing(indexed, workspace, tmp_path):
    shutil.rmtree(indexed.root)
    age(indexed)
    Index(workspace({"b.py": "y = 1\n"}), tmp_path / "elsewhere").refresh()
    assert indexed.folder.exists()


def test_evicting_waits_for_no_writer(indexed):
    with indexed._access.writing.held():
        assert busy(indexed.folder)
        with pytest.raises(IndexBusy):
            evict(indexed.folder)
        assert indexed.status().files == 1
    assert not busy(indexed.folder)
    assert evict(indexed.folder) > 0
    assert not indexed.folder.exists()
    assert list(known_indexes()) == []
    assert (cache_root() / "indexes").is_dir()
