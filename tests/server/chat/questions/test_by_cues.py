"""A question that fits no phrasing is read by its cues, and only where no word says something else."""

import pytest
from inglenook_server.chat.questions.by_cues import read_by_cues
from inglenook_server.chat.questions.read import read


@pytest.mark.parametrize(
    ("language", "text", "form"),
    [
        ("en", "parse_cookie callers", "callers"),
        ("en", "outgoing calls of parse_cookie", "callees"),
        ("en", "ParseError raised by", "raisers"),
        ("en", "parse_cookie rose by", None),
        ("en", "parse_cookie exceptions", "raises"),
        ("en", "parse_cookie callers parse_header", None),
        ("en", "parse_cookie zanzibar callers", None),
        ("en", "why parse_cookie callers", None),
        ("en", "parse callers", None),
        ("en", "signature of src/pool.py", None),
        ("en", "last commit", "commit"),
        ("en", "last zanzibar commit", None),
        ("en", "last commit of parse_cookie", None),
        ("zh", "parse_cookie 的调用者", "callers"),
        ("zh", "parse_cookie 的调用者漂亮", None),
    ],
)
def test_the_form_of_cues(language, text, form):
    found = read_by_cues(text, language)
    assert (found.form if found else None) == form
    assert found is None or found.loose


def test_mistyped_words_are_put_right_unless_none_may_be():
    assert read_by_cues("list the referances and usagges of parse_cookie", "en").form == "uses"
    assert read_by_cues("list the referances and usagges of parse_cookie", "en", slips=1) is None
    assert read_by_cues("referances of parse_cookie", "en", slips=0) is None


def test_the_kind_before_the_name_is_kept():
    assert read_by_cues("list all the references of the function parse_cookie", "en").kind == "function"
    assert read_by_cues("list all functions parse_cookie calls", "en").kind == ""


def test_of_contents_the_one_kind_is_wanted():
    assert read_by_cues("list all functions inside of src/pool.py", "en").wanted == "function"
    assert read_by_cues("list all functions and classes inside of src/pool.py", "en").wanted == ""


def test_words_of_one_language_are_no_mistyped_ones_of_another():
    assert read("parse_cookie usos").language == "es"


def test_a_long_sentence_tells_a_story():
    assert read_by_cues("list all " + "the " * 10 + "callers of parse_cookie", "en") is not None
    assert read_by_cues("list all " + "the " * 20 + "callers of parse_cookie", "en") is None
