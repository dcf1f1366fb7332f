"""The engine's table and LanceDB's own give the same answers, and show each other's commits."""

import os
import subprocess
import sys
import threading
from datetime import timedelta

import lancedb
import numpy as np
import pyarrow as pa
import pytest
from inglenook_indexer.store import indices
from inglenook_indexer.store.engine_table import Database, MatchQuery
from lancedb.query import MatchQuery as TheirMatchQuery

SCHEMA = pa.schema(
    [
        ("id", pa.string()),
        ("words", pa.string()),
        ("keys", pa.list_(pa.uint32())),
        ("vector", pa.list_(pa.float16(), 8)),
    ],
    metadata={"inglenook": "of a test"},
)
WORDS = ("cookie", "session", "socket", "route", "parse", "colour")


def rows(first, last):
    numbers = range(first, last)
    flat = np.random.default_rng(first).normal(size=(len(numbers), 8)).astype(np.float16)
    return pa.table(
        {
            "id": [f"n{number}" for number in numbers],
            "words": [f"{WORDS[number % 6]} {WORDS[number % 5]} {WORDS[number % 4]}" for number in numbers],
            "keys": pa.array([[number % 3] if number % 7 else None for number in numbers], pa.list_(pa.uint32())),
            "vector": pa.FixedSizeListArray.from_arrays(pa.array(flat.reshape(-1)), 8),
        },
        SCHEMA,
    )


def database(folder):
    return Database(folder, timedelta(seconds=0), 1 << 20, 1 << 20)


@pytest.fixture
def both(tmp_path):
    """The same table of 200 rows: ours, and LanceDB's opened by LanceDB alone."""
    database(tmp_path).create_table("t", SCHEMA)
    theirs = lancedb.connect(tmp_path, read_consistency_interval=timedelta(seconds=0)).open_table("t")
    theirs.add(rows(0, 200))
    indices.index_words(theirs)
    return database(tmp_path).open_table("t"), theirs


ASKED = {
    "all rows": lambda table, _: table.search().select(["id", "keys"]).limit(500),
    "some of them": lambda table, _: table.search().select(["id"]).with_row_id(True).limit(7),
    "a filter": lambda table, _: table.search().where("id LIKE 'n1%' AND array_has_any(keys, [1])").limit(500),
    "row ids": lambda table, _: table.take_row_ids([3, 150, 9_000, 4]).select(["id", "vector"]).with_row_id(),
    "a vector": lambda table, _: (
        table.search(np.linspace(-1, 1, 8).astype(np.float16), vector_column_name="vector")
        .distance_type("dot").nprobes(4).select(["id", "_distance"]).with_row_id(True).limit(20)
    ),
    "a vector and a filter": lambda table, _: (
        table.search(np.ones(8, np.float16), vector_column_name="vector")
        .distance_type("dot").nprobes(4).select(["id", "_distance"]).limit(9).where("id > 'n5'")
    ),
    "words": lambda table, match: (
        table.search(match("cookie parse", "words"), query_type="fts")
        .select(["id", "_score"]).with_row_id(True).limit(500)
    ),
    "words and a filter": lambda table, match: (
        table.search(match("session", "words"), query_type="fts").select(["id", "_score"]).limit(500).where("id < 'n5'")
    ),
    "a misspelt word": lambda table, match: (
        table.search(match("soket", "words", fuzziness=1, max_expansions=20, prefix_length=1), query_type="fts")
        .select(["id", "_score"]).limit(500)
    ),
}  # fmt: skip


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_a_question_has_the_same_answer(both, asked):
    ours, theirs = both
    mine, other = asked(ours, MatchQuery).to_arrow(), asked(theirs, TheirMatchQuery).to_arrow()
    assert mine.num_rows
    assert mine.schema == other.schema
    order = [(name, "ascending") for name in mine.column_names if name in ("_score", "id", "_rowid")]
    assert mine.sort_by(order).equals(other.sort_by(order))


def test_a_table_says_the_same_of_itself(both):
    ours, theirs = both
    assert (ours.version, ours.count_rows(), ours.schema) == (theirs.version, 200, theirs.schema)
    assert ours.schema.metadata == SCHEMA.metadata
    assert ours.count_rows("id LIKE 'n1%'") == theirs.count_rows("id LIKE 'n1%'")
    assert indices.columns(ours) == indices.columns(theirs)
    assert list(indices.columns(ours)) == ["words"]


def test_rows_come_in_batches_and_as_dictionaries(both):
    ours, _ = both
    batches = list(ours.search().select(["id"]).limit(500).to_batches())
    assert sorted(pa.Table.from_batches(batches)["id"].to_pylist()) == sorted(f"n{number}" for number in range(200))
    assert ours.search().where("id = 'n7'").select(["id", "keys"]).limit(5).to_list() == [{"id": "n7", "keys": None}]


def test_no_rows_are_a_table_with_columns(both):
    found = both[0].search().where("id = 'none'").select(["id"]).with_row_id(True).limit(5).to_arrow()
    assert (found.num_rows, found.column_names) == (0, ["id", "_rowid"])


@pytest.mark.parametrize("interval", [timedelta(seconds=0), timedelta(hours=1)], ids=str)
def test_what_is_written_is_seen_at_once_on_either_side(both, tmp_path, interval):
    table = Database(tmp_path, interval, 1 << 20, 1 << 20).open_table("t")
    assert (version := table.version) == both[1].version
    table.add(rows(200, 210))  # done by LanceDB's own
    assert (table.version, table.count_rows(), table.whole.count_rows()) == (version + 1, 210, 210)
    table.delete("id >= 'n200' AND id < 'n21'")
    assert (table.version, table.count_rows(), table.whole.count_rows()) == (version + 2, 200, 200)


def test_another_processs_commit_is_seen_when_the_interval_is_over(both, tmp_path):
    ours, theirs = both
    patient = Database(tmp_path, timedelta(hours=1), 1 << 20, 1 << 20).open_table("t")
    assert patient.count_rows() == 200
    theirs.add(rows(200, 201))
    assert (ours.count_rows(), patient.count_rows()) == (201, 200)


def test_many_threads_may_ask_at_once(both):
    ours, _ = both
    found = []
    asking = [
        threading.Thread(target=lambda: found.extend(ours.search().select(["id"]).limit(500).to_list()))
        for _ in range(8)
    ]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert len(found) == 8 * 200


@pytest.mark.parametrize("wrong", ["no_such_column = 1", "id = "])
def test_a_wrong_question_is_an_error_that_the_store_expects(both, wrong):
    with pytest.raises((RuntimeError, ValueError)):
        both[0].search().where(wrong).limit(1).to_arrow()


def test_a_table_that_is_not_there_is_one_too(tmp_path):
    with pytest.raises((RuntimeError, ValueError, OSError)):
        database(tmp_path).open_table("none")


AFTERWARDS = """
import sys
from inglenook_indexer.store.engine import engine, package
native = engine()
assert "lancedb" not in sys.modules
whole = package()
assert sys.modules["lancedb._lancedb"] is native and engine() is native
assert whole.Session is native.Session
import lancedb.catalog, lancedb.index
assert lancedb.connect(sys.argv[1]).list_tables().tables == []
"""
BEFORE = """
import lancedb
from inglenook_indexer.store.engine import engine, package
assert package() is lancedb and engine().Session is lancedb.Session
"""
FORKED = """
import os, sys
from inglenook_indexer.store.engine import engine, wait
native = engine()
async def seven():
    return 7
assert wait(seven) == 7
child = os.fork()
if not child:
    os._exit(wait(seven))
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
"""


@pytest.mark.parametrize(
    "code",
    [
        AFTERWARDS,
        BEFORE,
        pytest.param(FORKED, marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")),
    ],
    ids=["the package afterwards", "the package before", "a forked process"],
)
def test_the_engine_and_the_package_are_one(tmp_path, code):
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_the_package_still_imports_what_no_table_needs():
    """Where this fails, LanceDB has become light: `engine` and `engine_table` can go, and `lancedb` be imported."""
    code = "import lancedb, sys; sys.exit('lance_namespace_urllib3_client' not in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=120).returncode == 0
