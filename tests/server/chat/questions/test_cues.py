"""A cue's elements stand in a sentence in their order, or right behind one another where it says so."""

import pytest
from inglenook_server.chat.questions.cues import CueError, Words, cue_of, words_of

from tests.cost import faults

LISTS = {"call": "call calls call_site", "gone": "go* "}


@pytest.mark.parametrize(
    ("line", "sentence", "fits"),
    [
        ("{call} X", "who calls X", True),
        ("{call} X", "who calls the method X", True),
        ("{call} X", "X calls", False),
        ("X {call}", "the X and its call site", True),
        ("call_site X", "call of a site X", False),
        ("call|site X", "a site of X", True),
        ("{gone} X", "going to X", True),
        ("{gone} X", "ago X", False),
        ("by +X {call}", "by X every call", True),
        ("by +X {call}", "by all X every call", False),
        ("by +X {call}", "by all by X call", True),
        ("of F", "of X", False),
        ("of F", "of F", True),
        ("of X", "of E", True),
        ("of E", "of X", False),
    ],
)
def test_a_cue_fits(line, sentence, fits):
    cue, _ = cue_of(line, LISTS)
    assert cue.fits(sentence.split()) == fits


def test_where_no_blanks_are_written_each_word_is_a_beginning():
    assert cue_of("调用 X", {}, each_begins=True)[0].fits(["调用者", "X"])
    assert not cue_of("调用 X", {})[0].fits(["调用者", "X"])
    assert not cue_of("X", {}, each_begins=True)[0].fits(["Xylo"])


def test_the_longest_words_count():
    words = words_of("base base_class base_class_list")
    assert [words.end("the base class list".split(), at) for at in range(4)] == [-1, 4, -1, -1]
    assert words.has("base")
    assert not words.has("class")
    assert not Words({}, ("go",)).has("going")


def test_a_cue_tells_its_words():
    assert cue_of("by +X {call}", LISTS)[1].split() == ["by", "X", "F", "E", "call", "calls", "call_site"]


@pytest.mark.parametrize("line", ["{none} X", "+X"])
def test_a_wrong_cue_is_an_error(line):
    with pytest.raises(CueError):
        cue_of(line, LISTS)


def test_a_long_sentence_costs_no_more_a_word():
    cue, _ = cue_of("a +b +X {call} X", LISTS)
    assert faults(lambda text: cue.fits(text.split()), "a ", "b a ", "a b ", "X ") == []
