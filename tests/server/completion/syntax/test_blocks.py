import sys

import pytest
from inglenook_server.completion.syntax.blocks import WINDOW, Syntax, code_window


@pytest.mark.parametrize("line", ["  x\n", "\n", "}\n"])
def test_a_long_text_without_anything_at_the_left_margin_has_a_window(line):
    assert len(code_window(line * WINDOW, "javascript")) <= WINDOW


@pytest.mark.parametrize(
    ("language", "opener", "opened"),
    [("python", '"""', '"""'), ("rust", 'r##"', 'r##"'), ("rust", "/* /* ", "/*/*"), ("javascript", "`${f(`", "`${`")],
)
def test_a_window_begins_with_what_it_lies_in(language, opener, opened):
    assert code_window(opener + "\n" + "  x\n" * WINDOW, language).startswith(opened + "  x\n")


@pytest.mark.skipif(sys.platform != "linux", reason="the system limits no memory")
def test_a_window_that_kills_its_grammar_is_not_known_and_the_next_one_is():
    syntax = Syntax()
    assert syntax.opens_block("java", "a=>" * 3_000) is None
    assert syntax.construct_end("java", "a=>" * 3_000, "x") is None
    assert syntax.opens_block("python", "x = 1\n" * 1_000 + "def f(a):") is True


@pytest.mark.parametrize("lines", [1, 400])
def test_the_answer_is_the_same_here_and_behind_the_fence(lines):
    before = "x = 1\n" * lines
    assert Syntax().opens_block("python", before + "def f(a):") is True
    assert Syntax().opens_block("python", before + "a[1:") is False
    assert Syntax().construct_end("python", before + "f(", "1)\ny") == 2
