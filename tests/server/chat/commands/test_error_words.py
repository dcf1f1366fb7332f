"""What of an error's text a place has to hold, to be listed."""

import pytest
from inglenook_indexer.search.query import parse
from inglenook_server.chat.commands.error_words import error_words, same_file
from inglenook_server.chat.places import Place

from tests.cost import faults
from tests.server.chat.asking import ask

TRACE = (
    "Traceback (most recent call last):\n"
    '  File "/home/me/shop/pool.py", line 17, in half\n    return n / 0\nZeroDivisionError: division by zero'
)


@pytest.mark.parametrize(
    ("error", "path", "text", "expected"),
    [
        ("TypeError: run_all() got an unexpected keyword 'pause'", "a.py", "def run_all(self):", True),
        ("TypeError: run_all() got an unexpected keyword 'pause'", "a.py", "def one(pause):", True),
        ("TypeError: run_all() got an unexpected keyword 'pause'", "a.py", "def run(self): raise TypeError", False),
        ("TypeError: run_all() got an unexpected keyword 'pause'", "a.py", "def run_all_of(self):", False),
        ("ValueError: no such profile: fast", "a.py", "raise ValueError(f'no such profile: {name}')", True),
        ("ValueError: profile fast is bad", "a.py", "PROFILES = 'fast'", False),
        ("KeyError: 'quux_frob'", "a.py", "raise KeyError(name)", False),
        ("OSError: 28", "a.py", "except OSError:", True),
        ("PoolError: empty", "a.py", "class PoolError(Exception):", True),
        (TRACE, "pool.py", "", True),
        (TRACE, "mail.py", "half(2)", True),
        (TRACE, "mail.py", "whole(2)", False),
    ],
)
def test_a_place_holds_a_word_of_the_error(error, path, text, expected):
    assert error_words(parse(error)).stand_in(Place(path, 1, 1), [text]) == expected


def test_ordinary_words_alone_are_none_of_its_own():
    assert error_words(parse("it fails")).empty


@pytest.mark.parametrize(
    ("path", "framed", "expected"),
    [
        ("src/a.py", "/home/me/src/a.py", True),
        ("src/a.py", "C:\\me\\src\\a.py", True),
        ("src/a.py", "./a.py", True),
        ("src/a.py", "b.py", False),
        ("src/aa.py", "a.py", False),
    ],
)
def test_a_trace_means_a_file(path, framed, expected):
    assert same_file(path, framed) == expected


def test_places_without_any_of_them_are_not_listed(index):
    text = ask("/error " + TRACE, index).reply.text
    assert "`pool.py:16-17`" in text
    assert "keys.py" not in text
    said = ask("/error KeyError: 'timeout_of_workers'", index).reply.text
    assert said == "Nothing in the workspace speaks of this error."


def test_it_costs_no_more_a_character_than_the_text():
    assert faults(lambda text: error_words(parse(text)), "'a b' c_d() ") == []
