"""Names that are written much like another one."""

import pytest
from inglenook_indexer.search.similar_names import ALIKE, Spellings, similar, similarity

from tests.cost import faults

NAMES = ["get_queryset", "_get_queryset", "getQuerySet", "queryset", "resolve_url", "Truncator", "Trunc", "save", "x"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("get_querryset", ["getQuerySet", "get_queryset", "_get_queryset"]),
        ("_get_querryset", ["_get_queryset", "getQuerySet", "get_queryset"]),
        ("GETQUERYSET", ["getQuerySet", "get_queryset", "_get_queryset"]),
        ("reslove_url", ["resolve_url"]),
        ("trunctor", ["Truncator", "Trunc"]),
        ("saev", []),
        ("sav", ["save"]),
        ("x", ["x"]),
        ("___", []),
        ("", []),
    ],
)
def test_similar(wanted, expected):
    assert similar(wanted, NAMES, 9)[: len(expected) or 1] == expected


def test_a_few_of_many_are_told():
    assert len(similar("name_of_it", [f"name_of_it_{number}" for number in range(500)], 5)) == 5


def test_a_name_of_two_lines_is_passed_over():
    assert similar("t\nwo", ["one", "t\nwo"], 5) == []
    assert similar("one", ["one", "t\nwo"], 5) == ["one"]


@pytest.mark.parametrize("names", [[], [""], ["_"], ["a"], ["", "ab"], ["\ud800x", "größe"]])
def test_few_and_odd_names_are_no_trouble(names):
    assert similar("zzzz", names, 5) == []


@pytest.mark.parametrize("wanted", ["get_querryset", "reslove_url", "sav", "x", "ab", "trunctor"])
def test_of_many_names_those_are_compared_that_are_like_it(wanted):
    many = [*(f"filler_number_{number:x}" for number in range(3_000)), *NAMES]
    assert Spellings(many).like(wanted, 9) == similar(wanted, NAMES, 9)


def test_every_name_has_its_own_runs():
    names = [f"name{number:05}" for number in range(0, 60_000, 7)]
    spellings = Spellings(names)
    assert all(spellings.like(one, 1) == [one] for one in names[::500])


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("fooBar", "foo_bar", True),
        ("response", "respnse", True),
        ("session", "version", False),
        ("bulk_create", "bulk_creat", True),
        ("get", "set", False),
        ("", "x", False),
    ],
)
def test_similarity_is_the_same_both_ways(one, other, alike):
    assert (similarity(one, other) >= ALIKE) is alike
    assert similarity(one, other) == pytest.approx(similarity(other, one), abs=0.05)


def test_cost_is_linear():
    assert not faults(lambda text: similar(text, ["abcdef"], 5), "abc")
    assert not faults(lambda text: similar("ab_cde", text.split("."), 5), "abcde.", "abcdef1.")
