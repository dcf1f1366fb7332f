"""Every kind of file of an index, cut, flipped, emptied or gone: one message at most, never a wrong text."""

import os
import shutil

import pytest
from inglenook_indexer import Index, IndexMissing, StorageError

from tests.indexer.killing import prepare, texts

FILES = {
    f"f{n}.py": "".join(
        f"def name_{n}_{part}():\n" + "".join(f"    line_{k} = 'number {n}'\n" for k in range(30)) for part in "abc"
    )
    for n in range(24)
}
KINDS = {
    "rows": "store/chunks.lance/data/*.lance",
    "versions": "store/chunks.lance/_versions/*.manifest",
    "version hint": "store/chunks.lance/_versions/*.json",
    "transactions": "store/chunks.lance/_transactions/*",
    "deletions": "store/chunks.lance/_deletions/*",
    "word index": "store/chunks.lance/_indices/*/*tokens*",
    "posting lists": "store/chunks.lance/_indices/*/*invert*",
    "lengths of documents": "store/chunks.lance/_indices/*/*docs*",
    "index metadata": "store/chunks.lance/_indices/*/metadata.lance",
    "keys": "store/chunks.lance/_indices/*/page_*.lance",
    "vector index": "store/chunks.lance/_indices/*/index.idx",
    "vector storage": "store/chunks.lance/_indices/*/auxiliary.idx",
    "encoder's rows": "encodings/encoded.lance/data/*.lance",
    "encoder's versions": "encodings/encoded.lance/_versions/*.manifest",
    "manifest": "manifest.json",
    "encoder's name": "encoder.json",
    "retrieved files": "retrieved.json",
}


def cut(file):
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def empty(file):
    file.write_bytes(b"")


def flip(file, *, keep_time=False):
    status = file.stat()
    data = bytearray(file.read_bytes())
    for place in {len(data) // 7, len(data) // 2, len(data) - 5} & set(range(len(data))):
        data[place] ^= 0xFF
    file.write_bytes(data)
    if keep_time:
        os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def rot(file):
    """What a run can't see by names, sizes and times."""
    flip(file, keep_time=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace, and an index of it that has every kind of file: small thresholds, several commits, an encoder."""
    with pytest.MonkeyPatch.context() as patch:
        prepare(patch.setattr)
        home = tmp_path_factory.mktemp("damage")
        root = home / "workspace"
        root.mkdir()
        for name, text in FILES.items():
            (root / name).write_text(text)
        (home / "letters").mkdir()
        (home / "letters" / "config.json").write_text("{}")
        index = Index(root, home / "index")
        index.refresh()
        (root / "f3.py").write_text("def before():\n    pass\n")
        index.update(["f3.py"])
        (root / "f3.py").write_text(FILES["f3.py"])
        index.update(["f3.py"])
        index.search("name_1_a")
        index.embed(home / "letters")
        index.close()
        yield root, index.folder


@pytest.fixture
def copy(made, tmp_path, monkeypatch):
    prepare(monkeypatch.setattr)
    root, folder = made
    shutil.copytree(folder, tmp_path / "index")
    return root, tmp_path / "index"


def shown(index):
    """Searches; whatever is shown must be what the file says there. How many hits, or None if it said it can't."""
    count, said = 0, []
    for query in ("name_7_b", "number 11", "line_3 of name_2_a"):
        try:
            hits = index.search(query)
        except (StorageError, IndexMissing) as error:
            said.append(error)
            break
        for hit in hits:
            lines = FILES[hit.chunk.path].splitlines(keepends=True)
            assert hit.chunk.text == "".join(lines[hit.chunk.start_line - 1 : hit.chunk.end_line])
        count += len(hits)
    for error in said:
        assert "\n" not in error.message
        assert "inglenook index" in error.mend
    return None if said else count


@pytest.mark.parametrize("harm", [cut, empty, flip, rot, os.unlink], ids=["cut", "empty", "flip", "rot", "gone"])
@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_seen_and_mended(copy, kind, harm):
    root, folder = copy
    files = sorted(folder.glob(KINDS[kind]))
    assert files, "an index has such files"
    for file in files:
        harm(file)
    reader = Index(root, folder)
    shown(reader)
    reader.close()
    writer = Index(root, folder)
    report = writer.refresh()
    assert len(report.messages) <= 1, report.messages
    assert texts(writer) == FILES or harm is rot
    assert shown(writer) or harm is rot
    writer.close()
    if harm is rot:  # seen when it is met: then the next run mends it
        writer = Index(root, folder)
        writer.refresh()
        assert shown(writer)
        assert writer.refresh().messages == ()
    again = Index(root, folder)
    assert again.embed(root.parent / "letters").cancelled is False
    assert again.status().tier2_chunks == again.status().chunks
    assert {hit.parts["tier"] for hit in again.search("name_7_b", limit=3)} == {2}
    again.close()


def test_a_store_of_another_version_is_set_aside_with_one_message(copy, monkeypatch):
    root, folder = copy
    monkeypatch.setattr("inglenook_indexer.chunks.schema.FORMAT", 1_000)
    monkeypatch.setattr("inglenook_indexer.store.manifest.FORMAT", 1_000)
    index = Index(root, folder)
    assert shown(index) is None
    report = index.refresh()
    assert report.changed == len(FILES)
    assert len(report.messages) == 1
    assert "another version" in report.messages[0]
    assert shown(index)
    assert index.refresh().messages == ()
    index.close()
