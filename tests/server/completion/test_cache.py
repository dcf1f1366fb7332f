import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.completion.cache import FORWARD, CachedSuggestion, SuggestionCache

KEY = ("a.py", "model")


def rest(cache, *place):
    made = cache.get(*place)
    return None if made is None else made.text


def test_a_suggestion_survives_being_typed():
    cache = SuggestionCache()
    cache.put(KEY, "x = ", "\n", CachedSuggestion("foo(bar)"))
    assert rest(cache, KEY, "x = ", "\n") == "foo(bar)"
    assert rest(cache, KEY, "x = foo", "\n") == "(bar)"
    assert cache.get(KEY, "x = fob", "\n") is None
    assert cache.get(KEY, "x = foo(bar)", "\n") is None
    assert cache.get(KEY, "y = foo", "\n") is None


def test_the_suffix_is_part_of_the_key():
    cache = SuggestionCache()
    cache.put(KEY, "x = ", "\n", CachedSuggestion("foo"))
    assert cache.get(KEY, "x = ", ")\n") is None
    assert cache.get(("b.py", "model"), "x = ", "\n") is None


def test_nothing_to_add_is_remembered_for_the_very_same_cursor():
    cache = SuggestionCache()
    cache.put(KEY, "x = 1", "\n", CachedSuggestion(""))
    assert rest(cache, KEY, "x = 1", "\n") == ""
    assert cache.get(KEY, "x = 1 ", "\n") is None


def test_the_oldest_place_goes_first():
    cache = SuggestionCache(capacity=2)
    for suffix in "abc":
        cache.put(KEY, "x", suffix, CachedSuggestion("y"))
    assert cache.get(KEY, "x", "a") is None
    assert rest(cache, KEY, "x", "c") == "y"


@given(st.text(max_size=20), st.text(max_size=10), st.text(min_size=1, max_size=80), st.data())
def test_what_is_typed_and_what_is_left_make_the_suggestion(prefix, suffix, text, data):
    cache = SuggestionCache()
    cache.put(KEY, prefix, suffix, CachedSuggestion(text))
    typed = data.draw(st.integers(0, len(text) - 1))
    left = rest(cache, KEY, prefix + text[:typed], suffix)
    assert left == (text[typed:] if typed <= FORWARD else None)


@pytest.mark.parametrize(
    ("typed", "suffix", "left"),
    [
        ("foo(", ")\n", "bar"),
        ("foo(b", ")\n", "ar"),
        ("foo", "\n", "(bar)"),
        ("foo(", "]\n", None),
        ("foo(bar", ")\n", None),
    ],
)
def test_a_bracket_that_the_editor_closed_ahead_is_seen_through(typed, suffix, left):
    cache = SuggestionCache()
    cache.put(KEY, "x = ", "\n", CachedSuggestion("foo(bar)"))
    assert rest(cache, KEY, "x = " + typed, suffix) == left


def test_another_context_is_another_suggestion_but_what_is_typed_stays():
    cache = SuggestionCache()
    cache.put(KEY, "x = ", "\n", CachedSuggestion("foo"))
    cache.context_changed()
    assert cache.get(KEY, "x = ", "\n") is None
    assert rest(cache, KEY, "x = f", "\n") == "oo"
    cache.put(KEY, "x = ", "\n", CachedSuggestion("bar"), cache.version - 1)
    assert cache.get(KEY, "x = ", "\n") is None
