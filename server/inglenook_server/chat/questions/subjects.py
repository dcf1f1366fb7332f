"""What a question is about, out of the words that say it: "the `run` method of Pool". Knows no forms of questions.

Being wrong is worse than knowing nothing: a plain word with an article ("the parser") is prose, not a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from inglenook_indexer.text.languages import LANGUAGES, language_of
from inglenook_indexer.text.words import looks_like_symbol

from inglenook_server.chat.questions.phrasebook import Phrasebook
from inglenook_server.chat.questions.sentences import fold

Need = Literal["D", "X", "C", "F", "B"]
"""What a subject must look like: D any name; X any that is no word for a doing ("caching"); C written like code, quoted
or said to be of a kind; F a file or folder; B a plain word that may be a folder's name, as only the index can tell."""

_QUOTES = "`\"'"
_NAME = re.compile(r"[$@#]?[^\W\d][\w$]*+(?:(?:\.|::|#|->|\\)~?[\w$]++)*+[!?]?")
_PATH = re.compile(r"[\w@+.$~/\\-]*+")
_PATH_KINDS = frozenset(("file", "folder", "module"))
_TYPE_KINDS = frozenset(("class", "interface", "struct", "enum", "trait", "object", "type"))
_PLAIN_FILE = re.compile(r"\.?[\w-]++(?:\.[\w-]++)*+\.(?:txt|cfg|ini|lock|conf|env|log|in|tpl|tmpl|svg|csv)", re.I)


@dataclass(frozen=True, slots=True)
class Subject:
    """A name or path as it is written; a pronoun has none."""

    name: str
    kind: str = ""
    path: str = ""
    """The file or folder that it is said to be in."""
    pronoun: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is said to be: in a file or folder, or in a symbol."""

    path: str = ""
    owner: str = ""


def read_subject(words: str, need: Need, book: Phrasebook) -> Subject | None:
    """The subject that these words of a sentence name; nothing where they are prose."""
    folded = fold(words)
    if match := book.pronouns.fullmatch(folded):
        kind = _kind(match["K"], book)
        one = not match["K"] or (kind and not is_plural(match["K"], book))
        return Subject("", kind, pronoun=True) if one else None
    for pattern in book.noun_phrases:
        if match := pattern.fullmatch(folded):
            subject = _subject(words, match, need, book)
            if subject:
                return subject
    return None


def read_place(words: str, book: Phrasebook) -> Place | None:
    """The place that these words name; nothing where they name none."""
    for pattern in book.noun_phrases:
        match = pattern.fullmatch(fold(words))
        if not match or match.groupdict().get("P0"):
            continue
        raw = words[slice(*match.span("N0"))].strip()
        name, quoted = _unquoted(raw)
        kind = _kind(_noun(match), book)
        if not _is_named(name):
            return None
        if is_path(name) or (kind in _PATH_KINDS and (quoted or name.lower() not in book.vague | book.not_names)):
            return Place(path=name)
        if _NAME.fullmatch(name) and (kind in _TYPE_KINDS or _is_code(raw, name, quoted, book, words)):
            return Place(owner=name)
    return None


def is_path(name: str) -> bool:
    """Whether a name is written like a file's or a folder's path."""
    if "/" in name or "\\" in name or _PLAIN_FILE.fullmatch(name):
        return True
    return ("." in name and language_of(name) != "text") or name in ("Makefile", "Dockerfile")


def joined(place: Place, subject: Subject) -> Subject | None:
    """The subject in its place: `run` in `Pool` is `Pool.run`; nothing where the two do not go together."""
    if place.path:
        return None if subject.path else Subject(subject.name, subject.kind, place.path, subject.pronoun)
    if not subject.name.isidentifier():
        return None
    return Subject(f"{place.owner}.{subject.name}", subject.kind, subject.path)


def _subject(words: str, match: re.Match[str], need: Need, book: Phrasebook) -> Subject | None:
    raw = words[slice(*match.span("N0"))].strip()
    name, quoted = _unquoted(raw)
    if not _is_named(name):
        return None
    kind = _kind(_noun(match), book)
    if not _is_enough(raw, name, quoted, kind, match, need, book, words):
        return None
    subject = Subject(name, kind)
    groups = match.groupdict()
    if groups.get("P0"):
        place = read_place(words[slice(*match.span("P0"))], book)
        return joined(place, subject) if place else None
    return subject


def _is_enough(
    raw: str, name: str, quoted: bool, kind: str, match: re.Match[str], need: Need, book: Phrasebook, words: str
) -> bool:
    """Whether the name looks like what is needed."""
    small = fold(name).lower()
    noun = _noun(match)
    described = bool(noun) and not quoted and (kind == "file" or small in book.vague or small in LANGUAGES)
    described = described or (bool(noun) and not quoted and is_plural(noun, book))
    code = _is_code(raw, name, quoted, book, words)
    if need == "B":
        return not (noun or code or match.groupdict().get("T0"))
    if need == "F":
        return is_path(name) or (kind in _PATH_KINDS and (code or not described) and small not in book.not_names)
    if code:
        return True
    if described or small in book.not_names:
        return False
    if kind:
        return True
    if need == "C" or match.groupdict().get("T0"):
        return False
    return need == "D" or not small.endswith(book.abstract or ("\0",))


def _is_code(raw: str, name: str, quoted: bool, book: Phrasebook, words: str) -> bool:
    """Whether it is written as code is, so that no word of prose looks like it."""
    if quoted or raw.endswith(")") or is_path(name) or looks_like_symbol(name):
        return True
    if not book.spaced:
        return True
    if name[0] in ".@$~" or re.search(r"[#$\\]|->|\w-\w.*[/_.]|\d", name):
        return True
    if book.capitalised or not name[0].isupper():
        return False
    return not name.isupper() or (len(name) == 1 and name != "I")


def _unquoted(raw: str) -> tuple[str, bool]:
    """A name without quotes and the brackets of a call, and whether it was quoted."""
    bare = raw.strip(_QUOTES)
    quoted = raw[:1] in _QUOTES and bare != raw
    if bare.endswith(")") and "(" in bare:
        bare = bare[: bare.index("(")]
    return bare.rstrip(_QUOTES), quoted


def _is_named(name: str) -> bool:
    return any(letter.isalpha() for letter in name) and bool(_NAME.fullmatch(name) or _PATH.fullmatch(name))


def _noun(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return groups.get("K0") or groups.get("K1") or ""


def is_plural(noun: str, book: Phrasebook) -> bool:
    """Whether a noun speaks of several things, which have no one name."""
    small = noun.lower().strip()
    return any(small.endswith(end) and small.removesuffix(end) in book.kinds for end in book.plurals)


def _kind(noun: str | None, book: Phrasebook) -> str:
    return book.kinds.get(" ".join((noun or "").lower().split()), "")
