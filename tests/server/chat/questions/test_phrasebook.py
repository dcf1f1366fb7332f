"""Every line of the assets is a pattern, has a slot where it needs one, and can be reached by how it begins."""

from __future__ import annotations

from typing import get_args

import pytest
from inglenook_indexer.symbols.patterns import KINDS
from inglenook_server.chat.questions.forms import Form, Language
from inglenook_server.chat.questions.phrasebook import function_words, phrasebook

LANGUAGES = get_args(Language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phrasing_compiles(language: Language) -> None:
    book = phrasebook(language)
    assert {one.form for one in book.phrasings} == set(get_args(Form))
    for one in book.phrasings:
        assert one.template.first, one.template.pattern
        slots = {"D0", "X0", "C0", "F0"} & set(one.pattern.groupindex)
        assert not (slots and one.form == "changes"), one.template.pattern


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrasing_matches_nothing_but_blanks(language: Language) -> None:
    assert not [one for one in phrasebook(language).phrasings if one.pattern.fullmatch("")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nouns_are_kinds(language: Language) -> None:
    assert set(phrasebook(language).kinds.values()) <= {*KINDS, "file", "folder", ""}


def test_languages_without_blanks_are_told_by_their_script() -> None:
    assert set(function_words()) == set(LANGUAGES) - {"zh", "ja"}
