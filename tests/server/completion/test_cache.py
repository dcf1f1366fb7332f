from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.completion.cache import FORWARD, SuggestionCache

KEY = ("a.py", "model")


def test_a_suggestion_survives_being_typed():
    cache = SuggestionCache()
    cache.put(KEY, "x = ", "\n", "foo(bar)")
    assert cache.get(KEY, "x = ", "\n") == "foo(bar)"
    assert cache.get(KEY, "x = foo", "\n") == "(bar)"
    assert cache.get(KEY, "x = fob", "\n") is None
    assert cache.get(KEY, "x = foo(bar)", "\n") is None
    assert cache.get(KEY, "y = foo", "\n") is None


def test_the_suffix_is_part_of_the_key():
    cache = SuggestionCache()
    cache.put(KEY, "x = ", "\n", "foo")
    assert cache.get(KEY, "x = ", ")\n") is None
    assert cache.get(("b.py", "model"), "x = ", "\n") is None


def test_nothing_to_add_is_remembered_for_the_very_same_cursor():
    cache = SuggestionCache()
    cache.put(KEY, "x = 1", "\n", "")
    assert cache.get(KEY, "x = 1", "\n") == ""
    assert cache.get(KEY, "x = 1 ", "\n") is None


def test_the_oldest_place_goes_first():
    cache = SuggestionCache(capacity=2)
    for suffix in "abc":
        cache.put(KEY, "x", suffix, "y")
    assert cache.get(KEY, "x", "a") is None
    assert cache.get(KEY, "x", "c") == "y"


@given(st.text(max_size=20), st.text(max_size=10), st.text(min_size=1, max_size=80), st.data())
def test_what_is_typed_and_what_is_left_make_the_suggestion(prefix, suffix, text, data):
    cache = SuggestionCache()
    cache.put(KEY, prefix, suffix, text)
    typed = data.draw(st.integers(0, len(text) - 1))
    left = cache.get(KEY, prefix + text[:typed], suffix)
    assert left == (text[typed:] if typed <= FORWARD else None)
