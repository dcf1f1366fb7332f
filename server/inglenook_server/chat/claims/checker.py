"""What a model says of a workspace, checked while it streams: a sentence is shown as it is, mended, or left out.

Begin with `Checker.feed`. The order of the checks is in `Checker._judge`; each has a module of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from inglenook_server.chat.claims import (
    echoes,
    figures,
    frames,
    groundless,
    kinds,
    names,
    places,
    relations,
    support,
    ties,
)
from inglenook_server.chat.claims.folding import Folded, Folding
from inglenook_server.chat.claims.ground import Ground
from inglenook_server.chat.claims.layout import Layout
from inglenook_server.chat.claims.mentions import NO_NAMES, Mention, find, identifiers
from inglenook_server.chat.claims.sentences import Splitter, Unit
from inglenook_server.chat.claims.types import Known, Place, Struck, Unchecked
from inglenook_server.chat.excerpts import Excerpt

LATE = "The index could not be asked in time."
MOST_ASKED = 600
"""Characters of the question that are searched for names which \"It\" may mean."""
LIKELY = 3
"""Places that an answer which names none is taken to rest on, at most."""
SAME = 0.8
"""Share of the words of two sentences that are in both, from which on the second says nothing new."""
REPEATS = 3
"""Sentences in a row that were said before, after which a model only repeats itself."""
RESTS = "It rests on the sentence before, which was left out."

_LEAKED = re.compile(r"<\|[^|<>\n]{0,40}\|?>|\[/?INST\]|</?s>|<</?SYS>>")
_AS_MODEL = re.compile(r"\bas an? (?:AI|artificial intelligence|(?:large )?language model)\b", re.I)
_PROVIDED = re.compile(
    r"\b[Tt]he (?:(?:provided|given)(?: code)? (?:snippets?|excerpts?|code)"
    r"|(?:code )?(?:snippets?|excerpts?|code)"
    r" (?:(?:that )?(?:you(?: have)?|is|are|was|were) (?:provided|gave|given|shared)|provided|above)(?: by you)?)\b"
)
"""Excerpts are nothing that the user provided."""
_ECHO = re.compile(r"(?:\[\d{1,3}\]|Excerpts? \d{1,3}:?)[ \t]+(?=[\w./-]+\.\w{1,8}:\d)", re.I)
"""How an excerpt is headed in the prompt."""
_LEANS = re.compile(r"(?:It|Its|This|That|They|Their|These|Those)\b|The (?:function|method|class)\b(?! `)")
_LETTERS = re.compile(r"[^\W\d_]{2,}|[\u3040-\u9fff]")
_CITED = re.compile(r"\[\d{1,3}\]")
_MARKS = re.compile(r"[`*_\s]+")
_OWN = re.compile(r"\b(?:example|sample|snippet|Beispiel|exemple|ejemplo|exemplo)\b.*:\Z", re.I | re.S)
"""An announcement of code of the model's own, which may name what it is about to define."""
_CAPITAL = re.compile(r"(?<!^)\b[A-Z][a-z]\w+")
_ENDED = re.compile(r"[.!?:。！？][)\"'*_`”’」』）]*\Z")


class Checker:
    """Checks one answer. `code` says that code is asked for, so that none is folded."""

    def __init__(self, excerpts: Sequence[Excerpt], known: Known, question: str, *, code: bool = False) -> None:
        self.struck: list[Struck] = []
        """What was left out because it is not so. What was left out because it says nothing is not told."""
        self._ground = Ground(excerpts, known, question)
        self._wants_code = code
        self._asked = echoes.content(question)
        self._names = _names(excerpts, question[:MOST_ASKED])
        self._asked_names = find(question[:MOST_ASKED], self._names)
        self._numbers = figures.numbers_in((question, *(one.text for one in excerpts)))
        self._splitter = Splitter()
        self._folding = Folding(() if code else excerpts)
        self._layout = Layout()
        self._used: dict[Place, None] = {}
        self._likely: dict[Place, None] = {}
        self._repeats = 0
        self._sentences = 0
        self._said: set[str] = set()
        self._contents: list[set[str]] = []
        """Words and names of each sentence so far."""
        asked_first = question[:MOST_ASKED].partition("\n")[0]
        self._question_words = {
            *support.words_of(asked_first),
            *(one.text for one in find(asked_first, self._names)),
        }
        self._asked_frame = frames.find(question[:MOST_ASKED], self._asked_names)[0]
        self._frame: frames.Frame | None = None
        """What was announced of the names that follow."""
        self._topics = self._asked_names
        """What "It" may mean."""
        self._fell = False
        """Whether the sentence before was struck."""

    @property
    def used(self) -> tuple[Place, ...]:
        """What the shown text names, in its order; where it names no place, what its names are."""
        return tuple(self._used) or tuple(self._likely)[:LIKELY]

    @property
    def looping(self) -> bool:
        """Whether the model says nothing new any more: what it says from here on would be left out."""
        return self._repeats >= REPEATS

    @property
    def empty(self) -> bool:
        """Whether no sentence is left that says anything."""
        return not self._sentences

    def feed(self, piece: str) -> str:
        """Take the next piece of the model's text, give back text that may be shown."""
        return self._write(one for unit in self._splitter.feed(piece) for one in self._folding.take(unit))

    def finish(self, *, cut: bool = False) -> str:
        """Give back what is left to show. `cut` says that the model was stopped: half a sentence is then left out."""
        done: list[Unit | Folded] = []
        for unit in self._splitter.finish():
            if not (cut and unit.text and not unit.code and not _ENDED.search(unit.text)):
                done += self._folding.take(unit)
        return self._write([*done, *self._folding.finish()])

    def _write(self, units: Iterable[Unit | Folded]) -> str:
        return "".join([self._fold(one) if isinstance(one, Folded) else self._show(one) for one in units])

    def _fold(self, folded: Folded) -> str:
        place = folded.copy.place(self._ground.excerpts)
        if place in self._used:
            self._layout.leave_out(folded.last)
            return ""
        self._used[place] = None
        lead = folded.first.lead if folded.first.lead.strip() else ""
        unit = Unit(lead, "", folded.last.tail)
        if self._sentences:
            return self._layout.show(unit, f"`{place.cited}`")
        self._layout.announce(unit, f"`{place.cited}`")  # a place alone is no answer
        return ""

    def _show(self, unit: Unit) -> str:
        if unit.code:
            self._sentences += not unit.fence
            self._ground.own.update(identifiers(unit.text))
            return self._layout.show(unit, unit.text)
        if not unit.text:
            self._layout.blank_line()
            return ""
        text = _ECHO.sub("", _LEAKED.sub("", unit.text).strip(), count=1)
        text = _PROVIDED.sub("The code", text) if self._ground.excerpts else text
        text, mentions = places.cite_last(text, find(text, self._names))
        named = [one for one in mentions if one.kind in ("path", "cite")]
        if (
            not _LETTERS.search(_prose(text, named))
            or _AS_MODEL.search(text)
            or self._is_said(text)
            or (not unit.lead.strip() and self._says_nothing(text, mentions))
        ):
            self._layout.leave_out(unit)
            return ""
        if not unit.lead.strip():
            self._frame = None if _LETTERS.search(_prose(text, mentions)) else self._asked_frame
        shown, reason = self._checked(text, mentions)
        self._fell = bool(reason)
        if reason:
            self.struck.append(Struck(text, reason))
            self._layout.leave_out(unit)
            return ""
        written = self._layout.show(unit, shown)
        self._sentences += bool(written)
        return written

    def _is_said(self, text: str) -> bool:
        """Whether a sentence was said before. It is remembered."""
        normal = _MARKS.sub(" ", _CITED.sub("", text.lower())).strip(" .")
        known = normal in self._said
        self._repeats = self._repeats + 1 if known else 0
        self._said.add(normal)
        return known

    def _says_nothing(self, text: str, mentions: tuple[Mention, ...]) -> bool:
        """Whether a sentence says no more than the question, or than one before it. What it says is remembered."""
        said = {*support.words_of(_prose(text, mentions)), *(one.text for one in mentions if one.kind != "cite")}
        if not said or self._wants_code:
            return False
        new = said - self._question_words
        repeats = any(len(said & other) >= SAME * len(said | other) for other in self._contents)
        self._contents.append(said)
        return not new or repeats

    def _checked(self, text: str, mentions: tuple[Mention, ...]) -> tuple[str, str]:
        """A sentence as it may be shown, or why it is struck."""
        if self._fell and _LEANS.match(text):
            return "", RESTS
        ground = self._ground
        try:
            mentions = kinds.modules_as_files(text, mentions, ground)
            reason, instead = self._judge(text, mentions)
            if reason:
                return "", reason
            edits, used = places.rewrite(text, mentions, instead, ground)
            edits += kinds.right_nouns(text, mentions, ground) + names.right_cases(mentions, ground)
            named = (one for one in mentions if names.is_of_workspace(one, ground))
            likely = [place for one in named if (place := places.of_name(one, ground)) is not None]
        except Unchecked:
            return (text, "") if all(one.kind in ("name", "code") for one in mentions) else ("", LATE)
        self._used.update(dict.fromkeys(used))
        self._likely.update(dict.fromkeys(likely))
        return places.apply(text, edits), ""

    def _framed(self, text: str, mentions: tuple[Mention, ...]) -> str:
        """Why what was announced is not so of these names, or empty. An announcement is kept for what follows it."""
        frame, listed = frames.find(text, mentions)
        if frame is not None:
            self._frame = frame if text.endswith(":") else None
            return frame.wrong(listed, self._ground)
        alone = not _LETTERS.search(_prose(text, mentions))
        return self._frame.wrong(mentions if alone else mentions[:1], self._ground) if self._frame else ""

    def _judge(self, text: str, mentions: tuple[Mention, ...]) -> tuple[str, dict[Mention, Place]]:
        """Why a sentence is struck, or empty; and the files that have to be named instead of those in it."""
        ground = self._ground
        if not (ground.known.present or ground.excerpts):
            return groundless.wrong(text), {}
        reason = (
            ("" if ground.excerpts else groundless.wrong(text))
            or ("" if _OWN.search(text) else names.missing(mentions, ground))
            or places.lost(mentions, ground)
            or self._framed(text, mentions)
            or relations.wrong(relations.find(text, mentions, self._topics), ground)
            or figures.invented(text, _prose(text, mentions), self._numbers, ground.text)
            or echoes.unfounded(text, mentions, self._asked, ground)
            or ("" if self._wants_code else support.unsupported(text, _prose(text, mentions), mentions, ground))
        )
        if reason:
            return reason, {}
        named = tuple(one for one in mentions if names.is_of_workspace(one, ground))
        self._topics = (*named, *self._asked_names) if named else self._topics
        mended = ties.mend(ties.find(text, mentions), [one for one in mentions if one.kind == "path"], ground)
        return (mended, {}) if isinstance(mended, str) else ("", mended)


def _names(excerpts: Sequence[Excerpt], question: str) -> frozenset[str]:
    """Words with a capital that are names here: what the excerpts define, and what the question calls so."""
    defined = (name for one in excerpts for name in identifiers(one.symbol) if name[:1].isupper())
    return frozenset((*defined, *(name for name in _CAPITAL.findall(question) if name not in NO_NAMES)))


def _prose(text: str, mentions: Sequence[Mention]) -> str:
    """A sentence without what it names."""
    for one in reversed(mentions):
        text = f"{text[: one.start]}…{text[one.end :]}"
    return text
