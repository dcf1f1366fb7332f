"""Ignored means gone: what the rules come to exclude leaves the disk, every version of it, with the next run."""

import os
import subprocess
import sys
import threading
import time

import lancedb
import pytest
from inglenook_indexer import Index

from tests.indexer.killing import prepare

KEPT = {f"f{n}.py": f"def name_{n}():\n    return 'number {n}'\n" for n in range(8)}
PRIVATE = "notes_okapi.py"
WORD = "zebragiraffe"
FILES = {**KEPT, PRIVATE: f"def private_{WORD}():\n    return '{WORD}'\n"}
PLACES = {
    "our own file": (".inglenookignore", PRIVATE),
    "git's file": (".gitignore", "*okapi*"),
    "git's exclude": (".git/info/exclude", f"/{PRIVATE}"),
    "the user's excludes": ("../xdg/git/ignore", PRIVATE),
}


@pytest.fixture
def index(workspace, monkeypatch):
    """An index with several versions, of the encoder's vectors as well, and a file that was found."""
    prepare(monkeypatch.setattr)
    root = workspace(FILES)
    (root / ".git" / "info").mkdir(parents=True)
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (root.parent / "letters").mkdir()
    (root.parent / "letters" / "config.json").write_text("{}")
    made = Index(root)
    made.refresh()
    (root / PRIVATE).write_text(f"# {WORD}\n{FILES[PRIVATE]}")
    made.update([PRIVATE])
    assert made.search(WORD)[0].chunk.path == PRIVATE
    made.embed(root.parent / "letters")
    yield made
    made.close()


def left(index, *words):
    """Where one of `words` is still on the disk: in raw bytes of any file, or in any version of a table."""
    found = []
    for file in index.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes().lower()
            found += [f"{file.name}: {word}" for word in words if word.encode() in content or word in file.name]
    for folder in index.folder.rglob("*.lance"):
        if folder.is_dir():
            table = lancedb.connect(folder.parent).open_table(folder.stem)
            for version in table.list_versions():
                table.checkout(version["version"])
                text = str(table.to_arrow().to_pylist()).lower()
                found += [f"{folder.name} {version['version']}: {word}" for word in words if word in text]
    return found


def encoded(index):
    """(how many texts have a vector in the latest version of the encoder's table, how many versions there are)."""
    table = lancedb.connect(index.folder / "encodings").open_table("encoded")
    return table.count_rows(), len(table.list_versions())


def ignore(root, place=".inglenookignore", pattern=PRIVATE):
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).write_text(f"{pattern}\n.inglenookignore\n.gitignore\n")


def test_the_test_sees_what_is_there(index):
    assert left(index, WORD)
    assert left(index, "okapi")
    assert encoded(index)[0] == len(FILES)


@pytest.mark.parametrize("place", PLACES)
def test_what_is_ignored_is_gone_with_the_next_run(index, place):
    ignore(index.root, *PLACES[place])
    report = index.refresh()
    assert (report.removed, report.messages) == (1, ())
    assert left(index, WORD, "okapi") == []
    assert encoded(index) == (len(KEPT), 1)
    assert len(list((index.folder / "encodings/encoded.lance/data").iterdir())) == 1
    assert not list(index.folder.glob("*.unfinished"))
    for path in KEPT:
        assert index.search(path.replace("f", "name_")[:-3])[0].chunk.path == path
    assert index.status().tier2_chunks == index.status().chunks == len(KEPT)
    assert index.refresh().changed == 0


def test_a_folder_or_a_name_that_became_secret(index, monkeypatch):
    monkeypatch.setattr(
        "inglenook_indexer.files.discover.is_secret_path", lambda path: "it is a secret" if "okapi" in path else None
    )
    assert index.refresh().removed == 1
    assert left(index, WORD, "okapi") == []


def test_a_secret_that_newer_rules_mask(workspace, monkeypatch):
    token = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL3oR6"
    index = Index(workspace({**KEPT, "a.py": f"TOKEN = '{token}'\n"}))
    with monkeypatch.context() as older:
        older.setattr("inglenook_indexer.files.read.mask_secrets", lambda text, path: (text, []))
        for module in ("secrets.rules_version", "update.maintenance", "store.open_table", "store.manifest"):
            older.setattr(f"inglenook_indexer.{module}.rules", lambda: "older")
        index.refresh()
        assert left(index, token.lower())
    index.close()
    again = Index(index.root)
    (index.root / "f1.py").write_text("def changed():\n    pass\n")
    report = again.update(["f1.py"])  # whichever run comes first
    assert (report.changed, len(report.messages)) == (len(KEPT) + 1, 1)
    assert left(again, token.lower()) == []
    assert again.search("TOKEN")[0].chunk.path == "a.py"
    assert again.refresh().messages == ()
    (index.folder / "manifest.json").unlink()
    assert Index(index.root).refresh().messages == (), "the store knows by which rules it was made"


def test_the_name_of_a_file_that_was_judged_unfit_goes_too(workspace):
    index = Index(workspace(KEPT))
    (index.root / PRIVATE).write_bytes(b"\0binary\0")
    index.refresh()
    assert left(index, "okapi")
    ignore(index.root)
    assert index.refresh().changed == 0
    assert left(index, "okapi") == []


def test_what_was_set_aside_goes_too(index):
    index.close()
    for file in (index.folder / "store/chunks.lance/_versions").iterdir():
        file.write_bytes(file.read_bytes()[:5])
    (index.folder / "manifest.json").unlink()
    again = Index(index.root)
    assert len(again.refresh().messages) == 1
    assert (index.folder / "store.damaged").exists()
    ignore(index.root)
    again.refresh()
    assert not (index.folder / "store.damaged").exists()
    assert left(again, WORD, "okapi") == []


def test_an_unsaved_buffer_of_an_ignored_file_is_let_go(index):
    index.shadow(PRIVATE, "def unsaved_quagga():\n    pass\n")
    assert index.search("unsaved_quagga")[0].chunk.path == PRIVATE
    ignore(index.root)
    index.update([".inglenookignore"])
    assert all(hit.chunk.path != PRIVATE for hit in index.search("unsaved_quagga"))
    assert index.text(PRIVATE) == ""


def test_a_rebuild_leaves_nothing_of_what_it_does_not_read(index):
    ignore(index.root)
    index.refresh(rebuild=True)
    assert left(index, WORD, "okapi") == []
    assert encoded(index) == (len(KEPT), 1)


def test_what_was_edited_away_or_deleted_goes_within_a_day(index):
    (index.root / PRIVATE).unlink()
    assert index.refresh().removed == 1
    assert left(index, WORD), "an ordinary removal costs nothing more"
    (mark,) = index.folder.glob("*.unfinished")
    (index.root / "f1.py").write_text("def one():\n    pass\n")
    index.refresh()
    assert left(index, WORD)
    os.utime(mark, (time.time() - 25 * 3600,) * 2)
    (index.root / "f2.py").write_text("def two():\n    pass\n")
    index.refresh()
    assert left(index, WORD, "okapi") == []
    assert not mark.exists()


@pytest.mark.parametrize("stage", ["index", "finish", "purge"])
def test_a_run_killed_on_the_way_is_finished_by_the_next(index, stage):
    ignore(index.root)
    index.close()
    code = (
        "import os, sys; from pathlib import Path; from inglenook_indexer import Index\n"
        "index = Index(Path(sys.argv[1]))\n"
        "def told(now):\n"
        "    if now.stage == sys.argv[2] and now.done == now.total: os._exit(9)\n"
        "index.refresh(progress=told)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(index.root), stage], env=os.environ).returncode == 9
    again = Index(index.root)
    assert left(again, WORD)
    assert again.refresh().messages == ()
    assert left(again, WORD, "okapi") == []
    assert sorted(again.files()) == sorted(KEPT)
    again.close()


def test_a_cancelled_run_is_taken_up_again(index):
    ignore(index.root)
    seen = []

    def stop():
        return "purge" in seen

    assert index.refresh(progress=lambda now: seen.append(now.stage), cancelled=stop).cancelled
    assert left(index, WORD)
    assert not index.refresh().cancelled
    assert left(index, WORD, "okapi") == []


def test_readers_go_on_meanwhile(index):
    """Those of this process and another's, which still has the old files open."""
    other = Index(index.root)
    other.search("name_1")
    failures, stop = [], threading.Event()

    def read(reader):
        while not stop.is_set():
            try:
                if "f1.py" not in {hit.chunk.path for hit in reader.search("name_1")}:
                    failures.append("lost")
                if reader.definitions("name_2")[0].path != "f2.py":
                    failures.append("lost a symbol")
            except Exception as error:
                failures.append(repr(error))

    readers = [threading.Thread(target=read, args=(one,)) for one in (index, other)]
    for reader in readers:
        reader.start()
    for number in range(6):
        path = f"secret_{number}.py"
        (index.root / path).write_text(f"def secret_{number}():\n    pass\n")
        index.update([path])
        ignore(index.root, pattern="\n".join(f"secret_{one}.py" for one in range(number + 1)))
        index.update([".inglenookignore"])
        assert left(index, f"secret_{number}") == []
    stop.set()
    for reader in readers:
        reader.join()
    other.close()
    assert failures == []
    assert WORD in index.search(WORD)[0].chunk.text
