import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from inglenook_indexer.chunks.transformations import run, transformations
from inglenook_indexer.embed.static import StaticEmbedder
from inglenook_indexer.errors import IndexMissing
from inglenook_indexer.search.overlay import Overlay
from inglenook_indexer.search.retrieve import IndexRetriever
from inglenook_indexer.store.chunk_store import ChunkStore
from inglenook_indexer.symbols.facts import defined
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
    assert {row["path"]: row["defines"] for row in store.lookups.matching("def:one def:two def:three", 10)} == {
        "a.py": ["three"], "b.py": ["two"],
    }  # fmt: skip
    store.delete("b.py")
    assert [row[0] for row in store.encoded.files()] == ["a.py"]


def test_quotes_in_paths_do_no_harm(store):
    source = SourceFile('it\'s "odd".py', "def one():\n    pass\n", "python", "d", 1, 1)
    store.add(run([source], transformations(EMBEDDER)))
    store.delete(source.path)
    assert list(store.encoded.files()) == []


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
    waiting = store.encoded.waiting()
    assert sorted(waiting["path"].to_pylist()) == ["a.py", "b.py"]
    hashes = dict(zip(waiting["path"].to_pylist(), waiting["hash"].to_pylist(), strict=True))
    rows = np.eye(2, 384, dtype=np.float32)
    assert store.encoded.nearest(rows[0], 5) == ([], {})
    store.encodings.add([hashes["a.py"], hashes["b.py"]], rows)
    first = store.encoded.nearest(rows[0], 5)[0][0]
    assert (first["path"], round(first["_score"], 3)) == ("a.py", 1.0)
    assert store.encoded.waiting().num_rows == 0
    store.add(nodes(a="def one():\n    return 1\n"))
    assert store.encoded.waiting()["path"].to_pylist() == ["a.py"]
    store.add(nodes(moved="def one():\n    pass\n"))
    assert store.encoded.waiting()["path"].to_pylist() == ["a.py"], "a text that was seen before has its vector already"
    store.encodings.drop()
    assert store.encoded.waiting().num_rows == 3


def test_rows_written_after_the_word_index_are_found(store):
    for number in range(5):
        store.add(nodes(**{f"f{number}": f"def name_{number}():\n    pass\n"}))
        assert store.lookups.matching(f"def:name_{number}", 5)[0]["path"] == f"f{number}.py"
    store.writer.tidy(first=True)
    assert all(store.lookups.matching(f"def:name_{number}", 5) for number in range(5))


def test_a_big_store_gets_a_vector_index_and_stays_exact_enough(store, monkeypatch):
    monkeypatch.setattr("inglenook_indexer.store.indices.VECTOR_ROWS", 300)
    names = [
        f"{verb}_{noun}"
        for verb in ("open", "close", "read", "sort", "draw")
        for noun in map("thing{}".format, range(70))
    ]
    store.add(nodes(**{name: f"def {name}():\n    pass\n" for name in names}))
    query = EMBEDDER.embed(["sort thing7"])[0]
    flat = [row["path"] for row in store.lookups.nearest(query, 20)]
    store.writer.tidy()
    assert any(index.columns == ["vector"] for index in store.client.list_indices())
    assert len({row["path"] for row in store.lookups.nearest(query, 20)} & set(flat)) >= 15
    store.add(nodes(late="def sort_thing7_late():\n    pass\n"))
    late = EMBEDDER.embed(["sort thing7 late"])[0]
    assert "late.py" in {row["path"] for row in store.lookups.nearest(late, 20)}


def test_files_that_a_killed_writer_never_finished_are_swept_up(store):
    store.add(nodes(a="alpha = 1\n"))
    table = Path(store.folder) / "chunks.lance"
    left = [table / "data" / ".tmpPMm6y", table / "_versions" / "7.manifest#1", table / "_deletions" / ".tmpBUhQk"]
    for file in left:
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"half")
    store.writer.tidy()
    assert all(file.exists() for file in left)  # somebody may be writing them
    store.writer.tidy(unverified=True)
    assert not any(file.exists() for file in left)
    assert [row["path"] for row in store.lookups.matching("alpha", 5)] == ["a.py"]


def test_who_has_a_part_goes_on_when_the_store_is_opened_anew_or_shut(store):
    store.add(nodes(a="def one():\n    pass\n"))
    table, lookups, encoded = store.table, store.lookups, store.encoded
    store.outdate()
    assert store.client is None
    assert store.lookups is lookups, "until somebody opens it"
    store.open()
    assert store.client is not None
    assert store.table is not table
    store.add(nodes(b="def two():\n    pass\n"))
    store.shut()
    assert [row["path"] for row in lookups.matching("def:one", 5)] == ["a.py"]
    assert [row["path"] for row in lookups.nearest(EMBEDDER.embed(["def one"])[0], 1)] == ["a.py"]
    assert len(list(encoded.files())) >= 1


def test_a_store_that_is_not_open_is_said_to_be_missing(store):
    store.shut()
    assert store.client is None
    for part in ("table", "lookups", "facts", "encoded", "writer"):
        with pytest.raises(IndexMissing):
            getattr(store, part)


def test_searches_beside_a_store_that_is_opened_again_and_again(store):
    names = [f"name_{number}" for number in range(20)]
    store.add(nodes(**{name: f"def {name}():\n    pass\n" for name in names}))
    over = threading.Event()

    def search(number):
        for name in names[number::4]:
            lookups = store.lookups
            assert {row["path"] for row in lookups.matching(f"def:{name}", 5)} == {f"{name}.py"}
            assert lookups.nearest(EMBEDDER.embed([name])[0], 3)
            assert store.facts.having([defined(name)], 5)[1] == 1

    def reopen():
        while not over.is_set():
            store.outdate()
            store.open()

    with ThreadPoolExecutor(5) as pool:
        opening = pool.submit(reopen)
        try:
            list(pool.map(search, range(4)))
        finally:
            over.set()
        opening.result()
