"""A file is known again without reading it only where that is certain: git's rules."""

import os
import time

import pytest
from inglenook_indexer import Index
from inglenook_indexer.files.file_stamp import Stamp, stamp_of

NOW = 10**18
SECOND = 10**9
OLD = Stamp(5, NOW - 90 * SECOND, NOW - 60 * SECOND, 7)


@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (OLD, True),
        (OLD._replace(size=6), False),
        (OLD._replace(mtime_ns=OLD.mtime_ns + 1), False),
        (OLD._replace(changed_ns=OLD.changed_ns + 1), False),
        (OLD._replace(inode=8), False),
    ],
)
def test_every_part_counts(now, holds):
    assert OLD.settled(NOW).holds(now) is holds


@pytest.mark.parametrize(("age_ns", "holds"), [(60 * SECOND, True), (3 * SECOND, True), (SECOND, False), (0, False)])
def test_what_changed_about_when_it_was_looked_at_is_not_relied_on(age_ns, holds):
    stamp = OLD._replace(changed_ns=NOW - age_ns)
    assert stamp.settled(NOW).holds(stamp) is holds


def test_a_stamp_of_a_store_that_knows_less_is_not_relied_on():
    assert not Stamp(OLD.size, OLD.mtime_ns).holds(Stamp(OLD.size, OLD.mtime_ns))


def later(monkeypatch):
    """Look at files a minute later than they were written."""
    ahead = time.time_ns() + 60 * SECOND
    monkeypatch.setattr("inglenook_indexer.update.reconcile.clock_ns", lambda: ahead)


def in_place(file, text):
    file.write_text(text)


def by_renaming(file, text):
    beside = file.with_name("beside")
    beside.write_text(text)
    beside.replace(file)


@pytest.mark.parametrize("edit", [in_place, by_renaming])
@pytest.mark.parametrize("aged", [False, True])
def test_same_size_and_same_time_with_another_text_is_noticed(workspace, monkeypatch, edit, aged):
    root = workspace({"a.py": "def alpha():\n    pass\n", "b.py": "def other():\n    pass\n"})
    if aged:  # so that the stamp is relied on
        later(monkeypatch)
    index = Index(root)
    index.refresh()
    before = (root / "a.py").stat()
    edit(root / "a.py", "def omega():\n    pass\n")
    os.utime(root / "a.py", ns=(before.st_atime_ns, before.st_mtime_ns))
    after = (root / "a.py").stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert index.refresh().changed == 1
    assert index.search("omega")[0].chunk.defines == ("omega",)
    index.close()


def test_a_file_that_only_looks_changed_is_not_cut_again(workspace, monkeypatch):
    root = workspace({"a.py": "def alpha():\n    pass\n"})
    index = Index(root)
    index.refresh()

    def cut(*_):
        raise AssertionError("it was cut again")

    monkeypatch.setattr("inglenook_indexer.update.batch.cut", cut)
    os.utime(root / "a.py", ns=(1, 1))
    (root / "a.py").chmod(0o755)
    assert index.refresh().changed == 0
    manifest = index._access.manifest()
    assert manifest.files["a.py"].stamp.mtime_ns == 1, "it is known by its new stamp from now on"
    index.close()


def test_a_young_file_is_read_once_more_and_then_known(workspace, monkeypatch):
    root = workspace({"a.py": "def alpha():\n    pass\n"})
    index = Index(root)
    index.refresh()
    assert index._access.manifest().files["a.py"].stamp.changed_ns == 0
    later(monkeypatch)
    again = Index(root)
    assert again.refresh().changed == 0
    assert Index(root)._access.manifest().files["a.py"].stamp == stamp_of((root / "a.py").stat())
    monkeypatch.setattr("inglenook_indexer.update.reconcile.read_regular", None)
    assert Index(root).refresh().changed == 0, "without reading it"
