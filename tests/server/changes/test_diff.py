"""What has changed in real repositories, file by file: by content, whatever their configuration asks for."""

from __future__ import annotations

import os
import shutil
import subprocess
from copy import copy
from pathlib import Path

import pytest
from inglenook_indexer import Index
from inglenook_server.changes.diff import MAX_FILES, changes
from inglenook_server.changes.types import Hunk, Unreadable
from inglenook_server.changes.working_tree import object_name

from tests.server.changes.repositories import Made

SECRET = "key = 'sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc'\n"


def told(root: Path, *, staged: bool = False, path: str = "") -> dict[str, str]:
    """path -> what became of it."""
    return {
        one.path: " ".join(filter(None, (one.status, one.old_path, one.unread, "new" if one.untracked else "")))
        for one in changes(root, staged=staged, path=path).files
    }


def test_nothing_has_changed(made: Made) -> None:
    made.commit({"a.py": "x = 1\n", "b/c.py": "y = 2\n"})
    found = changes(made.root)
    assert (found.files, found.unborn, found.left_out, found.submodules) == ((), False, 0, 0)


def test_every_way_of_changing(made: Made) -> None:
    before = {f"{name}.py": f"def {name}():\n    return 1\n" for name in ("kept", "edited", "gone", "moved", "staged")}
    made.commit(before)
    made.write({"staged.py": "def staged():\n    return 2\n", "added.py": "def added(): ...\n"})
    made.stage("staged.py", "added.py")
    made.write({"edited.py": "def edited():\n    return 2\n", "gone.py": None, "moved.py": None})
    made.write({"new/place.py": before["moved.py"], "untracked.py": "u = 1\n"})
    assert told(made.root) == {
        "added.py": "added",
        "edited.py": "modified",
        "gone.py": "deleted",
        "new/place.py": "renamed moved.py new",
        "staged.py": "modified",
        "untracked.py": "added new",
    }
    assert told(made.root, staged=True) == {"added.py": "added", "staged.py": "modified"}
    edited = next(one for one in changes(made.root).files if one.path == "edited.py")
    assert edited.hunks == (Hunk(2, 1, 2, 1),)
    assert edited.old == before["edited.py"]


def test_a_file_staged_and_changed_back_has_changed_in_the_index_alone(made: Made) -> None:
    made.commit({"a.py": "x = 1\n"})
    made.write({"a.py": "x = 2\n"})
    made.stage("a.py")
    made.write({"a.py": "x = 1\n"})
    assert told(made.root) == {}
    assert told(made.root, staged=True) == {"a.py": "modified"}


@pytest.mark.parametrize("aged", [False, True])
def test_a_file_of_the_same_size_and_second_is_compared_by_content(made: Made, aged: bool) -> None:
    made.commit({"a.py": "x = 1\n", "b.py": "x = 1\n"})
    if aged:
        made.age()
    made.write({"a.py": "x = 2\n"})
    assert told(made.root) == {"a.py": "modified"}


def test_a_file_that_was_only_touched_has_not_changed(made: Made) -> None:
    made.commit({"a.py": "x = 1\n"})
    os.utime(made.root / "a.py", (1, 1))
    assert told(made.root) == {}


def test_what_a_stat_says_unchanged_is_not_read(made: Made) -> None:
    """Else every question would read the whole workspace."""
    made.commit({"a.py": "x = 1\n"})
    made.age()
    status = (made.root / "a.py").stat()
    index = made.repo.open_index()
    entry = index[b"a.py"]
    entry.ctime = (0, 0)  # nobody can write this one
    index[b"a.py"] = entry
    index.write()
    made.age()
    (made.root / "a.py").write_bytes(b"x = 2\n")
    os.utime(made.root / "a.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert told(made.root) == {}


def test_line_ends_are_no_change(made: Made) -> None:
    made.commit({"a.py": "x = 1\ny = 2\n", "b.py": "x = 1\r\n", "c.py": "x = 1\ny = 2\n"})
    made.write({"a.py": "x = 1\r\ny = 2\r\n", "b.py": "x = 1\n", "c.py": "x = 1\r\ny = 3\r\n"})
    assert told(made.root) == {"c.py": "modified"}
    assert changes(made.root).files[0].hunks == (Hunk(2, 1, 2, 1),)


def test_a_workspace_within_a_repository(made: Made) -> None:
    made.commit({"top.py": "x = 1\n", "app/a.py": "x = 1\n", "app/sub/b.py": "x = 1\n", "apple/c.py": "x = 1\n"})
    made.write({name: "x = 2\n" for name in ("top.py", "app/a.py", "app/sub/b.py", "apple/c.py")})
    assert told(made.root / "app") == {"a.py": "modified", "sub/b.py": "modified"}


def test_narrowed_to_a_folder_or_a_file(made: Made) -> None:
    made.commit({"a/x.py": "x = 1\n", "a/y.py": "x = 1\n", "ab.py": "x = 1\n"})
    made.write({"a/x.py": "x = 2\n", "a/y.py": "x = 2\n", "ab.py": "x = 2\n"})
    assert [one.path for one in changes(made.root, path="a").files] == ["a/x.py", "a/y.py"]
    assert [one.path for one in changes(made.root, path="a/y.py").files] == ["a/y.py"]


def test_the_lines_that_masks_are_on_are_known(made: Made) -> None:
    """Of a file, of what is staged and of an unsaved buffer; asterisks of the file itself are none."""
    made.commit({"a.py": "x = 1\n"})
    made.write({"a.py": f"# *****\n{SECRET}x = '********'\n"})
    index = Index(made.root)
    index.refresh()
    made.stage("a.py")
    for staged in (False, True):
        assert [one.withheld for one in changes(made.root, staged=staged, index=index).files] == [{2}]
    assert index.withheld("a.py") == {2}
    index.shadow("a.py", f"# *****\n\n{SECRET}")
    assert index.withheld("a.py") == {3}
    assert [one.withheld for one in changes(made.root, index=index).files] == [{3}]
    index.close()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("new.py", {"new.py": "renamed old.py new"}),
        ("old.py", {"new.py": "renamed old.py new"}),
        ("away", {"home/x.py": "renamed away/x.py new"}),
        ("b.py", {"b.py": "added new"}),
        ("gone.py", {"gone.py": "deleted"}),
        ("edited.py", {"edited.py": "modified"}),
    ],
)
def test_a_rename_is_one_however_it_is_narrowed(made: Made, path: str, expected: dict[str, str]) -> None:
    before = {f"{name}.py": f"{name.replace('/', '_')} = 1\n" for name in ("old", "away/x", "gone", "edited")}
    made.commit(before)
    made.write({**dict.fromkeys(before), "new.py": before["old.py"], "home/x.py": before["away/x.py"]})
    made.write({"b.py": "b = 1\n", "edited.py": "edited = 2\n"})
    assert told(made.root, path=path) == expected


def test_what_another_file_lacks_is_no_matter_of_a_narrowed_answer(made: Made) -> None:
    made.commit({"gone.py": "gone = 1\n", "kept.py": ""})
    made.object_file(object_name(b"gone = 1\n")).unlink()
    made.write({"gone.py": None, "b.py": "b = 1\n"})
    assert told(made.root, path="b.py") == {"b.py": "added new"}
    with pytest.raises(Unreadable):
        changes(made.root)


def test_before_the_first_commit(made: Made) -> None:
    made.write({"a.py": "x = 1\n", "b.py": "y = 1\n"})
    made.stage("a.py")
    found = changes(made.root)
    assert found.unborn
    assert told(made.root) == {"a.py": "added", "b.py": "added new"}
    assert told(made.root, staged=True) == {"a.py": "added"}


def test_packed(made: Made) -> None:
    lines = [f"line_{number} = {number}\n" for number in range(400)]
    made.commit({f"m{number}.py": "".join([*lines[number:], *lines[:number]]) for number in range(20)})
    made.commit({f"m{number}.py": "".join([*lines[number:], "# x\n", *lines[:number]]) for number in range(20)})
    made.pack()
    assert told(made.root) == {}
    made.write({"m7.py": "gone = 1\n"})
    found = changes(made.root).files
    assert [one.path for one in found] == ["m7.py"]
    assert found[0].old == "".join([*lines[7:], "# x\n", *lines[:7]])


def test_a_worktree_beside_its_repository(made: Made, tmp_path: Path) -> None:
    made.commit({"a.py": "x = 1\n"})
    beside = tmp_path / "beside"
    own = made.root / ".git" / "worktrees" / "beside"
    own.mkdir(parents=True)
    beside.mkdir()
    (own / "HEAD").write_bytes((made.root / ".git" / "HEAD").read_bytes())
    (own / "commondir").write_text("../..\n")
    shutil.copy(made.root / ".git" / "index", own / "index")
    (beside / ".git").write_text(f"gitdir: {own}\n")
    (beside / "a.py").write_text("x = 2\n")
    assert told(beside) == {"a.py": "modified"}


def test_what_the_rules_leave_out_is_counted_and_not_told(made: Made) -> None:
    names = (".env", "package-lock.json", "keys/server.pem", "image.png", "node_modules/a.js", "a.py", "min.js")
    made.commit({name: "x = 1\n" for name in names})
    made.write({name: "x = 2\n" for name in names} | {".env.local": "PASSWORD=hunter2\n"})
    made.write({"min.js": "function a(){}" * 1000})
    found = changes(made.root)
    assert [one.path for one in found.files] == ["a.py"]
    assert found.left_out == 6


def test_secrets_are_masked(made: Made) -> None:
    made.commit({"a.py": "a = 1\n" + SECRET, "b.py": SECRET})
    made.write({"a.py": "a = 2\n" + SECRET, "b.py": SECRET.replace("7dc", "8dc"), "c.py": SECRET})
    found = changes(made.root)
    assert told(made.root) == {"a.py": "modified", "b.py": "modified secret", "c.py": "added new"}
    assert "4eC39" not in repr(found)


def test_binary_and_large_files(made: Made) -> None:
    made.commit({"a.data": b"\0\1\2", "b.py": "x = 1\n", "big.py": "x = 1\n", "was_big.py": "# x\n" * 300_000})
    made.write({"a.data": b"\0\1\3", "b.py": b"\0now binary", "big.py": "# x\n" * 300_000, "was_big.py": "x = 1\n"})
    found = changes(made.root)
    assert told(made.root) == {"a.data": "modified binary", "b.py": "modified binary"}
    assert found.left_out == 2


def test_a_file_that_is_not_utf8_is_left_out(made: Made) -> None:
    made.commit({"a.py": "x = 1\n"})
    made.write({"a.py": "x = 'é'\n".encode("latin-1")})
    found = changes(made.root)
    assert (found.files, found.left_out) == ((), 1)


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX alone")
def test_a_name_that_is_not_utf8_is_counted(made: Made) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    try:
        made.commit({name: "x = 1\n", "a.py": "x = 1\n"})
    except OSError:
        pytest.skip("this file system takes no such name")
    made.write({name: "x = 2\n"})
    found = changes(made.root)
    assert (found.files, found.unnamed) == ((), 1)


@pytest.mark.skipif(not hasattr(os, "symlink") or os.name == "nt", reason="links need rights there")
def test_links_are_not_followed(made: Made, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("secret_outside = 1\n")
    made.commit({"a.py": "x = 1\n", "b.py": "x = 1\n"})
    os.symlink("a.py", made.root / "link.py")
    made.stage("link.py")
    (made.root / "b.py").unlink()
    os.symlink(tmp_path / "outside.py", made.root / "b.py")
    found = changes(made.root)
    assert "secret_outside" not in repr(found)
    assert (found.files, found.left_out) == ((), 2)


def test_a_folder_in_a_files_place(made: Made) -> None:
    made.commit({"a": "x = 1\n", "b.py": "x = 1\n"})
    made.write({"a": None})
    made.write({"a/c.py": "x = 1\n"})
    assert told(made.root) == {"a/c.py": "added new"}
    assert changes(made.root).left_out == 1


def test_submodules_and_repositories_within_are_passed_over(made: Made) -> None:
    made.commit({"a.py": "x = 1\n"})
    for name in ("module", "nested"):
        inner = Made(made.root / name)
        inner.commit({"inside.py": "x = 1\n"})
        inner.repo.close()
    index = made.repo.open_index()
    entry = copy(index[b"a.py"])
    entry.mode = 0o160000
    index[b"module"] = entry
    index.write()
    found = changes(made.root)
    assert (found.files, found.submodules) == ((), 1)
    assert changes(made.root, staged=True).submodules == 1


def test_a_merge_that_is_not_finished(made: Made) -> None:
    from dulwich.index import ConflictedIndexEntry

    made.commit({"a.py": "x = 1\n", "b.py": "x = 1\n"})
    made.write({"a.py": "<<<<<<< ours\n", "b.py": "x = 2\n"})
    index = made.repo.open_index()
    entry = index[b"a.py"]
    index[b"a.py"] = ConflictedIndexEntry(entry, entry, entry)
    index.write()
    found = changes(made.root)
    assert found.conflicts == ("a.py",)
    assert [one.path for one in found.files] == ["b.py"]


def test_files_kept_elsewhere_are_left_out(made: Made) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 6\n"
    made.commit({"a.csv": pointer})
    made.write({"a.csv": "a,b\n1,2\n"})
    found = changes(made.root)
    assert (found.files, found.left_out) == ((), 1)


def test_too_many_files_are_named_and_not_compared(made: Made) -> None:
    names = [f"f{number:03}.py" for number in range(MAX_FILES + 3)]
    made.commit({name: "x = 1\n" for name in names})
    made.write({name: "x = 2\n" for name in names})
    found = changes(made.root).files
    assert [one.path for one in found] == names
    assert [one.path for one in found if one.unread == "many"] == names[MAX_FILES:]


def test_unsaved_buffers_count(made: Made) -> None:
    made.commit({"a.py": "x = 1\n", "b.py": "y = 1\n", "c.py": "z = 1\n"})
    made.age()
    index = Index(made.root)
    index.refresh()
    index.shadow("a.py", "x = 1\nnew = 2\n")
    index.shadow("b.py", "y = 1\n")
    made.write({"c.py": "z = 3\n"})
    index.shadow("c.py", "z = 1\n")
    found = changes(made.root, index=index).files
    assert [(one.path, one.hunks) for one in found] == [("a.py", (Hunk(2, 0, 2, 1),))]
    assert changes(made.root, index=index, staged=True).files == ()
    index.close()


@pytest.mark.skipif(shutil.which("git") is None, reason="compares with git itself")
def test_git_says_the_same(made: Made) -> None:
    files = {f"d{number % 7}/f{number}.py": f"def f_{number}():\n    return {number}\n" for number in range(60)}
    made.commit(files)
    names = sorted(files)
    made.write({name: f"{files[name]}# more\n" for name in names[::5]})
    made.write(dict.fromkeys(names[1::9]))
    made.write({f"new/{number}.py": f"n = {number}\n" for number in range(4)})
    made.stage(*names[::10], "new/1.py", "new/2.py", names[1])
    git = ["git", "-C", str(made.root)]
    for staged, arguments in ((False, ["HEAD"]), (True, ["--cached", "HEAD"])):
        done = subprocess.run(
            [*git, "diff", "--name-status", "--no-renames", *arguments], check=True, capture_output=True, text=True
        )
        expected = dict(line.split("\t")[::-1] for line in done.stdout.splitlines())
        letters = {"added": "A", "deleted": "D", "modified": "M"}
        found = {one.path: letters[one.status] for one in changes(made.root, staged=staged).files if not one.untracked}
        assert found == expected


def test_outside_of_any_repository(tmp_path: Path) -> None:
    if any((folder / ".git").exists() for folder in tmp_path.parents):
        pytest.skip("the tests' folder lies in a repository")
    with pytest.raises(Unreadable) as caught:
        changes(tmp_path)
    assert caught.value.reason == "none"


def test_the_end_of_the_last_line_is_no_change(made: Made) -> None:
    made.commit({"a.py": "x = 1\ny = 2\n", "b.py": "x = 1\n"})
    made.write({"a.py": "x = 1\ny = 2", "b.py": "x = 2"})
    assert told(made.root) == {"b.py": "modified"}
