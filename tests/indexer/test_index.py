import hashlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

import pytest
from filelock import FileLock
from inglenook_indexer import Index, IndexBusy, IndexMissing, StorageError
from inglenook_indexer.store.manifest import FORMAT
from inglenook_indexer.store.table_writer import TableWriter

FILES = {
    "app/routes.py": "def add_route(path, view):\n    ROUTES[path] = view\n",
    "app/session.py": "class Session:\n    def load(self, cookie):\n        return decode(cookie)\n",
    "docs/intro.md": "# Introduction\n\nHow to install the thing.\n",
    "tests/test_routes.py": "def test_add_route():\n    add_route('/', None)\n",
    "empty.py": "",
}


@pytest.fixture
def root(workspace):
    return workspace(FILES)


@pytest.fixture
def index(root):
    made = Index(root)
    yield made
    made.close()


def paths(index, query, **options):
    return [hit.chunk.path for hit in index.search(query, **options)]


def test_files_go_in_and_are_found(index):
    report = index.refresh()
    assert (report.files, report.changed, report.removed, report.skipped) == (5, 5, 0, ())
    assert index.files() == sorted(FILES)
    (first, *_) = index.search("where are routes added")
    assert first.chunk.path == "app/routes.py"
    assert (first.chunk.start_line, first.chunk.end_line) == (1, 2)
    assert first.chunk.text == FILES["app/routes.py"]
    assert first.chunk.defines == ("add_route",)
    assert paths(index, "Session")[0] == "app/session.py"


def test_nothing_indexed_is_said(index):
    with pytest.raises(IndexMissing) as caught:
        index.search("anything")
    assert "inglenook index" in caught.value.mend
    assert index.status().files == 0
    assert index.files() == []
    assert not index.folder.exists(), "asking leaves nothing behind"


@pytest.mark.parametrize("query", ["", "  ", "\n"])
def test_an_empty_query_finds_nothing(index, query):
    index.refresh()
    assert index.search(query) == []


@pytest.mark.parametrize("query", ["'", '"', "a' OR '1'='1", "*?[", "def:", "\0", "漢字", "!!!", "x " * 5000, "\ud800"])
def test_odd_queries_do_no_harm(index, query):
    index.refresh()
    assert isinstance(index.search(query), list)


def test_filters(index):
    index.refresh()
    assert set(paths(index, "route session", path="app")) == {"app/routes.py", "app/session.py"}
    assert set(paths(index, "route", path="app/routes.py")) == {"app/routes.py"}
    assert set(paths(index, "route", path="tests/*.py")) == {"tests/test_routes.py"}
    assert set(paths(index, "install the thing", language="markdown")) == {"docs/intro.md"}
    assert paths(index, "route", path="nowhere") == []
    assert paths(index, "route", path="ap") == []


def test_an_empty_folder_is_an_empty_index(workspace):
    index = Index(workspace({}))
    assert index.refresh().files == 0
    assert index.search("anything") == []
    assert index.refresh().changed == 0


def test_changes_are_followed(index, root):
    index.refresh()
    (root / "app/routes.py").write_text("def register_endpoint():\n    pass\n")
    (root / "app/session.py").unlink()
    (root / "new.py").write_text("def brand_new():\n    pass\n")
    report = index.refresh()
    assert (report.files, report.changed, report.removed) == (5, 2, 1)
    assert paths(index, "register_endpoint")[0] == "app/routes.py"
    assert paths(index, "brand_new")[0] == "new.py"
    assert "app/session.py" not in paths(index, "Session load cookie")
    assert not any("add_route" in hit.chunk.defines for hit in index.search("add_route"))


def test_update_looks_only_where_it_is_told(index, root):
    index.refresh()
    (root / "app/routes.py").write_text("def changed_here():\n    pass\n")
    (root / "docs/intro.md").write_text("# Changed there\n")
    report = index.update([root / "app/routes.py"])
    assert report.changed == 1
    assert paths(index, "changed_here")[0] == "app/routes.py"
    assert index.update(["docs"]).changed == 1
    assert index.update(["docs", root / "app", "/etc/passwd", "../x"]).changed == 0


def test_update_follows_folders_that_go_and_come(index, root):
    index.refresh()
    shutil.move(root / "app", root / "core")
    report = index.update([root / "app", root / "core"])
    assert (report.changed, report.removed) == (2, 2)
    assert paths(index, "add_route")[0] == "core/routes.py"


def test_a_new_ignore_rule_takes_files_out(index, root):
    index.refresh()
    (root / ".inglenookignore").write_text("app/\n")
    index.update([root / ".inglenookignore"])
    assert not any(path.startswith("app/") for path in index.files())
    assert not any(path.startswith("app/") for path in paths(index, "add_route session"))


def test_a_file_touched_but_not_changed_is_not_written(index, root):
    index.refresh()
    os.utime(root / "app/routes.py")
    assert index.refresh().changed == 0


def test_files_that_become_unfit_leave(index, root):
    index.refresh()
    (root / "app/routes.py").write_bytes(b"\xff\xfe\0binary\0")
    report = index.refresh()
    assert report.removed == 1
    assert [one.path for one in report.skipped] == ["app/routes.py"]
    assert [one.path for one in index.refresh().skipped] == ["app/routes.py"], "told again, though not read again"


def test_a_file_that_vanishes_midway_stops_nothing(index, root, monkeypatch):
    from inglenook_indexer.update import batch

    read = batch.read

    def vanish(root, candidate):
        if candidate.path == "app/session.py":
            (root / candidate.path).unlink()
        return read(root, candidate)

    monkeypatch.setattr(batch, "read", vanish)
    report = index.refresh()
    assert report.files == 4


def test_secrets_reach_neither_store_nor_hits(workspace):
    token = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL3oR6"
    root = workspace(
        {"a.py": f"TOKEN = '{token}'\nvalue = 1\n", ".env": f"TOKEN={token}\n", ".inglenookignore": "!.env\n"}
    )
    index = Index(root)
    report = index.refresh()
    assert ".env" in {one.path for one in report.skipped}
    index.shadow("b.py", f"OTHER = '{token}'\n")
    hits = index.search("TOKEN OTHER", limit=50)
    assert {hit.chunk.path for hit in hits} >= {"a.py", "b.py"}
    assert all(token not in hit.chunk.text for hit in hits)
    stored = b"".join(path.read_bytes() for path in index.folder.rglob("*") if path.is_file())
    assert token.encode() not in stored
    assert token.lower().encode() not in stored


def test_a_cancelled_run_keeps_what_was_there(index, root):
    index.refresh()
    for number in range(50):
        (root / f"more_{number}.py").write_text(f"def more_{number}():\n    pass\n")
    (root / "app/routes.py").write_text("def replaced():\n    pass\n")
    report = index.refresh(cancelled=lambda: True)
    assert report.cancelled
    assert paths(index, "add_route")[0] == "app/routes.py"
    assert index.refresh().changed == 51


def test_rebuild_makes_the_same_index_again(index, root):
    index.refresh()
    before = index.search("add_route")
    report = index.refresh(rebuild=True)
    assert (report.files, report.changed) == (5, 5)
    assert index.search("add_route") == before
    assert index.refresh().changed == 0
    assert index.refresh(rebuild=True, cancelled=lambda: True).cancelled
    assert index.search("add_route") == before


def test_another_reader_sees_what_was_written_even_after_a_rebuild(index, root):
    index.refresh()
    reader = Index(root)
    assert paths(reader, "add_route")
    (root / "app/routes.py").write_text("def rebuilt_name():\n    pass\n")
    index.refresh(rebuild=True)
    deadline = time.monotonic() + 10
    while "rebuilt_name" not in {name for hit in reader.search("rebuilt_name") for name in hit.chunk.defines}:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert reader.files() == index.files()


@pytest.mark.parametrize("damage", ["manifest cut", "manifest gone", "manifest of another format"])
def test_the_manifest_can_be_made_again(index, root, damage):
    index.refresh()
    index.close()
    file = index.folder / "manifest.json"
    text = file.read_text()
    if damage == "manifest cut":
        file.write_text(text[: len(text) // 2])
    elif damage == "manifest gone":
        file.unlink()
    else:
        body = text.partition("\n")[2].replace(f'"format":{FORMAT}', '"format":0')
        file.write_text(f"{hashlib.blake2b(body.encode(), digest_size=16).hexdigest()}\n{body}")
    again = Index(root)
    assert set(again.files()) == set(FILES) - {"empty.py"}
    assert again.refresh().changed <= 1
    assert paths(again, "add_route")[0] == "app/routes.py"


@pytest.mark.parametrize("damage", ["versions cut", "another program's", "a file in its place"])
def test_a_store_that_cant_be_used_is_set_aside_with_one_message(index, root, damage):
    index.refresh()
    index.close()
    table = index.folder / "store" / "chunks.lance"
    if damage == "versions cut":
        for file in (table / "_versions").iterdir():
            file.write_bytes(file.read_bytes()[:5])
    elif damage == "another program's":
        import lancedb

        lancedb.connect(index.folder / "store").create_table("chunks", [{"id": 1}], mode="overwrite")
    else:
        shutil.rmtree(table)
        table.write_text("not a table")
    (index.folder / "manifest.json").unlink()
    again = Index(root)
    with pytest.raises((StorageError, IndexMissing)) as caught:
        again.search("add_route")
    assert "inglenook index" in caught.value.mend
    report = again.refresh()
    assert report.changed == 5
    assert len(report.messages) <= 1
    assert paths(again, "add_route")[0] == "app/routes.py"


def test_no_space_left_is_one_sentence_and_loses_nothing(index, root, monkeypatch):
    index.refresh()
    (root / "app/routes.py").write_text("def after_the_disk_was_full():\n    pass\n")

    def full(self, nodes, replaced, **_):
        from inglenook_indexer.store.storage_errors import storage

        with storage(self._table.folder):
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(TableWriter, "replace", full)
        with pytest.raises(StorageError) as caught:
            index.refresh()
    assert "No space" in caught.value.message
    assert "\n" not in caught.value.message
    assert paths(index, "add_route")[0] == "app/routes.py"
    assert index.refresh().changed == 1
    assert paths(index, "after_the_disk_was_full")[0] == "app/routes.py"


def test_a_cache_folder_that_cant_be_made_is_one_sentence(root, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError) as caught:
        Index(root, tmp_path / "file" / "index").refresh()
    assert "can't be written" in caught.value.message


def test_two_processes_do_not_write_at_once(index):
    index.refresh()
    with FileLock(index.folder / "writer.lock"), pytest.raises(IndexBusy):
        index.refresh()
    assert paths(index, "add_route"), "readers go on"
    index.refresh()


def test_readers_go_on_while_a_thread_writes(index, root):
    index.refresh()
    failures, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            if "app/session.py" not in paths(index, "Session load cookie"):
                failures.append("lost")

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(8):
        (root / "app/routes.py").write_text(f"def add_route_{number}():\n    pass\n")
        index.update(["app/routes.py"])
        assert f"add_route_{number}" in index.search(f"add_route_{number}")[0].chunk.text
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []


def test_a_killed_run_leaves_the_last_index(index, root):
    index.refresh()
    for number in range(3000):
        (root / f"more_{number}.py").write_text(f"def more_{number}():\n" + "    value = 1\n" * 80)
    code = (
        "import sys; from pathlib import Path; from inglenook_indexer import Index; Index(Path(sys.argv[1])).refresh()"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(root)], env=os.environ)
    version = len(list((index.folder / "store/chunks.lance/_versions").iterdir()))
    deadline = time.monotonic() + 60
    while (
        len(list((index.folder / "store/chunks.lance/_versions").iterdir())) == version and time.monotonic() < deadline
    ):
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    again = Index(root)
    assert paths(again, "add_route")[0] == "app/routes.py"
    again.refresh()
    assert len(again.files()) == 3005
    assert paths(again, "more_2999")[0] == "more_2999.py"


def test_an_unchanged_run_imports_nothing_heavy(index, root):
    index.refresh()
    code = (
        "import sys; from pathlib import Path; from inglenook_indexer import Index\n"
        "index = Index(Path(sys.argv[1])); report = index.refresh(); index.status(); index.files()\n"
        "assert report.changed == 0 and report.files == 5, report\n"
        "print([name for name in ('lancedb', 'llama_index', 'pyarrow', 'numpy', 'tree_sitter') if name in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", code, str(root)], check=True, capture_output=True, text=True).stdout
    assert output.strip() == "[]"


def test_status_counts(index):
    index.refresh()
    status = index.status()
    assert (status.files, status.chunks, status.tier2_chunks) == (5, 4, 0)
    assert status.bytes > 0
    assert time.time() - status.updated < 60


def test_progress_reaches_the_end(index):
    seen = []
    index.refresh(progress=seen.append)
    assert seen[0].stage == "scan"
    assert [(one.done, one.total) for one in seen if one.stage == "index"][-1] == (5, 5)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("app/routes.py", "is indexed: 1 chunks"), (".env", "not indexed: .env is a file of environment variables"),
        ("node_modules/x/a.js", "node_modules"), ("a.bin", "binary"), ("nope.py", "does not exist"), ("app", "2 files"),
        ("/etc/passwd", "outside"), ("late.py", "not indexed yet"), ("latin.py", "not UTF-8"),
    ],
)  # fmt: skip
def test_explain_file(index, root, path, words):
    index.refresh()
    for name in (".env", "a.bin", "late.py"):
        (root / name).write_text("x = 1\n")
    (root / "latin.py").write_bytes(b"caf\xe9")
    assert words in index.explain_file(path)


def test_search_after_close_opens_again(index):
    index.refresh()
    index.search("x")
    index.close()
    index.close()
    assert paths(index, "add_route")


def test_an_index_can_be_opened_before_it_is_needed(workspace):
    root = workspace({"app.py": "def parse_cookie(text):\n    return text\n"})
    Index(root).warm()  # nothing is indexed yet, and nothing is said
    Index(root).refresh()
    fresh = Index(root)
    fresh.warm()
    assert fresh.search("parse_cookie")[0].chunk.path == "app.py"


def test_names_are_those_of_the_present_index_and_of_buffers(index, root):
    def named(prefix):
        return [one.name for one in index.names(prefix)]

    with pytest.raises(IndexMissing):
        named("add_")
    index.refresh()
    assert named("add_") == ["add_route", "test_add_route"]
    assert named("SESS") == ["Session"]
    index.shadow("fresh.py", "def add_fresh():\n    return 1\n")
    assert named("add_") == ["add_fresh", "add_route", "test_add_route"]
    index.shadow("fresh.py", None)
    (root / "more.py").write_text("def add_more():\n    return 1\n")
    index.update(["more.py"])
    assert named("add_") == ["add_more", "add_route", "test_add_route"]
    (root / "more.py").unlink()
    (root / ".gitignore").write_text("tests/\n")
    index.refresh()
    assert named("add_") == ["add_route"]
