"""Look-ups beside a plain scan of the same table, through every kind of change that a table goes through."""

import random

import lancedb
import pyarrow as pa
import pytest
from inglenook_indexer.store.postings import Postings

SCHEMA = pa.schema([("id", pa.string()), ("keys", pa.list_(pa.uint32()))])
HIGH = 2**32 - 1


def rows(chance, names):
    keys = [[chance.choice([0, 1, 2, 3, HIGH]) for _ in range(chance.randrange(4))] for _ in names]
    return pa.table({"id": list(names), "keys": pa.array(keys, pa.list_(pa.uint32()))}, schema=SCHEMA)


def scanned(table, key):
    return {row["id"] for row in table.to_arrow().to_pylist() if key in row["keys"]}


def looked_up(table, postings, key, limit=10_000):
    ids = postings.rows([key], limit)
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
        assert postings.fresh()


def test_a_limit_holds_for_each_key(tmp_path):
    table = lancedb.connect(tmp_path).create_table("t", schema=SCHEMA)
    table.add(pa.table({"id": [str(n) for n in range(50)], "keys": [[1, 2 + n % 2] for n in range(50)]}, SCHEMA))
    postings = Postings(table, "keys")
    assert len(postings.rows([1], 7)) == 7
    assert len(postings.rows([2, 3], 7)) == 14
    assert len(postings.rows([1, 1, 9], 100)) == 50
    assert len(postings.rows([], 7)) == 0


def test_rows_without_keys_do_no_harm(tmp_path):
    table = lancedb.connect(tmp_path).create_table("t", schema=SCHEMA)
    table.add(pa.table({"id": ["a", "b"], "keys": pa.array([None, []], pa.list_(pa.uint32()))}, SCHEMA))
    assert len(Postings(table, "keys").rows([1], 10)) == 0
