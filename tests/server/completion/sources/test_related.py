import pytest
from inglenook_indexer.types import Chunk, Hit
from inglenook_server.completion.sources.related import gate, retrieval_query

from tests.server.completion.marks import at


def hit(path: str, bm25: float, vector: float) -> Hit:
    chunk = Chunk(path, "python", "def f():\n    pass\n", 1, 2, 0, 18)
    return Hit(chunk, bm25 + vector, {"bm25": bm25, "vector": vector})


def test_the_query_is_made_of_lines_above_and_the_imports_they_use():
    cursor = at("import os\nfrom pool import Pool\nimport json\n\n\ndef f():\n    pool = Pool()\n    pool.█\n")
    query = retrieval_query(cursor)
    assert query.splitlines() == ["from pool import Pool", "import json", "def f():", "pool = Pool()"] or (
        "pool = Pool()" in query and "pool." not in query.splitlines()
    )


def test_the_query_does_not_change_while_a_line_is_typed():
    queries = {retrieval_query(at(f"def f():\n    total = 0\n    {typed}█\n")) for typed in ("", "r", "return total")}
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("hits", "paths"),
    [
        ([hit("a.py", 9, 0.8), hit("b.py", 8, 0.7)], ["a.py", "b.py"]),
        ([hit("me.py", 9, 0.9), hit("b.py", 8, 0.7)], ["b.py"]),
        ([hit("a.py", 9, 0.1), hit("b.py", 0.5, 0.9)], []),
        ([hit("a.py", 9, 0.8)] * 3, ["a.py", "a.py"]),
        ([], []),
    ],
)
def test_the_gate_wants_words_and_vectors_from_other_files(hits, paths):
    assert [kept.chunk.path for kept in gate(hits, "me.py")] == paths
