"""Repositories that are read, and those that are refused with a reason."""

from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path

import pytest
from inglenook_server.changes import repository
from inglenook_server.changes.diff import changes
from inglenook_server.changes.types import Unreadable

from tests.server.changes.repositories import Made


def refused(root: Path) -> tuple[str, str]:
    with pytest.raises(Unreadable) as caught:
        changes(root)
    return caught.value.reason, caught.value.what


def configure(made: Made, text: str) -> None:
    with (made.root / ".git" / "config").open("a") as file:
        file.write(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[extensions]\n\tobjectFormat = sha256\n", "sha256"),
        ("[extensions]\n\trefStorage = reftable\n", "reftable"),
        ("[Extensions]\nREFSTORAGE = reftable\n", "reftable"),
    ],
)
def test_formats_that_are_not_read(made: Made, text: str, expected: str) -> None:
    made.commit({"a.py": "x = 1\n"})
    configure(made, text)
    assert refused(made.root) == (expected, "")


def test_a_head_of_sha256(made: Made) -> None:
    made.commit({"a.py": "x = 1\n"})
    (made.root / ".git" / "HEAD").write_text("a" * 64 + "\n")
    assert refused(made.root) == ("sha256", "")


def sealed(data: bytes) -> bytes:
    return data + hashlib.sha1(data).digest()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "damaged"),
        (b"DIRC", "damaged"),
        (sealed(b"NONE" + bytes(8)), "damaged"),
        (sealed(b"DIRC" + struct.pack(">LL", 9, 0)), "damaged"),
        (sealed(b"DIRC" + struct.pack(">LL", 2, 1 << 31)), "damaged"),
        (b"DIRC" + struct.pack(">LL", 2, 0) + b"\1" * 20, "damaged"),
        (sealed(b"DIRC" + struct.pack(">LL", 2, 0) + b"link" + struct.pack(">L", 20) + bytes(20)), "split"),
        (sealed(b"DIRC" + struct.pack(">LL", 2, 0) + b"sdir" + struct.pack(">L", 0)), "sparse"),
    ],
)
def test_indexes_that_are_not_read(made: Made, data: bytes, expected: str) -> None:
    made.commit({"a.py": "x = 1\n"})
    (made.root / ".git" / "index").write_bytes(data)
    assert refused(made.root)[0] == expected


def test_a_commit_that_is_missing(made: Made) -> None:
    made.commit({"a.py": "x = 1\n"})
    head = made.repo.head()
    made.object_file(head).unlink()
    assert refused(made.root) == ("missing", head.decode())


@pytest.mark.parametrize("what", ["commit", "tree", "blob"])
def test_objects_that_are_damaged(made: Made, what: str) -> None:
    made.commit({"a.py": "x = 1\n"})
    commit = made.repo[made.repo.head()]
    tree = made.repo[commit.tree]
    name = {"commit": commit.id, "tree": tree.id, "blob": tree[b"a.py"][1]}[what]
    file = made.object_file(name)
    file.chmod(0o600)
    file.write_bytes(b"\0" * 30)
    made.write({"a.py": "x = 2\n"})
    assert refused(made.root) == ("damaged", name.decode())


def test_a_blob_that_a_partial_clone_has_not_got(made: Made) -> None:
    made.commit({"a.py": "x = 1\n", "b.py": "y = 1\n"})
    blob = made.repo[made.repo[made.repo.head()].tree][b"a.py"][1]
    made.object_file(blob).unlink()
    assert changes(made.root).files == (), "an unchanged file's text is not asked for"
    made.write({"a.py": "x = 2\n"})
    assert refused(made.root) == ("missing", blob.decode())


def test_trees_with_names_that_no_folder_can_have(made: Made) -> None:
    from dulwich.objects import Blob, Tree

    made.commit({"a.py": "x = 1\n"})
    blob, tree = Blob.from_string(b"evil"), Tree()
    for name in (b"..", b".", b"a\\b.py", b"ok.py"):
        tree.add(name, 0o100644, blob.id)
    for one in (blob, tree):
        made.repo.object_store.add_object(one)
    commit = made.repo[made.repo.head()]
    commit.tree = tree.id
    made.repo.object_store.add_object(commit)
    made.repo.refs[b"HEAD"] = commit.id
    with repository.find(made.root).objects as objects:
        found = repository.committed(repository.find(made.root), objects)
    assert set(found) == {b"a\\b.py", b"ok.py"}


def test_trees_within_themselves_end(made: Made) -> None:
    """Nobody can make one by its hash; a hundred folders within one another can be made."""
    name = "/".join(["d"] * 110) + "/a.py"
    made.commit({name: "x = 1\n", "b.py": "x = 1\n"})
    with repository.find(made.root).objects as objects:
        assert set(repository.committed(repository.find(made.root), objects)) == {b"b.py"}


def test_the_latest_subjects_come_first_without_merges(made: Made) -> None:
    for number in range(5):
        made.commit({"a.py": f"x = {number}\n"}, f"Change {number}\n\nMore.")
    merge = made.repo[made.repo.head()].copy()
    merge.parents = [merge.id, merge.parents[0]]
    merge.message = b"Merge branch x"
    made.repo.object_store.add_object(merge)
    made.repo.refs[b"HEAD"] = merge.id
    checkout = repository.find(made.root)
    with checkout.objects as objects:
        assert repository.subjects(checkout, objects, 3) == ["Change 4", "Change 3", "Change 2"]


def test_a_history_that_is_cut_off_ends_there(made: Made) -> None:
    for number in range(4):
        made.commit({"a.py": f"x = {number}\n"}, f"Change {number}")
    made.object_file(made.repo[made.repo[made.repo.head()].parents[0]].parents[0]).unlink()
    checkout = repository.find(made.root)
    with checkout.objects as objects:
        assert repository.subjects(checkout, objects, 9) == ["Change 3", "Change 2"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
@pytest.mark.timeout(60)
def test_a_pipe_in_the_place_of_the_index(made: Made) -> None:
    made.commit({"a.py": "x = 1\n"})
    (made.root / ".git" / "index").unlink()
    os.mkfifo(made.root / ".git" / "index")
    assert refused(made.root) == ("damaged", "index")


def test_without_an_index(made: Made) -> None:
    made.commit({"a.py": "x = 1\n"})
    (made.root / ".git" / "index").unlink()
    assert changes(made.root).files == ()
    assert [one.status for one in changes(made.root, staged=True).files] == ["deleted"]
