"""Words in small letters, and a token for each name that is written like code."""

import pytest
from inglenook_server.chat.questions.tokens import tokens_of

from tests.cost import faults

WORDS = frozenset(("調用", "被", "呼び出し", "元", "の", "は", "import"))


@pytest.mark.parametrize(
    ("text", "tokens", "names"),
    [
        ("Callers of parse_cookie ", "callers of X", ["parse_cookie"]),
        ("parse_cookie Call-Sites ", "X call sites", ["parse_cookie"]),
        ("what is in src/pool.py ", "what is in F", ["src/pool.py"]),
        ("who raises ParseError ", "who raises E", ["ParseError"]),
        ("who calls `run` ", "who calls X", ["`run`"]),
        ("Pool.run() appelée où ", "X appelee ou", ["Pool.run()"]),
        ("who calls run ", "who calls run", []),
    ],
)
def test_the_tokens_of_words(text, tokens, names):
    found = tokens_of(text, spaced=True, vocabulary=())
    assert (" ".join(found.tokens), found.names) == (tokens, names)


@pytest.mark.parametrize(
    ("text", "tokens", "names"),
    [
        ("parse_cookieの呼び出し元は", "X の 呼び出し 元 は", ["parse_cookie"]),
        ("parseを import ", "X を import", ["parse"]),
        ("src/net/ の元", "F の 元", ["src/net/"]),
        ("不明 調用 ", "不 明 調用", []),
    ],
)
def test_the_longest_words_part_what_has_no_blanks(text, tokens, names):
    found = tokens_of(text, spaced=False, vocabulary=WORDS)
    assert (" ".join(found.tokens), found.names) == (tokens, names)


@pytest.mark.parametrize("spaced", [True, False])
def test_a_long_text_costs_no_more_a_character(spaced):
    units = ("a", "a_", "a ", "呼び出", "`a", "a-", "Aa", "a.")
    assert faults(lambda text: tokens_of(text, spaced=spaced, vocabulary=WORDS), *units) == []
