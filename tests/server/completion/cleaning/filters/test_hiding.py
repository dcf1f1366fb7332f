import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_indexer.text.printable import hides
from inglenook_server.completion.cleaning.filters.chain import clean
from inglenook_server.completion.cleaning.filters.hiding import drop_hiding
from inglenook_server.completion.syntax.cursor import Cursor

from tests.server.completion.marks import at


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("return total", "return total"),
        ("'naïve 日本 🙂'", "'naïve 日本 🙂'"),
        ("'می\u200cخواهم' + '👩\u200d💻'", "'می\u200cخواهم' + '👩\u200d💻'"),
        ("'❤\ufe0f\u200d🔥'", "'❤\ufe0f\u200d🔥'"),
        ("is_ad\u200dmin", ""),
        ("\u3164 = 1", ""),
        ("if level != 'user\u202e \u2066# check if admin\u2069 \u2066':", ""),
        ("x = 1  # \x1b[2J", ""),
        ("x = 1\u200b", ""),
        ("x\x9b = 1", ""),
        ("y = 2\x00", ""),
        ("z\ufeff = 3", ""),
    ],
)
def test_a_suggestion_that_hides_something_is_dropped(raw, shown):
    assert drop_hiding(raw) == shown
    assert clean(raw, at("x = █\n"), "line", "stop") == shown


def test_line_ends_of_either_kind_are_no_controls():
    assert clean("a = 1\r\n    b = 2", at("def f():\n    █\n"), "block", "stop", "python") == "a = 1\n    b = 2"


def test_also_where_the_file_holds_such_a_mark_already():
    assert clean("'\u202e'", Cursor("x = '\u202e'\ny = ", "\n"), "line", "stop") == ""


@given(st.text(st.characters(), max_size=40))
def test_what_is_suggested_is_seen(raw):
    shown = clean(raw, at("x = █\n"), "block", "stop", "python")
    assert not hides(shown)
