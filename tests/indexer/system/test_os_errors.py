"""Where the machine is in the way the reason is said, with what helps, and nothing of the index is lost."""

import errno
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from inglenook_indexer import Index
from inglenook_indexer.errors import StoreBlocked, StoreDamaged, WorkspaceError
from inglenook_indexer.store.storage_errors import storage
from inglenook_indexer.system.os_errors import refusal

FILES = {f"f{n}.py": f"def name_{n}():\n    return 'number {n}'\n" for n in range(12)}
FOLDER = Path("/cache/index")
LANCE = "lance error: LanceError(IO): Generic LocalFileSystem error: Unable to {}, /rustc/lib.rs:12"


@pytest.mark.parametrize(
    ("error", "said", "helps"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "No space is left", "Free some space"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "quota", "quota -s"),
        (OSError(errno.EFBIG, "File too large"), "size of files", "ulimit -f"),
        (OSError(errno.EMFILE, "Too many open files"), "open files", "ulimit -n"),
        (OSError(errno.EROFS, "Read-only file system"), "read-only", "INGLENOOK_CACHE"),
        (PermissionError(errno.EACCES, "Permission denied"), "permission denied", "ls -ld /cache/index"),
        (PermissionError(errno.EPERM, "Operation not permitted"), "permission denied", "ls -ld /cache/index"),
        (RuntimeError(LANCE.format("write: No space left on device (os error 28)")), "No space is left", "Free"),
        (RuntimeError(LANCE.format("write: Disk quota exceeded (os error 122)")), "quota", "quota -s"),
        (RuntimeError(LANCE.format("write: File too large (os error 27)")), "size of files", "ulimit -f"),
        (ValueError(LANCE.format("open: Too many open files (os error 24)")), "open files", "ulimit -n"),
        (OSError(LANCE.format("create: Read-only file system (os error 30)")), "read-only", "INGLENOOK_CACHE"),
        (RuntimeError(LANCE.format("open: Permission denied (os error 13)")), "permission denied", "ls -ld"),
    ],
)
def test_each_refusal_is_told_by_its_name(error, said, helps):
    with pytest.raises(StoreBlocked) as caught, storage(FOLDER):
        raise error
    assert said in caught.value.message
    assert helps in caught.value.mend
    assert str(FOLDER) in caught.value.message


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EIO, "Input/output error"),
        RuntimeError("lance error: LanceError(IO): Not found: data/1.lance"),
        ValueError("Invalid user input: wrong magic"),
    ],
)
def test_what_is_no_refusal_is_damage(error):
    assert refusal(FOLDER, error) is None
    with pytest.raises(StoreDamaged), storage(FOLDER):
        raise error


RUN = """
import json, resource, sys
from pathlib import Path
from inglenook_indexer import Index, IndexerError
from inglenook_indexer.secrets.detector import load
load()
index, name, limit = Index(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
resource.setrlimit(getattr(resource, name), (limit, limit))
try:
    report = index.refresh()
    said = ["", "", *report.messages]
except IndexerError as error:
    said = [type(error).__name__, error.message, error.mend]
print(json.dumps(said))
"""


def limited(root, name, limit):
    """What a run says in a process that may not go beyond a limit."""
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(root), name, str(limit)], env=os.environ, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("name", "limit", "helps"),
    [
        ("RLIMIT_FSIZE", 100, "ulimit -f unlimited"), ("RLIMIT_FSIZE", 1_000, "ulimit -f unlimited"),
        ("RLIMIT_FSIZE", 2_500, "ulimit -f unlimited"), ("RLIMIT_FSIZE", 8_000, "ulimit -f unlimited"),
        ("RLIMIT_NOFILE", 8, "ulimit -n 1024"), ("RLIMIT_NOFILE", 14, "ulimit -n 1024"),
    ],
)  # fmt: skip
def test_a_limit_is_named_and_costs_nothing(workspace, name, limit, helps):
    index = Index(workspace(FILES))
    index.refresh()
    index.close()
    for number in range(60):
        (index.root / f"more_{number}.py").write_text(f"def more_{number}():\n    return {number}\n" * 8)
    kind, message, mend = limited(index.root, name, limit)
    assert kind == "StoreBlocked"
    assert str(index.folder) in message
    assert helps in mend
    again = Index(index.root)
    assert again.search("name_3")[0].chunk.path == "f3.py", "what was there is still found"
    report = again.refresh()
    assert (report.files, report.messages) == (72, ())
    assert again.search("more_59")[0].chunk.path == "more_59.py"
    again.close()


@pytest.mark.parametrize("limit", [2_048, 8_192, 20_000, 65_536, 1 << 20])
def test_a_limit_cuts_no_file_short(workspace, limit):
    """LanceDB does not hear of a last write that was refused: what it commits then can't be read."""
    index = Index(workspace({f"f{n}.py": f"def name_{n}():\n    return {n}\n" * 400 for n in range(12)}))
    index.refresh()
    index.close()
    (index.root / "f3.py").write_text("def name_3():\n    return 'another'\n" * 400)
    assert limited(index.root, "RLIMIT_FSIZE", limit)[0] == "StoreBlocked"
    again = Index(index.root)
    assert "f3.py" in {hit.chunk.path for hit in again.search("name_3")}
    assert again.refresh().messages == ()
    assert again.search("another")[0].chunk.path == "f3.py"
    assert not list(index.folder.glob("store.damaged*"))
    again.close()


def test_a_limit_on_sizes_that_may_be_raised_is(workspace):
    index = Index(workspace(FILES))
    code = (
        "import resource, sys; from pathlib import Path; from inglenook_indexer import Index\n"
        "hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))\n"
        "print(Index(Path(sys.argv[1])).refresh().files)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(index.root)], env=os.environ, capture_output=True, text=True)
    assert done.stdout.strip() == str(len(FILES)), done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not hold for root")
def test_an_index_that_may_only_be_read_is_read(workspace):
    index = Index(workspace(FILES))
    index.refresh()
    index.close()
    folders = [index.folder, *(path for path in index.folder.rglob("*") if path.is_dir())]
    try:
        for folder in folders:
            folder.chmod(0o500)
        (index.folder / "writer.lock").chmod(0o400)
        reader = Index(index.root)
        assert reader.search("name_3")[0].chunk.path == "f3.py"
        assert reader.definitions("name_3")
        assert reader.status().files == len(FILES)
        with pytest.raises(StoreBlocked, match="permission denied"):
            reader.refresh()
        reader.close()
    finally:
        for folder in folders:
            folder.chmod(0o700)


def test_a_limit_that_may_be_raised_is(workspace):
    index = Index(workspace(FILES))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    code = (
        "import resource, sys; from pathlib import Path; from inglenook_indexer import Index\n"
        "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]; resource.setrlimit(resource.RLIMIT_NOFILE, (18, hard))\n"
        "print(Index(Path(sys.argv[1])).refresh().files)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(index.root)], env=os.environ, capture_output=True, text=True)
    assert done.stdout.strip() == str(len(FILES)), done.stderr
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (soft, hard)


@pytest.mark.parametrize(
    "ask",
    [
        lambda index: index.search("name_3"),
        lambda index: index.definitions("name_3"),
        lambda index: index.references("name_3"),
        lambda index: index.refresh(),
        lambda index: index.update(["f3.py"]),
        lambda index: index.update([""]),
    ],
)
def test_nothing_is_told_of_a_workspace_that_is_gone(workspace, ask):
    index = Index(workspace(FILES))
    index.refresh()
    index.search("name_3")
    away = index.root.with_name("away")
    index.root.rename(away)
    with pytest.raises(WorkspaceError) as caught:
        ask(index)
    assert caught.value.message == f"The folder {index.root} is gone."
    assert index.text("f3.py") == ""
    away.rename(index.root)
    assert index.refresh().changed == 0, "its index was kept"
    assert index.search("name_3")[0].chunk.path == "f3.py"
    index.close()
