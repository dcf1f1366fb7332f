"""Whether the words of a sentence are carried by what was shown, or by the code that it names.

A small model goes on with what code of this kind mostly does ("manages the connections and their lifecycle"). What a
sentence says beside its names must stand, for the most part, in the excerpts, their paths or the definitions that it
names; else it is a guess, however likely. English only: an excerpt's words can't carry a sentence of another language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from inglenook_indexer.text.words import STOP_WORDS, stem

from inglenook_server.chat.claims import names
from inglenook_server.chat.claims.ground import MOST_READ, Ground, stems
from inglenook_server.chat.claims.mentions import Mention

ENOUGH = 0.6
"""Share of a sentence's words that have to be carried. Chosen on the development repositories (`chat --set fit`)."""
FEWEST = 3
"""Words from which on a sentence is held to it."""
ENGLISH = 4
"""Different English words of grammar in what was shown, from which on its prose is taken for English."""

_WORD = re.compile(r"[^\W\d_]{3,}")
_OF_CODE = re.compile(
    r"\b(?:the|this|these)(?: \w+){0,3} (?:code|repository|project|class|functions?|methods?|files?|modules?"
    r"|parameters?|attributes?|tests?|objects?|pattern|package|workspace)\b|^(?:it|they|this|these) ",
    re.IGNORECASE,
)
_GRAMMAR = frozenset("the of to is are and for in with this that if not be from by an it when as on or".split())
_UNSAYING = STOP_WORDS | frozenset(
    """
    above according accept accepts access achieved additional additionally allow allowing allows already also
    and another any anything application appropriate are argument arguments associated attribute attributes
    based because before after being below between both but called calls can case cases certain check checks
    class classes code codebase common contain contained containing contains convert converts create created
    creates creating data defined defines define defining depending describe described describes designed
    determine determined determines different directly does done during each either ensure ensures ensuring etc
    every example excerpt excerpts execute executed executes existing field fields file files first following
    for from function functions given gives handle handled handles handling has have here how however implement
    implementation implemented implements include included includes including indicate indicates individual
    information initialize initialized input inside instance instances instead into involves itself its known
    library like line lines list located make makes making manage managed manages many may mean means mechanism
    mentioned mentions method methods module modules more multiple must name named names need needed needs new
    not number object objects once one only operation operations option optional order other otherwise out
    output over package parameter parameters part particular pass passed passes passing performed performs
    possible process processed processes program project properties property provide provided provides purpose
    question reads receive receives refer refers related repository represent represents require required
    requires respectively responsible result results return returned returning returns same second sequence set
    sets several should show shows shown similar simple simply single snippet some source specific specified
    specifies specify statement step steps store stored stores string such support supports sure system take
    takes taking than that the their them then there these they thing this those three through thus time times
    two type types typically use used useful user uses using value values variable variables various via way
    ways well what when where whether which while will with within without work works write written
    """.split()
)
"""What is said of any code."""


def unsupported(sentence: str, prose: str, mentions: Sequence[Mention], ground: Ground) -> str:
    """Why a sentence is a guess, for a person; empty where it is carried. `prose` is it without what it names."""
    said = words_of(prose)
    if len(said) < FEWEST or not _is_english(ground, sentence) or not _is_of_code(sentence, mentions, ground):
        return ""
    known = ground.stems | _named_stems(mentions, ground)
    carried = sum(stem(word) in known for word in said)
    if carried >= ENOUGH * len(said):
        return ""
    missing = next(word for word in said if stem(word) not in known)
    return f'Nothing that was looked at says "{missing}".'


def words_of(prose: str) -> list[str]:
    """The words of a sentence that say what it is about, in small letters, each once."""
    return list(dict.fromkeys(word for word in map(str.lower, _WORD.findall(prose)) if word not in _UNSAYING))


def _named_stems(mentions: Sequence[Mention], ground: Ground) -> set[str]:
    """What the definitions say that a sentence names."""
    found: set[str] = set()
    for one in mentions:
        if names.is_of_workspace(one, ground):
            definitions = ground.definitions(one.parts)
            if len(definitions) <= MOST_READ:
                for symbol in definitions:
                    found |= stems(ground.body(symbol), _WORD.findall(symbol.doc.lower()))
    return found


def _is_of_code(sentence: str, mentions: Sequence[Mention], ground: Ground) -> bool:
    """Whether a sentence speaks of the workspace, and not of what any programmer knows."""
    if any(one.kind in ("path", "cite") or names.is_of_workspace(one, ground) for one in mentions):
        return True
    return bool(_OF_CODE.search(sentence))


def _is_english(ground: Ground, sentence: str) -> bool:
    """Whether a sentence and what was shown are of one language."""
    return len(_GRAMMAR & ground.plain_words) >= ENGLISH and not _GRAMMAR.isdisjoint(sentence.lower().split())
