"""Code spans hold what they are given, and sentences of docs show as they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.chat.known.markdown import code, place, prose

from tests.cost import faults


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x", "`x`"),
        ("a`b", "``a`b``"),
        ("`a", "`` `a ``"),
        ("a``b`", "``` a``b` ```"),
        ("a\nb\t c", "`a b c`"),
        ("", "`  `"),
        ("a\u202eb", "`a<U+202E>b`"),
        ("x" * 300, "`" + "x" * 119 + "…`"),
    ],
)
def test_code(text, expected):
    assert code(text) == expected


@pytest.mark.parametrize(
    ("path", "lines", "expected"),
    [
        ("src/a.py", (3, 3), "`src/a.py:3`"),
        ("src/a.py", (3, 9), "`src/a.py:3-9`"),
        ("src/a.py", (3, 0), "`src/a.py:3`"),
        ("a`.py", (1, 2), "``a`.py:1-2``"),
        ("d/" * 200 + "a.py", (1, 2), "`" + "d/" * 200 + "a.py:1-2`"),
    ],
)
def test_place(path, lines, expected):
    assert place(path, *lines) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Holds workers.", "Holds workers."),
        ("Return ``x`` or `None`.", "Return `x` or `None`."),
        ("See :class:`Pool` for it.", "See `Pool` for it."),
        ("[x](http://a.b) ok", r"\[`x](http://a.b)` ok"),
        ("<b>bold</b> *it* ![x](y)", r"\<b\>bold\</b\> \*it\* \!\[x\](y)"),
        ("Go to www.example.com now.", "Go to `www.example.com` now."),
        ("Call os.path.join() first.", "Call `os.path.join()` first."),
        ("Of a_name, in f(x=a.bc).", "Of `a_name`, in `f(x=a.bc)`."),
        ("one\n# head", r"one \# head"),
        ("a | b", r"a \| b"),
        ("   ", ""),
    ],
)
def test_prose(text, expected):
    assert prose(text) == expected


@given(st.text(alphabet="ab.`*[](): <>\n@/_"))
def test_a_sentence_is_one_line_and_leaves_no_span_open(text):
    shown = prose(text)
    assert "\n" not in shown
    assert "](" not in "".join(shown.split("`")[::2]).replace("\\]", "") or "`" in text


@given(st.text(max_size=60))
def test_a_code_span_is_not_ended_by_what_is_in_it(text):
    shown = code(text)
    fence = len(shown) - len(shown.lstrip("`"))
    inner = shown[fence:-fence]
    assert "\n" not in shown
    assert "`" * fence not in inner


def test_cost_is_linear():
    assert not faults(lambda text: (code(text), prose(text)), "`a", "a.bc ", "a_b(", ":a:`")
