"""A language's cues, from its asset `assets/cues/en.toml` and its like. Knows no question that was asked."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from inglenook_server.chat.questions.cues import Cue, Words, cue_of, words_of
from inglenook_server.chat.questions.forms import Language
from inglenook_server.chat.questions.phrasebook import phrasebook
from inglenook_server.chat.questions.sentences import fold

_SHORT = 4
"""Letters of a word that many others are like."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What asks for one form."""

    form: str
    """A form, `STAGED` or `UNSTAGED`."""
    cues: tuple[Cue, ...]
    known: Words
    """The words of its cues, and those that say nothing by themselves."""


@dataclass(frozen=True, slots=True)
class CueBook:
    """What a language says around a name."""

    articles: frozenset[str]
    elsewhere: frozenset[str]
    """Words by which something else is wanted, where the cues of a form do not have them: "why", "rename"."""
    open: tuple[Cue, ...]
    """What only open questions have."""
    askings: tuple[Asking, ...]
    vocabulary: frozenset[str]
    """Every word, and every beginning of one."""
    content: tuple[str, ...]
    """Words of cues that may be mistyped; those of which only the beginning counts end with a `*`."""


@cache
def cuebook(language: Language) -> CueBook:
    """Read a language's asset. Raises `CueError` where it is wrong, which a test would see."""
    book = phrasebook(language)
    source = (files("inglenook_server") / "assets" / "cues" / f"{language}.toml").read_text("utf-8")
    asset = tomllib.loads(fold(source))
    begins = not book.spaced
    small = " ".join((asset["small"], asset["articles"], *(kind.replace(" ", "_") for kind in book.kinds)))

    def read(lines: Iterable[str]) -> tuple[tuple[Cue, ...], str]:
        found = [cue_of(line, asset["words"], each_begins=begins) for line in lines]
        return tuple(cue for cue, _ in found), " ".join(said for _, said in found)

    askings, said = [], [small, asset["elsewhere"]]
    for form, lines in asset["cues"].items():
        cues, text = read(lines)
        said.append(text)
        askings.append(Asking(form.rstrip("2"), cues, words_of(f"{text} {small}", each_begins=begins)))
    opening, text = read(asset["open"])
    return CueBook(
        articles=frozenset(asset["articles"].split()),
        elsewhere=frozenset(asset["elsewhere"].split()),
        open=opening,
        askings=tuple(askings),
        vocabulary=_parts([*said, text]),
        content=tuple(
            sorted(one for text in said[2:] for one in set(text.split()) if len(one) > _SHORT and "_" not in one)
        ),
    )


def _parts(texts: Sequence[str]) -> frozenset[str]:
    return frozenset(part.rstrip("*") for text in texts for one in text.split() for part in one.split("_") if part)
