from inglenook_server.completion.context.sources.related import retrieval_query

from tests.server.completion.marks import at


def test_the_query_is_made_of_lines_above_and_the_imports_they_use():
    cursor = at("import os\nfrom pool import Pool\nimport json\n\n\ndef f():\n    pool = Pool()\n    pool.█\n")
    query = retrieval_query(cursor)
    assert query.splitlines() == ["from pool import Pool", "import json", "def f():", "pool = Pool()"] or (
        "pool = Pool()" in query and "pool." not in query.splitlines()
    )


def test_the_query_does_not_change_while_a_line_is_typed():
    queries = {retrieval_query(at(f"def f():\n    total = 0\n    {typed}█\n")) for typed in ("", "r", "return total")}
    assert len(queries) == 1
