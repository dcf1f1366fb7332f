"""A question's own words may be mistyped by a letter; what is a word itself, or a name, is left as it is."""

import pytest
from inglenook_server.chat.questions.phrasebook import phrasebook
from inglenook_server.chat.questions.read import read
from inglenook_server.chat.questions.sentences import sentence
from inglenook_server.chat.questions.typos import MAX_SENTENCES, is_slip, mended

from tests.cost import faults


@pytest.mark.parametrize(
    ("word", "meant", "expected"),
    [
        ("cals", "calls", True),
        ("callls", "calls", True),
        ("calks", "calls", True),
        ("clals", "calls", True),
        ("acll", "call", True),
        ("callsx", "calls", True),
        ("calls", "calls", False),
        ("balls", "calls", False),
        ("cll", "calls", False),
        ("calslx", "calls", False),
        ("", "a", False),
    ],
)
def test_a_slip_is_one_letter(word, meant, expected):
    assert is_slip(word, meant) == expected


@pytest.mark.parametrize(
    ("mistyped", "right"),
    [
        ("who cals X", "who calls X"),
        ("wheres X defined", "where is X defined"),
        ("defintion of X", "definition of X"),
        ("where is parse defind?", "where is parse defined?"),
        ("waht does X call", "what does X call"),
        ("whcih functions call X", "which functions call X"),
        ("what does X retrun", "what does X return"),
        ("who improts src/pool.py", "who imports src/pool.py"),
        ("what inhertis from Pool", "what inherits from Pool"),
        ("what is unstagd", "what is unstaged"),
        ("Wo wird X definirt?", "Wo wird X definiert?"),
        ("¿Dónde está definda X?", "¿Dónde está definida X?"),
    ],
)
def test_one_mistyped_word_is_read_as_what_it_means(mistyped, right):
    assert read(right) is not None
    assert read(mistyped) == read(right)


@pytest.mark.parametrize(
    "text",
    [
        "who falls X",
        "where is X refined",
        "which texts cover X",
        "what happens if I charge X",
        "who cals X and wher",
        "who cllas X",
        "how are the tets run",
    ],
)
def test_another_word_is_no_mistyped_one(text):
    assert read(text) is None


def test_a_name_is_left_as_it_is():
    assert read("who calls cals").subject == "cals"
    assert read("who cals retrn").subject == "retrn"
    assert read("who cals `calls`").subject == "calls"


def test_few_sentences_are_tried_and_a_long_one_costs_no_more_a_word():
    book = phrasebook("en")
    assert len(list(mended(sentence("cals " * 50, book), book))) == MAX_SENTENCES
    assert faults(lambda text: list(mended(text, book)), "zanzibar ") == []
