"""A language's phrasings of the questions, from its asset. Knows no question that was asked.

The assets are `assets/questions/en.toml` and its like: a phrasing is one line there, in the order that they are tried.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, get_args

from inglenook_server.chat.questions.forms import Form, Language
from inglenook_server.chat.questions.sentences import fold
from inglenook_server.chat.questions.templates import Template, TemplateError, by_length, first_of, literal
from inglenook_server.chat.questions.templates import read_template as _read

STAGED, UNSTAGED = "staged", "unstaged"
"""The phrasings of "changes" that speak only of what is staged, or is not."""
FIND = "find"
"""What only names something, which is to be found."""
FORMS: dict[str, Form] = {form: form for form in get_args(Form)} | {
    STAGED: "changes",
    UNSTAGED: "changes",
    "folder": "contents",  # of a plain word, tried when nothing else fits
    FIND: "definition",  # of a name that nothing else is said of
}
_NONE: tuple[frozenset[str], frozenset[str]] = frozenset(), frozenset()
_WORD = re.compile(r"[^\W\d_]+")
_ANY_KIND = "any"  # nouns that name no kind: "symbols", "things"
_BARE = r"[A-Za-z_$@./~\\][\w$@./~:#\\>()-]*"  # a name among characters that are written without blanks
_TEXT = {True: r"(?:\S+ ){1,9}?", False: r".{1,120}?"}  # a noun phrase, narrowed or not: by words, by characters
_PLACE = {True: r"(?:\S+ ){1,5}?", False: r".{1,80}?"}
_NAME = {True: r"\S+ ", False: rf"(?:[`\"'][^`\"' ]{{1,100}}[`\"'](?:\(\))?|(?a:{_BARE})) ?"}


@dataclass(frozen=True, slots=True)
class Phrasing:
    """One way to ask, compiled when it is first needed.

    Groups: `D0`, `X0`, `C0`, `F0` or `B0` the subject, by what it must look like; `Y0` a second one; `K0` the kind that
    is wanted; `P0` the place inside, `H0` the place before, and `Q0` the one behind.
    """

    form: Form
    part: str
    """Of "changes": `STAGED`, `UNSTAGED`, or empty for all."""
    template: Template

    @property
    def pattern(self) -> re.Pattern[str]:
        """What a folded sentence is held to, as a whole."""
        return _compiled(self.template.pattern)


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """What a language asks with."""

    language: Language
    spaced: bool
    """Whether words are written with blanks between them."""
    capitalised: bool
    """Whether ordinary nouns begin with a capital, so that a capital makes no name."""
    elided: tuple[str, ...]
    endings: tuple[str, ...]
    rewritten: dict[str, str]
    fillers: frozenset[str]
    not_names: frozenset[str]
    """Words that are no names unless they are quoted."""
    keywords: tuple[str, ...]
    """Words that carry a question, which may be mistyped."""
    proper: frozenset[str]
    """Words that are no mistyped ones."""
    vague: frozenset[str]
    """Words that beside a kind describe it: "the base class"."""
    abstract: tuple[str, ...]
    """Ends of words for doings, such as "caching"."""
    plurals: tuple[str, ...]
    """Ends by which several things are told from one."""
    kinds: dict[str, str]
    """Noun, folded and in small letters -> kind."""
    openers: re.Pattern[str]
    closers: re.Pattern[str]
    noun_phrases: tuple[re.Pattern[str], ...]
    pronouns: re.Pattern[str]
    locating: re.Pattern[str]
    """What a question has that asks for places in the code: at its beginning, or with no blanks anywhere."""
    asking_more: frozenset[str]
    """Words of a question that places alone do not answer, folded and in small letters: "how", "why"."""
    phrasings: tuple[Phrasing, ...]

    def beginning_like(self, sentence: str) -> Iterator[Phrasing]:
        """The phrasings that a sentence may be, by how it begins."""
        first = first_of(sentence, spaced=self.spaced)
        return (one for one in self.phrasings if first in one.template.first or "" in one.template.first)


@lru_cache(maxsize=1)
def function_words() -> dict[Language, tuple[frozenset[str], frozenset[str]]]:
    """Language -> words that are frequent in its questions, in small letters: as they are written, and folded."""
    words: dict[Language, str] = _asset("function_words")  # type: ignore[assignment]
    return {language: (frozenset(text.lower().split()), _words(text)) for language, text in words.items()}


@cache
def phrasebook(language: Language) -> Phrasebook:
    """Read a language's asset. Raises `TemplateError` where it is wrong, which a test would see."""
    asset = _asset(language)
    spaced: bool = asset["spaced"]
    words: dict[str, list[str]] = asset["words"]
    kinds = {fold(noun).lower(): kind for kind, nouns in asset["kinds"].items() for noun in nouns}
    nouns = _alternatives(list(kinds), spaced)
    text, place = _TEXT[spaced], _PLACE[spaced]
    slots = {**dict.fromkeys(("D", "X", "C", "F", "B", "Y"), text), **dict.fromkeys(("P", "Q", "H"), place), "K": nouns}
    inner = {"N": _NAME[spaced], "T": _alternatives(asset["articles"], spaced), "P": place, "K": nouns}

    def pattern(template: str, slots: dict[str, str]) -> str:
        return read(template, slots).pattern

    def read(template: str, slots: dict[str, str]) -> Template:
        return _read(template, words, slots, spaced=spaced)

    before, behind = read(asset["narrowing"]["before"], slots), read(asset["narrowing"]["behind"], slots)
    return Phrasebook(
        language=language,
        spaced=spaced,
        capitalised=asset.get("capitalised", False),
        elided=tuple(asset.get("elided", ())),
        endings=tuple(asset.get("endings", ())),
        rewritten=asset.get("rewritten", {}),
        fillers=_words(asset.get("fillers", "")),
        not_names=_words(asset["not_names"]),
        keywords=tuple(fold(asset.get("keywords", "")).lower().split()),
        proper=_vocabulary(asset) | _words(asset.get("look_alikes", "")) | function_words().get(language, _NONE)[1],
        vague=_words(asset["vague"]),
        abstract=tuple(fold(asset["abstract"]).split()),
        plurals=tuple(asset.get("plurals", ())),
        kinds={noun: "" if kind == _ANY_KIND else kind for noun, kind in kinds.items()},
        openers=_compiled("|".join(pattern(one, {}) for one in asset["openers"])),
        closers=_compiled("(?:" + "|".join(pattern(one, {}) for one in asset["closers"]) + ")$"),
        noun_phrases=tuple(_compiled(pattern(one, inner)) for one in asset["noun_phrases"]),
        pronouns=_compiled("|".join(pattern(one, inner) for one in asset["pronouns"]).replace("K0>", "K>", 1)),
        locating=_compiled("|".join(pattern(one, {"V": place}) for one in asset["locating"])),
        asking_more=_words(asset["asking_more"]),
        phrasings=tuple(
            Phrasing(
                FORMS[form], form if form in (STAGED, UNSTAGED) else "", _narrowable(read(one, slots), before, behind)
            )
            for form, templates in asset["questions"].items()
            for one in templates
        ),
    )


def _narrowable(asked: Template, before: Template, behind: Template) -> Template:
    """The same, with a place before or behind it, or without."""
    pattern = f"(?:{before.pattern})??{asked.pattern}(?:{behind.pattern})?"
    return Template(pattern, asked.first | before.first)


def _alternatives(phrases: Sequence[str], spaced: bool) -> str:
    return "(?:" + "|".join(literal(phrase, spaced=spaced) for phrase in by_length(phrases)) + ")"


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).lower().split())


def _vocabulary(asset: dict[str, Any]) -> frozenset[str]:
    """Every word that a language's phrasings are made of."""
    lines = [*asset["openers"], *asset["closers"], *asset["noun_phrases"], *asset["pronouns"], *asset["articles"]]
    for group in (asset["questions"], asset["words"], asset["kinds"]):
        lines += [one for phrases in group.values() for one in phrases]
    texts = (*lines, *asset.get("rewritten", {}).values(), asset["not_names"], asset.get("fillers", ""))
    return frozenset(word for text in texts for word in _WORD.findall(fold(text).lower()))


def _asset(name: str) -> dict[str, Any]:
    return tomllib.loads((files("inglenook_server") / "assets" / "questions" / f"{name}.toml").read_text("utf-8"))


@cache  # as many as the assets have lines
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise TemplateError(f"{pattern!r}: {error}") from error
