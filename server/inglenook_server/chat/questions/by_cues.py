"""A question that fits no phrasing, read by its cues: one name that is written like code, and words that say a form.

Every other word must be one that says nothing by itself, or belong to the form: with a word that says something else,
the question is open. Knows no index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from inglenook_server.chat.questions.cuebook import Asking, CueBook, cuebook
from inglenook_server.chat.questions.cues import NAMES, PATH
from inglenook_server.chat.questions.forms import Language, Question
from inglenook_server.chat.questions.phrasebook import FIND, FORMS, STAGED, UNSTAGED, Phrasebook, phrasebook
from inglenook_server.chat.questions.sentences import sentence
from inglenook_server.chat.questions.subjects import is_plural, read_subject
from inglenook_server.chat.questions.tokens import tokens_of
from inglenook_server.chat.questions.typos import is_slip

_MOST_TOKENS = {True: 24, False: 40}
"""By whether blanks part words: a longer sentence tells a story."""
_NAMELESS = frozenset(("changes", STAGED, UNSTAGED, "commit"))
_OF_PATHS = frozenset(("contents", "imports", "importers", "tests", "uses", "impact", "definition", FIND))
"""What can be asked of a file or a folder."""
_MOST_SLIPS = 2
_SHORTEST_SLIP = 6  # letters: a shorter word is too often another one


def read_by_cues(text: str, language: Language, *, slips: int = _MOST_SLIPS) -> Question | None:
    """What the index is asked; nothing where the question is open. So many words may be mistyped by a letter."""
    book, cues = phrasebook(language), cuebook(language)
    found = tokens_of(sentence(text, book), spaced=book.spaced, vocabulary=cues.vocabulary)
    if len(found.tokens) > _MOST_TOKENS[book.spaced] or len(found.names) > 1:
        return None
    written = _mended(found.tokens, cues, book, slips) if book.spaced else found.tokens
    kind, tokens = _beside_the_name(written, book, cues)
    form = _form(tokens, bool(found.names), cues)
    if not form:
        return None
    question = Question(FORMS[form], language=language, staged=form == STAGED, unstaged=form == UNSTAGED, loose=True)
    if not found.names:
        return question
    subject = read_subject(f"{found.names[0]} ", "C", book)
    if subject is None or subject.pronoun:
        return None
    return replace(question, subject=subject.name, kind=kind or subject.kind, wanted=_wanted(form, tokens, book))


def _form(tokens: Sequence[str], named: bool, cues: CueBook) -> str:
    """The first form that has a cue here and leaves no word unexplained; empty for none."""
    if any(cue.fits(tokens) for cue in cues.open):
        return ""
    asked = [one for one in cues.askings if (one.form in _NAMELESS) != named]
    if PATH in tokens:
        asked = [one for one in asked if one.form in _OF_PATHS]
    for asking in asked:
        if _explained(tokens, asking, cues) and any(cue.fits(tokens) for cue in asking.cues):
            return asking.form
    return ""


def _explained(tokens: Sequence[str], asking: Asking, cues: CueBook) -> bool:
    """Whether each word is one of the form's, or says nothing by itself."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        end = at + 1 if token in NAMES else asking.known.end(tokens, at)
        if end < 0 or (token in cues.elsewhere and not asking.known.has(token)):
            return False
        at = end
    return True


def _beside_the_name(tokens: Sequence[str], book: Phrasebook, cues: CueBook) -> tuple[str, list[str]]:
    """The kind that is said of the name, and the tokens without it and without articles before the name."""
    at = next((at for at, token in enumerate(tokens) if token in NAMES), 0)
    start, kind = at, ""
    if start and book.spaced and tokens[start - 1] in book.kinds and not is_plural(tokens[start - 1], book):
        kind = book.kinds[tokens[start - 1]]
        start -= 1
    while start and tokens[start - 1] in cues.articles:
        start -= 1
    return kind, [*tokens[:start], *tokens[at:]]


def _wanted(form: str, tokens: Sequence[str], book: Phrasebook) -> str:
    """Of contents, the kind that is asked for, where it is one alone."""
    kinds = {kind for token in tokens if (kind := book.kinds.get(token))} if form == "contents" else set()
    return kinds.pop() if len(kinds) == 1 else ""


def _mended(tokens: Sequence[str], cues: CueBook, book: Phrasebook, slips: int) -> list[str]:
    """The same with words put right that are mistyped by one letter."""
    mended = list(tokens)
    known = [asking.known for asking in cues.askings]
    for at, token in enumerate(tokens):
        if not slips:
            break
        if len(token) < _SHORTEST_SLIP or token in cues.vocabulary | book.proper:
            continue
        if any(one.end(tokens, at) >= 0 for one in known):
            continue
        if meant := next((one for one in cues.content if _slips(token, one)), ""):
            mended[at] = meant.rstrip("*")
            slips -= 1
    return mended


def _slips(token: str, meant: str) -> bool:
    """Whether a token, or where only that counts its beginning, is a word with one letter wrong."""
    begins = meant.rstrip("*")
    if begins == meant:
        return is_slip(token, meant)
    return any(is_slip(token[:size], begins) for size in (len(begins) - 1, len(begins), len(begins) + 1))
