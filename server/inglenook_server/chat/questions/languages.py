"""In which language a question is asked, by its script and its function words. Knows no forms of questions."""

from __future__ import annotations

import re

from inglenook_server.chat.questions.forms import Language
from inglenook_server.chat.questions.phrasebook import function_words
from inglenook_server.chat.questions.sentences import fold

_MAX_TEXT = 1_000  # characters that are looked at: a language shows in its first sentences
_CLOSE = 2  # less than the most frequent language has: Spanish and Portuguese share many words
_QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"|“[^”]*”|「[^」]*」")
_CODE = re.compile(r"\w[._/:(]+\w|[_/(]")
_SPANISH = re.compile("[¿¡ñ]")
_WORD = re.compile(r"[^\W\d_]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HAN = re.compile(r"[\u3400-\u9fff]")


def language_of(text: str) -> Language:
    """The language of a question, open or not; English where nothing tells."""
    return likely_languages(text)[0]


def likely_languages(text: str) -> list[Language]:
    """The languages that a question may be in, the likeliest first, and English always."""
    text = _QUOTED.sub(" ", text[:_MAX_TEXT].strip())
    words = [word.lower() for token in text.split() if not _CODE.search(token) for word in _WORD.findall(token)]
    folded = [fold(word) for word in words]
    # A word with its accents counts twice: "qué" is Spanish, "que" could be three languages.
    counts = {
        language: sum(word in known for word in words) + sum(word in plain for word in folded)
        for language, (known, plain) in function_words().items()
    }
    counts["es"] += len(_SPANISH.findall(text))
    kana, han = len(_KANA.findall(text)), len(_HAN.findall(text))
    if kana + han > max(counts.values(), default=0):
        # Japanese is hardly ever written without kana, Chinese always.
        return ["ja", "zh", "en"] if kana else ["zh", "ja", "en"]
    most = max(counts.values())
    order: list[Language] = sorted(counts, key=lambda language: (-counts[language], language != "en"))
    return [language for language in order if counts[language] >= max(1, most - _CLOSE) or language == "en"]
