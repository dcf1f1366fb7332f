import pytest
from inglenook_indexer.search.query import parse
from inglenook_indexer.search.spelling import closest, doubtful

WORDS = ["response", "request", "session", "version", "blueprint", "recover", "get_response", "def:respons"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("respnse", "response"),
        ("blueprnit", "blueprint"),
        ("sesion", "session"),
        ("get_respnse", "get_response"),
        ("pession", "session"),
        ("elephant", ""),
        ("responses", ""),
    ],
)
def test_what_a_misspelt_word_was_meant_to_be(word, meant):
    assert closest(word, WORDS) == meant


@pytest.mark.parametrize(
    ("query", "unseen"),
    [
        ("sesion cookies", ["sesion"]),
        ("session cookies", []),
        ("get_sesion", ["get_sesion", "sesion"]),
        ("src/sesion.py", []),
        ("abc 12345", []),
    ],
)
def test_only_words_that_no_candidate_has_are_doubted(query, unseen):
    assert doubtful(parse(query), ["session cookie get", "set session"]) == unseen
