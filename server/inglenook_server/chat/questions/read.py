"""`read`: a question as it is typed -> the form, the subject and the language it asks in; nothing where it is open.

Knows no index: whether the subject exists is for the caller. What is not surely one of the forms is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from inglenook_server.chat.questions.by_cues import read_by_cues
from inglenook_server.chat.questions.cuebook import cuebook
from inglenook_server.chat.questions.forms import Language, Question
from inglenook_server.chat.questions.languages import likely_languages
from inglenook_server.chat.questions.phrasebook import STAGED, UNSTAGED, Phrasebook, Phrasing, phrasebook
from inglenook_server.chat.questions.sentences import fold, sentence
from inglenook_server.chat.questions.subjects import Need, Place, Subject, joined, read_place, read_subject
from inglenook_server.chat.questions.typos import mended

MAX_QUESTION = 300  # characters: more than that tells a story, or is pasted
_MAX_COURTESIES = 4  # before a question, and behind it: "hey, can you please tell me"
_NEEDS: tuple[Need, ...] = ("D", "X", "C", "F", "B")


def read(text: str, *, plain: bool = False) -> Question | None:
    """What the index is asked; nothing where the question is open, asks two things, or is pasted text.

    `plain`: the subject may be a word that looks like no name, as in "where is caching".
    """
    text = text.strip()
    if not text or len(text) > MAX_QUESTION or "\n" in text or "\r" in text:
        return None
    languages = likely_languages(text)
    return (
        next((one for language in languages if (one := _read(text, language, plain))), None)
        or _mistyped(text, languages[0], plain)
        or next((one for language in languages if (one := _by_cues(text, language, languages[0]))), None)
    )


def languages_for(locale: str) -> tuple[Language, ...]:
    """The languages that somebody with this locale ("de", "pt-br") is likely to ask in: English always, and first."""
    named = locale.lower().replace("_", "-").partition("-")[0]
    return ("en", *(language for language in get_args(Language) if language == named != "en"))


def warm(language: Language) -> None:
    """Compile a language's phrasings and read its cues, a third of a second that questions would wait for."""
    for phrasing in phrasebook(language).phrasings:
        phrasing.pattern  # noqa: B018 (compiled and kept by being asked for)
    cuebook(language)


def _by_cues(text: str, language: Language, likeliest: Language) -> Question | None:
    """By the cues of a language. No word of another one is taken for a mistyped one."""
    if phrasebook(likeliest).spaced != phrasebook(language).spaced:
        return None
    return read_by_cues(text, language) if language == likeliest else read_by_cues(text, language, slips=0)


def _mistyped(text: str, language: Language, plain: bool) -> Question | None:
    """What is asked with one word put right; nothing where two ways to put it right ask for two things."""
    book = phrasebook(language)
    found = [one for words in mended(sentence(text, book), book) if (one := _read_sentence(words, book, plain))]
    return found[0] if found and all(one == found[0] for one in found) else None


def _read(text: str, language: Language, plain: bool) -> Question | None:
    book = phrasebook(language)
    return _read_sentence(sentence(text, book), book, plain)


def _read_sentence(words: str, book: Phrasebook, plain: bool) -> Question | None:
    for asked in without_courtesy(words, book):
        folded = fold(asked)
        for phrasing in book.beginning_like(asked):
            match = phrasing.pattern.fullmatch(folded)
            if match and (question := _question(asked, match, phrasing, book, plain)):
                return question
    return None


def without_courtesy(words: str, book: Phrasebook) -> Iterator[str]:
    """The sentence, then without one opener after the other, and all that without one closer after the other."""
    for _ in range(_MAX_COURTESIES + 1):
        rest = words
        for _ in range(_MAX_COURTESIES + 1):
            yield rest
            match = book.openers.match(fold(rest))
            if not match or not match.end():
                break
            rest = rest[match.end() :]
        match = book.closers.search(fold(words))
        if not match or not match.start():
            return
        words = words[: match.start()]


def _question(asked: str, match: re.Match[str], phrasing: Phrasing, book: Phrasebook, plain: bool) -> Question | None:
    groups = {name: asked[slice(*match.span(name))] for name, found in match.groupdict().items() if found}
    places = [read_place(groups[name], book) for name in ("H0", "P0", "Q0") if name in groups]
    if None in places or len(places) > 1:
        return None
    place = places[0] if places else None
    question = Question(phrasing.form, language=book.language, wanted=_wanted(groups, book))
    if phrasing.form == "changes":
        about = place.path or place.owner if place else ""
        return replace(question, subject=about, staged=phrasing.part == STAGED, unstaged=phrasing.part == UNSTAGED)
    if phrasing.form == "commit":
        return None if place else question
    if "Y0" in groups:
        second = read_subject(groups["Y0"], "X", book)
        if second is None or second.pronoun or second.path:
            return None
        question = replace(question, other=second.name)
    group = next((one for one in groups if one[0] in _NEEDS), "")
    need: Need | None = group[0] if group else None  # type: ignore[assignment]
    like: Need | None = "D" if plain and need in ("X", "C") else need
    subject = read_subject(groups[group], like, book) if like else Subject("", pronoun=True)
    question = replace(question, unsure=need == "B")
    if subject and subject.pronoun and phrasing.form == "definition" and need == "C":
        return None  # "show me this", "where is it": that is no question after a definition
    return _about(question, subject, place)


def _about(question: Question, subject: Subject | None, place: Place | None) -> Question | None:
    if subject and place:
        subject = joined(place, subject)
    if not subject:
        return None
    found = replace(question, subject=subject.name, kind=subject.kind, path=subject.path, pronoun=subject.pronoun)
    if question.form == "definition" and question.wanted:  # "is there a function called parse?"
        return replace(found, kind=question.wanted, wanted="")
    return found


def _wanted(groups: dict[str, str], book: Phrasebook) -> str:
    return book.kinds.get(" ".join(fold(groups.get("K0", "")).lower().split()), "")
