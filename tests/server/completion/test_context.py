import pytest
from inglenook_indexer.types import Chunk, Hit
from inglenook_server.completion.context import SnippetMemory, gate, retrieval_query

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
    assert [kept.chunk.path for kept in gate(hits, "me.py", 3)] == paths


def test_snippets_stay_while_the_cursor_stays_near():
    memory = SnippetMemory()
    asked: list[str] = []

    def look_up(query: str) -> tuple[Hit, ...]:
        asked.append(query)
        return (hit(f"{len(asked)}.py", 1, 1),)

    for line, query in [(10, "a"), (10, "a"), (12, "b"), (13, "c"), (15, "d"), (9, "e"), (40, "e")]:
        memory.get("me.py", line, query, look_up)
    assert asked == ["a", "d", "e"]
    memory.clear()
    memory.get("me.py", 40, "e", look_up)
    assert asked[-1] == "e"
    assert len(asked) == 4
