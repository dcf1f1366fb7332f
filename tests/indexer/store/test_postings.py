"""Look-ups beside a plain scan of the same table, through every kind of change that a table goes through."""

import random

import lancedb
import pyarrow as pa
import pytest
from inglenook_indexer.store.postings import Postings

SCHEMA = pa.schema(
    [("id", pa.string()), ("keys", pa.list_(pa.uint32())), ("path", pa.string()), ("language", pa.string())]
)
HIGH = 2**32 - 1


def rows(chance, names):
    keys = [[chance.choice([0, 1, 2, 3, HIGH]) for _ in range(chance.randrange(4))] for _ in names]
    return table_of(list(names), keys)


def table_of(names, keys):
    """Ten rows to a file, by what their names start with."""
    paths = [f"{name[:-1]}.py" for name in names]
    languages = ["python" if name[-1:] in "02468" else "lua" for name in names]
    return pa.table(
        {"id": names, "keys": pa.array(keys, pa.list_(pa.uint32())), "path": paths, "language": languages}, SCHEMA
    )


def scanned(table, key):
    return {row["id"] for row in table.to_arrow().to_pylist() if key in row["keys"]}


def looked_up(table, postings, key, limit=10_000):
    ids = postings.rows([key], limit, version=table.version).ids
    return set(table.take_row_ids(ids.tolist()).select(["id"]).to_arrow()["id"].to_pylist()) if len(ids) else set()


@pytest.mark.parametrize("seed", range(4))
def test_look_ups_agree_with_a_scan_after_every_change(tmp_path, seed):
    chance = random.Random(seed)
    table = lancedb.connect(tmp_path).create_table("t", schema=SCHEMA)
    postings = Postings(table, "keys")
    assert looked_up(table, postings, 1) == set()
    for number in range(14):
        change = chance.choice(["add", "add", "delete", "replace", "compact"])
        if change == "add":
            table.add(rows(chance, [f"{number}-{n}" for n in range(chance.randrange(1, 60))]))
        elif change == "delete":
            table.delete(f"id LIKE '{chance.randrange(14)}-1%'")
        elif change == "replace":
            names = [f"{chance.randrange(14)}-{n}" for n in range(4)]
            (
                table.merge_insert("id")
                .when_matched_update_all()
                .when_not_matched_insert_all()
                .execute(rows(chance, names))
            )
        else:
            table.optimize()
        for key in (0, 1, 2, 3, 4, HIGH):
            assert looked_up(table, postings, key) == scanned(table, key), (number, change, key)


@pytest.fixture
def fifty(tmp_path):
    """Rows "00" to "49" of the files "0.py" to "4.py", written from the last to the first."""
    table = lancedb.connect(tmp_path).create_table("t", schema=SCHEMA)
    names = [f"{n:02}" for n in range(49, -1, -1)]
    table.add(table_of(names, [[1, 2 + int(name) % 2] for name in names]))
    return table


def names_of(table, posted):
    found = table.take_row_ids(posted.ids.tolist()).select(["id"]).with_row_id().to_arrow()
    ids = dict(zip(found["_rowid"].to_pylist(), found["id"].to_pylist(), strict=True))
    return [ids[one] for one in posted.ids.tolist()]


@pytest.mark.parametrize(
    ("keys", "limit", "skip", "count", "total"),
    [([1], 7, 0, 7, 50), ([2], 7, 0, 7, 25), ([2, 3], 50, 0, 50, 50), ([1, 1, 9], 100, 0, 50, 50), ([], 7, 0, 0, 0),
     ([9], 7, 0, 0, 0), ([1], 7, 48, 2, 50), ([1], 7, 60, 0, 50), ([1], 0, 0, 0, 50)],
)  # fmt: skip
def test_a_page_says_how_much_there_is(fifty, keys, limit, skip, count, total):
    posted = Postings(fifty, "keys").rows(keys, limit, skip, version=fifty.version)
    assert (len(posted.ids), len(posted.paths), posted.total) == (count, count, total)


def test_pages_follow_the_order_of_files(fifty):
    postings = Postings(fifty, "keys", lambda path: -int(path[0]))
    pages = [postings.rows([1], 20, skip, version=fifty.version) for skip in (0, 20, 40)]
    paths = [path for page in pages for path in page.paths]
    assert paths == sorted(paths, reverse=True)
    assert [name[0] for page in pages for name in names_of(fifty, page)] == [path[0] for path in paths]
    assert len({one for page in pages for one in page.ids.tolist()}) == 50


def test_what_a_filter_holds_back_is_not_counted(fifty):
    odd = lambda path, language: path == "3.py" and language == "lua"  # noqa: E731
    posted = Postings(fifty, "keys").rows([1], 3, 1, odd, version=fifty.version)
    assert (set(posted.paths), set(posted.languages), posted.total) == ({"3.py"}, {"lua"}, 5)
    assert {name[0] for name in names_of(fifty, posted)} == {"3"}
    assert Postings(fifty, "keys").rows([1], 3, 0, lambda path, language: False, version=1).total == 0


def test_rows_without_keys_do_no_harm(tmp_path):
    table = lancedb.connect(tmp_path).create_table("t", schema=SCHEMA)
    table.add(table_of(["a0", "b0"], [None, []]))
    assert len(Postings(table, "keys").rows([1], 10, version=table.version).ids) == 0
