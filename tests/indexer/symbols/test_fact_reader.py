"""Pages of rows, from a store and from buffers that shadow it; the rows are made up."""

import pytest
from inglenook_indexer.symbols.fact_reader import MOST, MOST_NARROW, FactReader


class Rows:
    """Rows that all have every key."""

    def __init__(self, *paths):
        self.paths = paths
        self.asked = []

    def having(self, keys, limit, skip=0, keep=None):
        self.asked.append((limit, skip))
        kept = [{"path": path, "language": "python"} for path in self.paths if keep is None or keep(path, "python")]
        return kept[skip : skip + limit], len(kept)


def reader(stored, *, unsaved=()):
    return FactReader(stored, Rows(*unsaved), lambda: frozenset(unsaved))


def gathered(one, *, keep=None, counts=lambda _: True, limit=5, most=MOST):
    return one.gather([1], keep, lambda row: [row["path"]], counts, limit, most)


def test_one_page_is_read_where_it_is_enough():
    stored = Rows(*map(str, range(1000)))
    found = gathered(reader(stored))
    assert stored.asked == [(60, 0)]
    assert (len(found), found.total, found.exact) == (60, 1000, False)


@pytest.mark.parametrize(("most", "pages"), [(MOST, [60, 120, 240, 280]), (MOST_NARROW, [60, 120, 240, 480, 600])])
def test_pages_grow_until_the_most_is_read(most, pages):
    stored = Rows(*map(str, range(5000)))
    found = gathered(reader(stored), counts=lambda _: False, most=most)
    assert stored.asked == [(page, sum(pages[:place])) for place, page in enumerate(pages)]
    assert len(found) == most
    assert (found.total, found.exact) == (5000, False)


def test_all_that_there_is_is_exact():
    found = gathered(reader(Rows("a", "b", "a")))
    assert (list(found), found.total, found.exact) == (["a", "b"], 2, True)


def test_buffers_come_first_and_once_and_hide_what_they_shadow():
    stored = Rows(*map(str, range(100)))
    found = gathered(reader(stored, unsaved=("7", "new")), counts=lambda _: False)
    assert list(found)[:2] == ["7", "new"]
    assert (len(found), found.exact) == (101, True)


def test_a_filter_holds_for_both():
    found = gathered(reader(Rows("a", "b"), unsaved=("b", "c")), keep=lambda path, _: path != "c")
    assert list(found) == ["b", "a"]


def test_all_rows_of_some_files():
    rows = reader(Rows("a", "b", "a", "c"), unsaved=("c",)).of_files(len, ["a", "c"])
    assert [row["path"] for row in rows] == ["c", "a", "a"]
