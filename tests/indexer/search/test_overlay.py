import pytest
from inglenook_indexer import Index
from inglenook_indexer.embed.static import StaticEmbedder
from inglenook_indexer.search.overlay import Overlay


@pytest.fixture
def index(workspace):
    made = Index(
        workspace({"a.py": "def stored_name():\n    pass\n", "b.py": "def other():\n    return stored_name()\n"})
    )
    made.refresh()
    yield made
    made.close()


def names(index, query, **options):
    return [name for hit in index.search(query, **options) for name in hit.chunk.defines]


def test_a_buffer_stands_in_for_its_file(index):
    index.shadow("a.py", "def unsaved_name():\n    pass\n")
    assert names(index, "unsaved_name")[0] == "unsaved_name"
    assert "stored_name" not in names(index, "stored_name")
    index.shadow("a.py", None)
    assert names(index, "stored_name")[0] == "stored_name"
    assert "unsaved_name" not in names(index, "unsaved_name")


def test_a_buffer_without_a_file_is_found(index):
    index.shadow("untitled.py", "def zebra():\n    return 'stripes'\n")
    assert index.search("stripes of a zebra")[0].chunk.path == "untitled.py"


def test_an_emptied_buffer_hides_its_file(index):
    index.shadow("a.py", "")
    assert "a.py" not in {hit.chunk.path for hit in index.search("stored_name")}


def test_buffers_pass_the_same_filters(index):
    index.shadow("sub/c.py", "def zebra():\n    pass\n")
    assert names(index, "zebra", path="sub") == ["zebra"]
    assert "zebra" not in names(index, "zebra", path="a.py")
    assert "zebra" not in names(index, "zebra", language="go")
    assert names(index, "zebra", path="sub/*.py") == ["zebra"]


def test_buffers_are_never_written(index):
    index.shadow("a.py", "def only_in_memory():\n    pass\n")
    index.refresh()
    stored = b"".join(path.read_bytes() for path in index.folder.rglob("*") if path.is_file())
    assert b"only_in_memory" not in stored


def test_scores_are_on_the_stores_scale(index):
    stored = index.search("stored_name")[0]
    index.shadow("a.py", "def stored_name():\n    pass\n")
    unsaved = index.search("stored_name")[0]
    assert unsaved.chunk.path == "a.py"
    assert 0.3 < unsaved.parts["bm25"] / stored.parts["bm25"] < 3


def test_a_buffer_may_come_before_the_index(workspace):
    index = Index(workspace({"a.py": "x = 1\n"}))
    index.shadow("a.py", "def early():\n    pass\n")
    index.refresh()
    assert names(index, "early") == ["early"]


def test_a_key_typed_costs_one_chunk_and_changes_nothing_else():
    class Noted(StaticEmbedder):
        def embed(self, texts):
            seen.append(len(texts))
            return super().embed(texts)

    seen = []
    text = "".join(f"def name_{n}():\n" + f"    line = 'text {n}'\n" * 60 + "\n\n" for n in range(8))
    typed, fresh = Overlay(Noted()), Overlay(Noted())
    typed.put("a.py", text)
    changed = text.replace("text 3", "words 3", 1).replace("name_6", "other_6")
    typed.put("a.py", changed)
    fresh.put("a.py", changed)
    assert seen == [8, 2, 8]
    mine, theirs = typed._buffers["a.py"], fresh._buffers["a.py"]
    assert (mine.chunks, mine.words) == (theirs.chunks, theirs.words)
    assert (mine.vectors == theirs.vectors).all()


def test_a_files_text_is_its_buffers_else_the_disks_and_never_an_excluded_files(workspace):
    token = "ghp_" + "a1B2" * 9
    root = workspace(
        {
            "a.py": f"TOKEN = '{token}'\n",
            "b.py": "x = 1\n",
            ".gitignore": "ignored.py\n",
            "ignored.py": "y = 1\n",
            ".env": f"TOKEN={token}\n",
        }
    )
    index = Index(root)
    assert index.text("b.py") == ""
    index.refresh()
    assert index.text("b.py") == "x = 1\n"
    assert token not in index.text("a.py")
    assert index.text("a.py").startswith("TOKEN = ")
    assert [index.text(path) for path in ("ignored.py", ".env", "../b.py", "none.py", "")] == [""] * 5
    index.shadow("b.py", f"unsaved = '{token}'\n\n\n")
    assert index.text("b.py").startswith("unsaved = ")
    assert token not in index.text("b.py")
    index.shadow("b.py", None)
    (root / "b.py").write_text("x = 20\n")
    assert index.text("b.py") == "x = 20\n"
    index.close()


def test_of_a_huge_buffer_the_best_chunks_are_ranked_and_filters_come_first(index):
    many = "\n\n".join(f"def zebra_{number}():\n    return {['stripes'] * 30}" for number in range(300))
    index.shadow("big.py", many)
    index.shadow("sub/c.py", "def quiet():\n    return 'a zebra'\n")
    overlay = index._access.open().overlay
    vector = StaticEmbedder().embed(["zebra"])[0]
    found = overlay.candidates(["zebra"], vector, [], 20, lambda chunk: True)
    assert 20 <= len(found) <= 40
    assert max(one.bm25 for one in found) == max(
        one.bm25 for one in overlay.candidates(["zebra"], vector, [], 10_000, lambda chunk: True)
    )
    assert names(index, "zebra", path="sub") == ["quiet"]
