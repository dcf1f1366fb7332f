from pathlib import Path

import numpy as np
import pytest
from inglenook_indexer.embed.static import StaticEmbedder
from inglenook_indexer.errors import IndexMissing
from inglenook_indexer.overlay import Overlay
from inglenook_indexer.pipeline import run, transformations
from inglenook_indexer.retrieve import IndexRetriever
from inglenook_indexer.store import ChunkStore
from inglenook_indexer.types import SourceFile
from llama_index.core import VectorStoreIndex
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.schema import TextNode
from llama_index.core.vector_stores.types import VectorStoreQuery, VectorStoreQueryMode

EMBEDDER = StaticEmbedder()


def nodes(**files):
    sources = [SourceFile(f"{path}.py", text, "python", "d", len(text), 1) for path, text in files.items()]
    return run(sources, transformations(EMBEDDER))


@pytest.fixture
def store(tmp_path):
    made = ChunkStore(
        folder=str(tmp_path / "store"), embedder="static:1", dimensions=EMBEDDER.dimensions,
        encodings_folder=str(tmp_path / "encodings"),
    )  # fmt: skip
    made.open(create=True)
    return made


def test_opening_nothing_is_said(tmp_path):
    with pytest.raises(IndexMissing):
        ChunkStore(folder=str(tmp_path), embedder="static:1", dimensions=8).open()


def test_a_commit_replaces_whole_files(store):
    store.add(nodes(a="def one():\n    pass\n", b="def two():\n    pass\n"))
    store.add(nodes(a="def three():\n    pass\n"))
    assert {row["path"]: row["defines"] for row in store.matching("def:one def:two def:three", 10)} == {
        "a.py": ["three"], "b.py": ["two"],
    }  # fmt: skip
    store.delete("b.py")
    assert [row[0] for row in store.files()] == ["a.py"]


def test_quotes_in_paths_do_no_harm(store):
    source = SourceFile('it\'s "odd".py', "def one():\n    pass\n", "python", "d", 1, 1)
    store.add(run([source], transformations(EMBEDDER)))
    store.delete(source.path)
    assert list(store.files()) == []


def test_llama_index_can_ask_it(store):
    store.add(nodes(a="def open_socket():\n    pass\n", b="class Color:\n    red = 1\n"))
    query = VectorStoreQuery(query_embedding=EMBEDDER.embed(["open a socket"])[0].tolist(), similarity_top_k=1)
    result = store.query(query)
    assert [node.metadata["path"] for node in result.nodes] == ["a.py"]
    assert result.similarities[0] > 0.3
    words = VectorStoreQuery(query_str="color", similarity_top_k=5, mode=VectorStoreQueryMode.TEXT_SEARCH)
    assert [node.ref_doc_id for node in store.query(words).nodes] == ["b.py"]


def test_a_library_user_can_plug_it_in(tmp_path):
    store = ChunkStore(folder=str(tmp_path), embedder="mock:1", dimensions=8)
    store.open(create=True)
    index = VectorStoreIndex.from_vector_store(store, embed_model=MockEmbedding(embed_dim=8))
    index.insert_nodes([TextNode(text="hello", metadata={"path": "a.txt"})])
    (found,) = index.as_retriever(similarity_top_k=3).retrieve("anything")
    assert found.node.get_content() == "hello"


def test_the_retriever_speaks_llama_index(store):
    store.add(nodes(a="def open_socket():\n    pass\n", b="class Color:\n    red = 1\n"))
    retriever = IndexRetriever(store, EMBEDDER, Overlay(EMBEDDER), limit=1)
    (found,) = retriever.retrieve("open_socket")
    assert found.node.metadata["path"] == "a.py"
    assert found.score > 0
    retriever.close()


def test_encoder_vectors_go_with_the_text_and_come_back_with_it(store):
    store.add(nodes(a="def one():\n    pass\n", b="def two():\n    pass\n"))
    waiting = store.waiting()
    assert sorted(waiting["path"].to_pylist()) == ["a.py", "b.py"]
    hashes = dict(zip(waiting["path"].to_pylist(), waiting["hash"].to_pylist(), strict=True))
    rows = np.eye(2, 384, dtype=np.float32)
    assert store.nearest(rows[0], 5, column="encoded") == []
    store.encodings.add([hashes["a.py"], hashes["b.py"]], rows)
    first = store.nearest(rows[0], 5, column="encoded")[0]
    assert (first["path"], round(first["_score"], 3)) == ("a.py", 1.0)
    assert store.waiting().num_rows == 0
    store.add(nodes(a="def one():\n    return 1\n"))
    assert store.waiting()["path"].to_pylist() == ["a.py"]
    store.add(nodes(moved="def one():\n    pass\n"))
    assert store.waiting()["path"].to_pylist() == ["a.py"], "a text that was seen before has its vector already"
    store.encodings.drop()
    assert store.waiting().num_rows == 3


def test_rows_written_after_the_word_index_are_found(store):
    for number in range(5):
        store.add(nodes(**{f"f{number}": f"def name_{number}():\n    pass\n"}))
        assert store.matching(f"def:name_{number}", 5)[0]["path"] == f"f{number}.py"
    store.tidy(first=True)
    assert all(store.matching(f"def:name_{number}", 5) for number in range(5))


def test_a_big_store_gets_a_vector_index_and_stays_exact_enough(store, monkeypatch):
    monkeypatch.setattr("inglenook_indexer.store.indices.VECTOR_ROWS", 300)
    names = [
        f"{verb}_{noun}"
        for verb in ("open", "close", "read", "sort", "draw")
        for noun in map("thing{}".format, range(70))
    ]
    store.add(nodes(**{name: f"def {name}():\n    pass\n" for name in names}))
    query = EMBEDDER.embed(["sort thing7"])[0]
    flat = [row["path"] for row in store.nearest(query, 20)]
    store.tidy()
    assert any(index.columns == ["vector"] for index in store.client.list_indices())
    assert len({row["path"] for row in store.nearest(query, 20)} & set(flat)) >= 15
    store.add(nodes(late="def sort_thing7_late():\n    pass\n"))
    late = EMBEDDER.embed(["sort thing7 late"])[0]
    assert "late.py" in {row["path"] for row in store.nearest(late, 20)}


def test_files_that_a_killed_writer_never_finished_are_swept_up(store):
    store.add(nodes(a="alpha = 1\n"))
    table = Path(store.folder) / "chunks.lance"
    left = [table / "data" / ".tmpPMm6y", table / "_versions" / "7.manifest#1", table / "_deletions" / ".tmpBUhQk"]
    for file in left:
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"half")
    store.tidy()
    assert all(file.exists() for file in left)  # somebody may be writing them
    store.tidy(unverified=True)
    assert not any(file.exists() for file in left)
    assert [row["path"] for row in store.matching("alpha", 5)] == ["a.py"]
