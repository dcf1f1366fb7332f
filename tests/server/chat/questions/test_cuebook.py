"""Every line of the cues is read, and all languages have cues of the same forms."""

from typing import get_args

import pytest
from inglenook_server.chat.questions.cuebook import cuebook
from inglenook_server.chat.questions.forms import Form, Language
from inglenook_server.chat.questions.phrasebook import FORMS, STAGED, UNSTAGED

LANGUAGES = get_args(Language)
BY_PHRASINGS_ALONE = {"inherits", "calls", "purpose"}
"""Two names are asked about, and which is which only a whole sentence tells; and "do" is a word of every form."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_has_cues(language):
    forms = {asking.form for asking in cuebook(language).askings}
    assert forms >= {STAGED, UNSTAGED, "find"}
    assert {FORMS[form] for form in forms} == set(get_args(Form)) - BY_PHRASINGS_ALONE
    assert cuebook(language).open


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_cue_fits_a_sentence_without_words(language):
    book = cuebook(language)
    cues = [*book.open, *(cue for asking in book.askings for cue in asking.cues)]
    assert not [cue for cue in cues if cue.fits([]) or cue.fits(["X"])]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_in_small_letters(language):
    book = cuebook(language)
    assert [word for word in book.vocabulary if word != word.lower() and word not in "XFE"] == []
