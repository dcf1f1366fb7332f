"""The sentences of answers are the same ones in every language: same keys, same placeholders, both numbers."""

from __future__ import annotations

import string
import tomllib
from importlib.resources import files
from typing import Any, get_args

import pytest
from inglenook_indexer.symbols.patterns import KINDS
from inglenook_server.chat.questions.forms import Language

PHRASES = files("inglenook_server") / "chat" / "known" / "phrases"
LANGUAGES = [one for one in get_args(Language) if (PHRASES / f"{one}.toml").is_file()]
NO_PLURAL = ("zh", "ja")
NUMBERS = {"one", "other"}


def sentences(language: str) -> dict[str, Any]:
    """Key, such as "calls.some", -> a sentence, or its singular and plural."""
    table = tomllib.loads((PHRASES / f"{language}.toml").read_text("utf-8"))
    return {f"{section}.{key}": entry for section, entries in table.items() for key, entry in entries.items()}


def placeholders(entry: str | dict[str, str]) -> set[str]:
    text = entry if isinstance(entry, str) else entry["other"]
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_there_are_languages_to_compare() -> None:
    assert {"de", "fr", "es", "pt", "zh", "ja"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_sentences_with_the_same_placeholders(language: str) -> None:
    reference = sentences(LANGUAGES[0])
    assert {key: placeholders(one) for key, one in sentences(language).items()} == {
        key: placeholders(one) for key, one in reference.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_singular_and_plural_say_the_same(language: str) -> None:
    for key, entry in sentences(language).items():
        assert isinstance(entry, dict) == isinstance(sentences(LANGUAGES[0])[key], dict), key
        if isinstance(entry, dict):
            assert set(entry) == ({"other"} if language in NO_PLURAL else NUMBERS), key
            assert all(placeholders(one) <= placeholders(entry) for one in entry.values()), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_a_word(language: str) -> None:
    assert set(KINDS) <= {key.removeprefix("kind.") for key in sentences(language) if key.startswith("kind.")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_in_the_sentences_make_no_markup(language: str) -> None:
    for key, entry in sentences(language).items():
        for text in [entry] if isinstance(entry, str) else entry.values():
            assert not set('`*_[]<>"') & set(string.Formatter().vformat(text, (), _Blank())), key


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
