import pytest
from inglenook_indexer.search.name_features import Matcher, alike, flat, name_stems, rarity
from inglenook_indexer.search.query import parse


@pytest.mark.parametrize(
    ("mine", "theirs", "worth"),
    [
        ("rout", "rout", 1),
        ("config", "configur", 0.8),
        ("req", "request", 0.5),
        ("re", "request", 0),
        ("app", "ape", 0),
    ],
)
def test_stems_may_be_cut_short(mine, theirs, worth):
    assert alike(mine, theirs) == alike(theirs, mine) == worth


@pytest.mark.parametrize("name", ["HttpClient", "http_client", "http-client", "HTTPClient"])
def test_names_without_case_and_joints(name):
    assert flat(name) == "httpclient"


def said(query, name):
    parsed = parse(query)
    weight = {stem: 1 / len(parsed.stems) for stem in parsed.stems}
    return Matcher(parsed, weight).said(sorted(name_stems(name)))


@pytest.mark.parametrize(
    ("query", "name", "covered", "share"),
    [
        ("register blueprint", "register_blueprint", 1.0, 1.0),
        ("register blueprint", "register", 0.5, 1.0),
        ("register blueprint", "register_error_handler", 0.5, 1 / 3),
        ("configuration", "config", 0.8, 0.8),
        ("thread pool", "threadpool", 1.0, 1.0),
        ("thread pool", "spooling", 0.0, 0.0),
        ("anything", "", 0.0, 0.0),
    ],
)
def test_how_far_name_and_query_say_the_same(query, name, covered, share):
    assert said(query, name) == pytest.approx((covered, share))


def test_rare_words_weigh_more_and_all_of_them_one():
    weight = rarity(
        ["route", "scope"], {"a": frozenset({"route"}), "b": frozenset({"route", "scope"}), "c": frozenset()}
    )
    assert weight["scope"] > weight["route"] > 0
    assert sum(weight.values()) == pytest.approx(1)
