"""Damage to the store's files is seen before anything is shown from them, and mended by the next run."""

import os
import shutil

import pytest
from inglenook_indexer import Index, StorageError
from inglenook_indexer.store.checksums import Verdict, judge, take

FILES = {f"f{n}.py": f"def name_{n}():\n    return 'number {n}'\n" for n in range(30)}


@pytest.fixture
def index(workspace):
    made = Index(workspace(FILES))
    made.refresh()
    yield made
    made.close()


def data_of(index):
    return max((index.folder / "store/chunks.lance/data").iterdir(), key=lambda file: file.stat().st_size)


def flip(file, place, *, keep_time=False):
    """Change one byte, as a failing disk would."""
    status = file.stat()
    data = bytearray(file.read_bytes())
    data[place] ^= 0xFF
    file.write_bytes(data)
    if keep_time:
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def first(index, query):
    return index.search(query)[0].chunk.path


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.98])
def test_a_flipped_byte_is_seen_by_the_next_run(index, share):
    file = data_of(index)
    flip(file, int(file.stat().st_size * share))
    index.close()
    again = Index(index.root)
    report = again.refresh()
    assert (report.changed, len(report.messages)) == (30, 1)
    assert "damaged" in report.messages[0]
    assert "made again" in report.messages[0]
    assert first(again, "name_7") == "f7.py"
    assert again.refresh().messages == ()


def test_a_text_that_changed_on_disk_is_never_shown(index):
    file = data_of(index)
    place = file.read_bytes().find(b"number 7")
    assert place > 0
    flip(file, place + 7, keep_time=True)
    index.close()
    again = Index(index.root)
    with pytest.raises(StorageError) as caught:
        again.search("name_7")
    assert "damaged" in caught.value.message
    assert "inglenook index" in caught.value.mend
    assert again.refresh().changed == 30, "the reader told the next writer, who looked closely"
    assert first(again, "name_7") == "f7.py"


def test_files_that_are_missing_are_made_again(index):
    shutil.rmtree(index.folder / "store/chunks.lance/data")
    index.close()
    again = Index(index.root)
    assert again.refresh().changed == 30
    assert first(again, "name_7") == "f7.py"


def test_a_store_that_is_touched_but_whole_is_kept(index):
    for file in index.folder.rglob("*"):
        os.utime(file)
    index.close()
    report = Index(index.root).refresh()
    assert (report.changed, report.messages) == (0, ())


def test_a_change_of_places_that_was_cut_short_is_undone(index):
    index.close()
    (index.folder / "store").rename(index.folder / "store.old")
    (index.folder / "manifest.json").unlink()
    (index.folder / "next").mkdir()
    (index.folder / "manifest.json.123.tmp").write_text("{")
    again = Index(index.root)
    assert again.refresh().changed == 0
    assert first(again, "name_7") == "f7.py"
    left = {file.name for file in index.folder.iterdir()}
    assert not left & {"store.old", "next", "manifest.json.123.tmp"}


def test_damaged_encoder_vectors_cost_only_themselves(index):
    folder = index.folder / "encodings" / "encoded.lance"
    folder.mkdir(parents=True)
    (folder / "junk").write_text("no table")
    index.close()
    again = Index(index.root)
    assert first(again, "name_7") == "f7.py"


def test_the_ledger_tells_short_from_damaged(tmp_path):
    (tmp_path / "below").mkdir()
    for name in ("a", "below/b"):
        (tmp_path / name).write_bytes(b"content")
    known = take(tmp_path, {})
    assert set(known) == {"a", os.path.join("below", "b")}
    assert judge(tmp_path, known) is Verdict.SOUND
    (tmp_path / "later").write_bytes(b"")
    os.utime(tmp_path / "a")
    assert judge(tmp_path, known) is Verdict.SOUND
    known = take(tmp_path, known)
    flip(tmp_path / "a", 0, keep_time=True)
    assert judge(tmp_path, known) is Verdict.SOUND, "what only reading tells"
    assert judge(tmp_path, known, thorough=True) is Verdict.DAMAGED
    (tmp_path / "a").unlink()
    assert judge(tmp_path, known) is Verdict.SHORT
