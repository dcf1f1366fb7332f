import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.completion.cleaning.filters.balance import keep_balanced
from inglenook_server.completion.cleaning.filters.chain import clean
from inglenook_server.completion.cleaning.filters.closers import drop_duplicate_closers
from inglenook_server.completion.cleaning.filters.cut_short import drop_cut_short
from inglenook_server.completion.cleaning.filters.dedent import stop_at_dedent
from inglenook_server.completion.cleaning.filters.repetition import drop_repetition, edit_distance, is_circular
from inglenook_server.completion.cleaning.filters.suffix_line import stop_at_suffix_line
from inglenook_server.completion.cleaning.filters.trailing import trim_trailing
from inglenook_server.completion.syntax.cursor import Cursor

from tests.server.completion.marks import at


@pytest.mark.parametrize(
    ("text", "raw", "kept"),
    [
        ("def f():\n    █\n    return total\n", "total = 1\n    return total", "total = 1"),
        ("def f():\n    █\n    return total\n", "total = 1\n    ret", "total = 1"),
        ("def f():\n    █\n    return total\n", "total = 1\n    x = 2", "total = 1\n    x = 2"),
        ("f() {\n  █\n}\n", "if (a) {\n    b()\n  }\n}", "if (a) {\n    b()\n  }"),
        ("x = █\n", "1", "1"),
        ("x = █", "1\ny = 2", "1\ny = 2"),
    ],
)
def test_stop_at_suffix_line(text, raw, kept):
    assert stop_at_suffix_line(raw, at(text)) == kept


@pytest.mark.parametrize(
    ("text", "raw", "kept"),
    [
        ("foo(█)", "a, b)", "a, b"),
        ("foo(█)", "bar(1)", "bar(1)"),
        ("foo(█)", "bar(1))", "bar(1)"),
        ("x = ['█']", "a']", "a"),
        ("x = ['█']", "a', 'b", "a', 'b"),
        ("foo(█);", "a);", "a"),
        ("foo(█", "a)", "a)"),
        ("f() {\n  █\n}\n", "return 1\n}", "return 1"),
        ("f() {\n  if (a) {█\n}\n", "\n    return 1\n  }", "\n    return 1\n  }"),
    ],
)
def test_drop_duplicate_closers(text, raw, kept):
    assert drop_duplicate_closers(raw, at(text)) == kept


@pytest.mark.parametrize(
    ("text", "raw", "kept"),
    [
        ("█", "0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0", ""),
        ("█", "a.b.c.d.e.f.g.h.i.j.k", "a.b.c.d.e.f.g.h.i.j.k"),
        ("    self.name = name\n    █\n", "self.name = name", ""),
        ("    self.name = name\n    █\n", "self.size = size", "self.size = size"),
        ("    █\n    return self.total\n", "return self.total", ""),
        ("    x\n    █\n", "x", "x"),
        ("def f():\n    █\n", "print(value)\n    print(value)\n    print(value)", "print(value)"),
    ],
)
def test_drop_repetition(text, raw, kept):
    assert drop_repetition(raw, at(text)) == kept


@pytest.mark.parametrize(
    ("tokens", "circular"),
    [
        (["a"] * 12, True),
        (["a"] * 9, False),
        (["a", "b"] * 15, True),
        (list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ"), False),
        (list("xyz" * 3 + "abcdefghijklmnopqrstuv"), False),
    ],
)
def test_circles(tokens, circular):
    assert is_circular(tokens) is circular


@pytest.mark.parametrize(
    ("text", "raw", "kept"),
    [
        ("def f():\n    █", "return 1\ndef g():\n    pass", "return 1"),
        ("def f():█", "\n    return 1\n\ndef g():", "\n    return 1\n"),
        ("def f():\n    █", "if a:\n        b()\n    return 1", "if a:\n        b()\n    return 1"),
        ("function f() {█", "\n  return 1\n}\nfunction g() {", "\n  return 1\n}"),
        ("function f() {\n  █\n", "return 1\n}\n", "return 1"),
        ("x = 1█", "\ny = 2", ""),
    ],
)
def test_stop_at_dedent(text, raw, kept):
    assert stop_at_dedent(raw, at(text)) == kept


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("self.connec", "self."),
        ("foo(a, b)", "foo(a, b)"),
        ("a = 1\n    b = tw", "a = 1"),
        ("\n    return val", "\n    return "),
        ("", ""),
    ],
)
def test_nothing_is_suggested_by_half(raw, kept):
    assert drop_cut_short(raw) == kept


def test_trim_trailing():
    assert trim_trailing("a  \n \n", at("█")) == "a"
    assert trim_trailing(" \n\t", at("█")) == ""


@pytest.mark.parametrize(
    ("one", "other", "distance"), [("kitten", "kitten", 0), ("abcdefghij", "abcdefghix", 1), ("", "abc", 3)]
)
def test_edit_distance(one, other, distance):
    assert edit_distance(one, other) == distance


@pytest.mark.parametrize(
    ("text", "shape", "raw", "reason", "shown"),
    [
        ("x = foo(█)\n", "line", "a, b)\ny = 1", "stop", "a, b"),
        ("x = █\n", "line", "self.connec", "length", "self."),
        ("def f():█\n\nx = 1\n", "block", "\n    return 1\nx = 1", "stop", "\n    return 1"),
        ("x = █", "line", "   ", "stop", ""),
        ("x = █", "line", "1  \r\ny", "stop", "1"),
    ],
)
def test_the_whole_chain(text, shape, raw, reason, shown):
    assert clean(raw, at(text), shape, reason) == shown


LINES = st.lists(st.sampled_from(["a", "  b()", "}", "    return x", "", ")", "f(x)"]), max_size=6).map("\n".join)


@given(LINES, LINES, LINES, st.sampled_from(["line", "block"]), st.sampled_from(["stop", "length"]))
def test_what_is_shown_is_a_prefix_of_the_raw_text_but_for_a_dropped_closer(prefix, suffix, raw, shape, reason):
    shown = clean(raw, Cursor(prefix, suffix), shape, reason)
    assert shown == shown.rstrip()
    head, newline, tail = shown.partition("\n")
    assert raw.startswith(head)
    if newline:
        assert tail in raw
    assert len(shown) <= len(raw)


DOCUMENTED = '    def method(self):\n        """What\n        it does."""\n        return 1\n\n'


@pytest.mark.parametrize("shift", range(0, 60, 7))
def test_a_window_that_begins_or_ends_inside_a_docstring_is_read_rightly(shift):
    """Both windows end within a long class: somewhere in a docstring, in some of these."""
    much = DOCUMENTED * 300
    above, below = f"class A:\n{much}    x = {'y' * shift}\n    y = ", f"\n    z = 1{'0' * shift}\n{much}"
    cursor = Cursor(above, below)
    assert keep_balanced('fit("a", b)', cursor, "python") == 'fit("a", b)'
    assert keep_balanced("fit(", cursor, "python") == "fit"
    assert keep_balanced("{", cursor, "python") == ""
