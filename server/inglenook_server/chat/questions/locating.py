"""`asks_for_places`: whether a question is after places in the code, described in words: "where are cookies parsed?".

Places answer it, so that no model has to. Knows no index.
"""

from __future__ import annotations

from inglenook_server.chat.questions.forms import Language
from inglenook_server.chat.questions.languages import likely_languages
from inglenook_server.chat.questions.phrasebook import Phrasebook, phrasebook
from inglenook_server.chat.questions.read import without_courtesy
from inglenook_server.chat.questions.sentences import fold, sentence

MAX_QUESTION = 600
"""Characters: a longer one tells a story."""


def asks_for_places(text: str) -> Language | None:
    """The language in which places are asked for; None where something else is, or more than that."""
    text = text.strip()
    if not text or len(text) > MAX_QUESTION or "\n" in text:
        return None
    return next((one for one in likely_languages(text) if _locating(text, phrasebook(one))), None)


def _locating(text: str, book: Phrasebook) -> bool:
    words = sentence(text, book)
    folded = fold(words).lower()
    if book.spaced:
        if not book.asking_more.isdisjoint(folded.split()):
            return False
        return any(book.locating.match(fold(asked)) for asked in without_courtesy(words, book))
    return not any(one in folded for one in book.asking_more) and bool(book.locating.search(folded))
