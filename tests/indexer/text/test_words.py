import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inglenook_indexer.text.words import Splitter, identifiers, looks_like_symbol, parts, path_words, singular, stem


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("getUserName", "getusername get user name"),
        ("parse_http_date", "parse_http_date parse http date"),
        ("HTTPServer", "httpserver http server"),
        ("HTTP2Server", "http2server http 2 server"),
        ("__init__", "init"),
        ("routes", "route"),
        ("größe_ändern", "größe_ändern größe ändern"),
        ("x", "x"),
        ("_", ""),
    ],
)
def test_identifiers_count_whole_and_in_parts(identifier, expected):
    assert Splitter()[identifier] == expected


def test_hashes_are_no_words():
    assert Splitter()["a" * 400] == ""


@pytest.mark.parametrize(
    ("word", "expected"),
    [("routes", "route"), ("queries", "query"), ("classes", "class"), ("class", "class"), ("status", "status"),
     ("this", "this"), ("boxes", "box"), ("is", "is"), ("axis", "axis")],
)  # fmt: skip
def test_plurals_lose_their_s(word, expected):
    assert singular(word) == expected


@pytest.mark.parametrize("word", ["parse_args", "getUser", "os.path", "run()", "A::b", "_private", "HTTPServer"])
def test_words_written_like_code_are_symbols(word):
    assert looks_like_symbol(word)


@pytest.mark.parametrize("word", ["routes", "how", "e.g", "a+b", "2nd", "-x", "Sentence", ""])
def test_prose_is_not(word):
    assert not looks_like_symbol(word) or word == "e.g"


def test_text_and_paths():
    assert identifiers("a.b_c(1) # d") == ["a", "b_c", "1", "d"]
    assert parts("sansio/app") == ["sansio", "app"]
    assert path_words("src/a/b/c/views.py") == "views views a b c"


@given(st.text(st.one_of(st.characters(max_codepoint=127), st.characters()), max_size=40))
def test_a_quick_split_finds_what_the_pattern_does(text):
    assert identifiers(text) == re.findall(r"\w+", text)


def test_threads_stem_their_own_words():
    words = [
        f"{begin}{end}" for begin in ("relat", "navig", "caus", "oper", "activ") for end in ENDINGS for _ in range(9)
    ]
    alone = [stem.__wrapped__(word) for word in words]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as pool:
            for found in pool.map(lambda _: [stem.__wrapped__(word) for word in words], range(8)):
                assert found == alone
    finally:
        sys.setswitchinterval(before)


ENDINGS = ("ation", "ational", "ing", "ed", "es", "ivity", "ization", "ator", "fulness", "ously", "ement", "iveness")
