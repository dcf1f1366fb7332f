"""Small talk is told from questions by whole sentences."""

from typing import get_args

import pytest
from inglenook_server.chat.known.phrases import say
from inglenook_server.chat.questions.forms import Language
from inglenook_server.chat.questions.read import read
from inglenook_server.chat.questions.talk import Talk, _sentences, small_talk

from tests.server.chat.asking import ask


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hi", ("hello", "en")),
        ("Hello!", ("hello", "en")),
        ("Thanks.", ("thanks", "en")),
        ("Do the tests pass?", ("not_run", "en")),
        ("what's the time?", ("not_code", "en")),
        ("What time is it?", ("not_code", "en")),
        ("Danke schön!", ("thanks", "de")),
        ("Quelle heure est-il ?", ("not_code", "fr")),
        ("¿Pasan las pruebas?", ("not_run", "es")),
        ("Olá", ("hello", "pt")),
        ("现在几点了？", ("not_code", "zh")),
        ("テストは通りますか？", ("not_run", "ja")),
        ("hi, who calls Pool.run", None),
        ("thanks, and who calls it?", None),
        ("do the tests pass a Pool to run?", None),
        ("", None),
        ("hi " * 40, None),
    ],
)
def test_small_talk(text, expected):
    assert small_talk(text) == expected


def test_no_question_of_the_index_is_taken_for_it():
    assert [one for one in _sentences() if read(one)] == []


@pytest.mark.parametrize("language", get_args(Language))
def test_every_language_has_each_kind(language):
    assert {talk for talk, one in _sentences().values() if one == language} == set(get_args(Talk))


@pytest.mark.parametrize("text", ["hi", "thanks", "do the tests pass?", "what time is it?"])
def test_no_model_is_asked(index, text):
    for where in (index, None):
        asked = ask(text, where)
        said = say("en", f"talk.{small_talk(text)[0]}", can=say("en", "talk.can"))
        assert (asked.reply.text, asked.reply.origin) == (said, "index")


def test_what_can_be_asked_is_answered(index):
    told = say("en", "talk.can")
    for part, question in {
        "where something is defined": "where is Pool.run defined",
        "who calls": "who calls half",
        "imports": "who imports half",
        "in a file": "what is in pool.py",
        "breaks": "what breaks if I change half",
    }.items():
        assert part in told
        assert ask(question, index).reply.origin == "index"
