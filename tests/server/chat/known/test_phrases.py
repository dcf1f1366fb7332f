"""Every sentence that the code says is there, with the values that it is given; other languages have the same ones."""

import re
import string
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from inglenook_indexer.symbols.patterns import KINDS
from inglenook_server.chat import known
from inglenook_server.chat.known.phrases import _flat, say

FOLDER = files("inglenook_server.chat.known") / "phrases"
SENTENCES = {
    Path(str(file)).stem: _flat(tomllib.loads(file.read_text("utf-8")))
    for file in FOLDER.iterdir()
    if file.name.endswith(".toml")
}
ENGLISH = SENTENCES["en"]
FIXED = re.compile(r"""(?:say|phrase)\(\s*"([\w.]+)"(?:\s*if [^,]+? else "([\w.]+)")?""")


def placeholders(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def forms(sentence):
    return [sentence] if isinstance(sentence, str) else list(sentence.values())


def test_every_sentence_that_is_named_in_the_code_is_there():
    named = set()
    for file in Path(known.__file__).parent.glob("*.py"):
        for found in FIXED.finditer(file.read_text("utf-8")):
            named.update(key for key in found.groups() if key)
    assert len(named) > 40
    assert sorted(named - set(ENGLISH)) == []


def test_every_kind_has_a_word():
    assert {f"kind.{kind}" for kind in KINDS} <= set(ENGLISH)


@pytest.mark.parametrize("section", ["calls", "uses", "importers"])
def test_each_way_to_use_a_name_has_the_same_sentences(section):
    names = ("some", "at_least", "none", "none_outside_tests", "tests", "tests_at_least")
    assert {f"{section}.{name}" for name in names} <= set(ENGLISH)


@pytest.mark.parametrize("language", sorted(SENTENCES))
def test_a_language_says_the_same_sentences_with_the_same_values(language):
    sentences = SENTENCES[language]
    assert set(sentences) <= set(ENGLISH)
    for key, sentence in sentences.items():
        wanted = set().union(*map(placeholders, forms(ENGLISH[key])))
        assert all(placeholders(one) <= wanted for one in forms(sentence)), key
        assert isinstance(sentence, str) or "other" in sentence, key
        assert all("\n" not in one and "`" not in one for one in forms(sentence)), key


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("en", 1, "`x` is called at 1 place:"),
        ("en", 0, "`x` is called at 0 places:"),
        ("en", 2, "`x` is called at 2 places:"),
        ("xx", 1, "`x` is called at 1 place:"),
        ("../en", 1, "`x` is called at 1 place:"),
    ],
)
def test_a_number_chooses_the_sentence(language, count, expected):
    assert say(language, "calls.some", name="`x`", count=count) == expected


def test_a_value_is_no_sentence():
    assert say("en", "unknown.symbol", name="{name} {0} %s") == "The index has no definition of {name} {0} %s."


def test_a_sentence_that_is_not_there_is_a_fault():
    with pytest.raises(KeyError):
        say("en", "calls.nothing")
