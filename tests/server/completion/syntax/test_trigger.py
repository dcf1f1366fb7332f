import pytest
from inglenook_server.completion.syntax.blocks import Syntax
from inglenook_server.completion.syntax.trigger import decide, gate, in_word

from tests.server.completion.marks import at

SYNTAX = Syntax()


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("x = █", "line"),
        ("x = foo(█)", "line"),
        ("x = foo(a, [█]):", "line"),
        ("x = {'a': '█'}", "line"),
        ("x = foo(█);", "line"),
        ("x = █ + 1", "none"),
        ("x = fo█o(1)", "none"),
        ("█x = 1", "none"),
        ("█", "none"),
        ("  \n█\n ", "none"),
        ("def f(a):█", "block"),
        ("def f(a):\n    █", "block"),
        ("def f(a):  # why\n    █", "block"),
        ("def f(a):\n    █\n    return 1", "line"),
        ("def f(a):\n    █\n\ndef g():\n", "block"),
        ("function f() {\n  █\n}", "block"),
        ("const f = () =>█", "block"),
        ("const f = () => {█}", "line"),
        ("foo(\n    █\n)", "block"),
        ("foo(█", "line"),
        ("x = [█", "line"),
        ("if true; then\n  █", "block"),
        ("x = 1\n█", "line"),
        ("class A:\n\n    █", "block"),
    ],
)
def test_what_a_cursor_wants(text, shape):
    decision = decide(at(text), multi_line=True)
    assert decision.shape == shape
    assert bool(decision.reason) == (shape == "none")


def test_blocks_can_be_switched_off():
    assert decide(at("def f():\n    █"), multi_line=False).shape == "line"


@pytest.mark.parametrize(
    ("language", "text", "shape"),
    [
        ("python", 'x = {"a":█', "line"),
        ("python", "f(key=lambda x:█", "line"),
        ("python", "f = lambda x:█", "line"),
        ("python", "    name:█", "line"),
        ("python", "    else:█", "block"),
        ("python", "try:█", "block"),
        ("python", 'def f():\n    """What follows:█', "line"),
        ("python", "def f(a: int) -> str:█", "block"),
        ("python", "async def f(\n    a,\n) -> str:█", "block"),
        ("python", "match x:\n    case 1:█", "block"),
        ("javascript", "import {█", "line"),
        ("javascript", "f(() => {█", "block"),
        ("javascript", "x = a ? b :█", "line"),
        ("go", "func f() {█", "block"),
        ("rust", "fn f() -> i32 {█", "block"),
        ("typescript", "function f(a:█", "line"),
    ],
)
def test_the_grammar_says_what_opens_a_block(language, text, shape):
    assert decide(at(text), multi_line=True, language=language, syntax=SYNTAX).shape == shape


@pytest.mark.parametrize(("text", "inside"), [("x = fo█", True), ("x = █", False), ("x = 12█", False), ("x.é█", True)])
def test_in_a_word(text, inside):
    assert in_word(at(text)) is inside


CLOSED = ["", ")", "))];", " ) : ", "};", ";;", ":)", '")', "');", " ", "),"]
OPEN = ["x", ") x", "; }", ":::", "a" * 9, " " * 100_000 + "x", ")" * 100_000 + "x", ";" + " " * 100_000 + "("]


@pytest.mark.parametrize(("after", "free"), [(one, True) for one in CLOSED] + [(one, False) for one in OPEN])
def test_what_may_stand_behind_a_cursor_is_told_in_one_go(after, free):
    assert (gate(at(f"y = █{after}")) == "") is free


def test_a_word_before_the_cursor_is_looked_for_near_it():
    assert in_word(at("a" * 100_000 + "█"))
    assert not in_word(at("a" * 100_000 + " █"))
