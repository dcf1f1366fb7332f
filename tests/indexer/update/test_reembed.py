"""A store made with another static table keeps its rows; only its vectors are made anew."""

import json

import inglenook_indexer.search.access as access_module
import numpy as np
import pytest
from inglenook_indexer import Index
from inglenook_indexer.embed.static import StaticEmbedder
from inglenook_indexer.types import Progress
from inglenook_indexer.update import reembed

FILES = {f"f{n}.py": f"def name_{n}():\n    return 'number {n}'\n" for n in range(20)}
OLD = "other-table:1"


class OtherTable(StaticEmbedder):
    """A table of half the width whose vectors have nothing to do with the shipped one's."""

    def __init__(self):
        super().__init__()
        self._table = np.random.default_rng(0).normal(size=(len(self._table), 128)).astype(np.float32)
        self.dimensions = 128


@pytest.fixture
def older(workspace, monkeypatch):
    """An index that a version with another table made, closed."""
    with monkeypatch.context() as patch:
        patch.setattr(access_module, "EMBEDDER", OLD)
        patch.setattr("inglenook_indexer.search.session.StaticEmbedder", OtherTable)
        made = Index(workspace(FILES))
        made.refresh()
        assert made.search("name_7")
        made.close()
    return made


@pytest.fixture
def uncut(monkeypatch):
    """Fails a test that cuts a file again."""

    def cut(*_):
        raise AssertionError("a file was cut again")

    monkeypatch.setattr("inglenook_indexer.chunks.chunk.Chunker.chunk", cut)


def ids(index):
    return sorted(index._access.open().store.table.columns(["id", "hash"]).to_pylist(), key=lambda row: row["id"])


def vectors(index):
    rows = index._access.open().store.table.columns(["path", "text", "vector"])
    flat = np.array(rows["vector"].to_pylist(), np.float32)
    texts = [f"{path}\n{text}" for path, text in zip(rows["path"].to_pylist(), rows["text"].to_pylist(), strict=True)]
    return flat, StaticEmbedder().embed(texts)


def test_rows_stay_and_vectors_are_the_new_tables(older, uncut):
    before = Index(older.root)
    kept = ids(before)
    before.close()
    index = Index(older.root)
    report = index.refresh()
    assert (report.changed, report.removed, report.files) == (0, 0, 20)
    assert "made anew" in report.messages[0]
    assert ids(index) == kept
    np.testing.assert_allclose(*vectors(index), atol=1e-3)
    assert index.search("name_7")[0].chunk.path == "f7.py"
    assert not (index.folder / "store.damaged").exists()
    assert not (index.folder / "reembedded").exists()
    assert Index(older.root).refresh().messages == ()


def test_until_then_words_find_and_vectors_are_never_compared(older):
    index = Index(older.root)
    hits = index.search("name_7")
    assert hits[0].chunk.path == "f7.py"
    assert index._access.open().store.lookups.nearest(StaticEmbedder().embed(["name_7"])[0], 5) == []
    found = index._access.open().store.lookups.matching("7", 5, vector=np.ones(256))
    assert all(row.get("_similarity") is None for row in found)


def test_a_reader_of_the_old_rows_takes_the_new_ones_up(older):
    reader = Index(older.root)
    vector = StaticEmbedder().embed(["name_7"])[0]
    assert reader.search("name_7")
    assert reader._access.open().store.lookups.nearest(vector, 5) == []
    Index(older.root).refresh()
    reader.close()
    assert reader.search("name_7")[0].chunk.path == "f7.py"
    assert len(reader._access.open().store.lookups.nearest(vector, 5)) == 5


@pytest.mark.parametrize("stop_after", [0, 1, 3])
def test_a_stopped_renewal_goes_on_where_it_stood(older, uncut, monkeypatch, stop_after):
    monkeypatch.setattr(reembed, "_COMMIT_ROWS", 4)
    index = Index(older.root)
    asked = iter([False] * stop_after)
    assert index.refresh(cancelled=lambda: next(asked, True)).cancelled
    assert index.search("name_7")[0].chunk.path == "f7.py"
    index.close()
    told: list[Progress] = []
    again = Index(older.root)
    assert not again.refresh(progress=told.append).cancelled
    begun = next(one for one in told if one.stage == "reembed")
    assert (begun.done, begun.total) == (4 * stop_after, 20)
    np.testing.assert_allclose(*vectors(again), atol=1e-3)


def test_a_half_made_renewal_of_a_third_table_is_no_use(older, uncut, monkeypatch):
    monkeypatch.setattr(reembed, "_COMMIT_ROWS", 4)
    with monkeypatch.context() as patch:
        patch.setattr(access_module, "EMBEDDER", "third:1")
        asked = iter([False])
        between = Index(older.root)
        assert between.refresh(cancelled=lambda: next(asked, True)).cancelled
        between.close()
    index = Index(older.root)
    index.refresh()
    np.testing.assert_allclose(*vectors(index), atol=1e-3)


def test_files_that_changed_meanwhile_are_read_again(older):
    (older.root / "f3.py").write_text("def renamed(): ...\n")
    (older.root / "f4.py").unlink()
    index = Index(older.root)
    report = index.refresh()
    assert (report.changed, report.removed) == (1, 1)
    assert index.search("renamed")[0].chunk.path == "f3.py"


@pytest.mark.parametrize("method", ["update", "refresh"])
def test_every_writer_renews_first(older, method):
    index = Index(older.root)
    (older.root / "f3.py").write_text("def renamed(): ...\n")
    index.update(["f3.py"]) if method == "update" else index.refresh()
    np.testing.assert_allclose(*vectors(index), atol=1e-3)
    index.close()
    fresh = Index(older.root)
    assert fresh.refresh().changed == 0
    assert not fresh._access.open().store.table.embedder_differs


def test_another_format_is_still_set_aside(older, monkeypatch):
    import inglenook_indexer.chunks.schema as schema
    import inglenook_indexer.store.manifest as manifest

    monkeypatch.setattr(manifest, "FORMAT", 9_999)
    monkeypatch.setattr(schema, "FORMAT", 9_999)
    report = Index(older.root).refresh()
    assert "set aside" in report.messages[0]
    assert report.changed == 20


def test_the_manifest_that_was_carried_over_is_the_stores(older):
    index = Index(older.root)
    index.refresh()
    written = json.loads((index.folder / "manifest.json").read_bytes().partition(b"\n")[2])
    derived = index._access.open().manifest()
    assert {path: facts[5] for path, facts in written["files"].items() if facts[5]} == {
        path: entry.chunks for path, entry in derived.files.items()
    }
