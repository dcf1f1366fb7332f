"""Items of the benchmark `loop`: a question, and excerpts as the chat shows them, with what is asked for and without.

Two forms. `described` asks for a function by the first sentence of its documentation, the words of its name taken out.
`called` says the same of a function that another one calls: the caller is shown first, and the name stands in it.
Knows no model.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inglenook_indexer import Index
from inglenook_server.chat.excerpts import GAP, Excerpt, cut_excerpts
from inglenook_server.chat.places import Place
from inglenook_server.chat.prepare import Prepared, prepare
from inglenook_server.chat.prompt import EXCERPT_TOKENS
from inglenook_server.chat.request import make_request
from inglenook_server.chat.shown import EXCERPTS
from inglenook_server.generation.prompts.token_budget import TokenCounter
from inglenook_server.settings import ChatSettings

from tests.benchmarks.chat_facts import Definition, Facts
from tests.benchmarks.chat_prose import LEFT, without
from tests.benchmarks.chat_questions import SEED
from tests.benchmarks.scores import Target

LONGEST = 200
"""Characters of a sentence that a question is made of."""
LINES = range(3, 21)
"""Of a definition and of a caller: longer ones are not shown whole, and what is half shown answers half."""
FORMS = {
    "described": "How is this done here: {said}?",
    "called": "`{caller}` leaves this to another function: {said}. How does that function work?",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """A question, and the one definition that answers it."""

    form: str
    text: str
    one: Definition
    caller: Definition | None = None

    @property
    def target(self) -> Target:
        """Where the definition stands."""
        return Target(self.one.path, self.one.start, self.one.end)


@dataclass(frozen=True, slots=True)
class Item:
    """A question, and what is shown for it. `holds`: the definition is among it."""

    subject: Subject
    holds: bool
    excerpts: tuple[Excerpt, ...]


def pairs(facts: Facts, index: Index, counter: TokenCounter, count: int) -> Iterator[tuple[Item, Item]]:
    """`count` pairs of each form, fewer where there are no more: the item that holds the definition, and the other."""
    for form, make in (("described", _described), ("called", _called)):
        subjects = list(make(facts))
        random.Random(f"{SEED} loop {form} {facts.name}").shuffle(subjects)
        made = (pair for subject in subjects if (pair := _pair(subject, index, counter)) is not None)
        yield from (pair for pair, _ in zip(made, range(count), strict=False))


def _described(facts: Facts) -> Iterator[Subject]:
    for one, said in _documented(facts):
        yield Subject("described", FORMS["described"].format(said=said), one)


def _called(facts: Facts) -> Iterator[Subject]:
    """One caller of each."""
    callers: dict[str, Definition] = {}
    for other in facts.definitions:
        if other.kind != "class" and other.end - other.start in LINES and not facts.modules[other.path].is_test:
            for call in other.calls:
                if facts.unique(call.name) and not _overlap(other, facts.by_name[call.name][0]):
                    callers.setdefault(call.name, other)
    for one, said in _documented(facts):
        if (caller := callers.get(one.name)) is not None:
            yield Subject("called", FORMS["called"].format(caller=caller.qualname, said=said), one, caller)


def _documented(facts: Facts) -> Iterator[tuple[Definition, str]]:
    """(a function, what its documentation says without its name), each sentence once."""
    seen: dict[str, int] = {}
    for one in facts.definitions:
        seen[one.doc] = seen.get(one.doc, 0) + 1
    for one in facts.definitions:
        if one.kind == "class" or seen[one.doc] > 1 or facts.modules[one.path].is_test:
            continue
        said = without(one.doc, one.qualname)
        if len(said.split()) >= LEFT and len(said) < LONGEST and one.end - one.start in LINES:
            yield one, said


def _overlap(place: Definition | Place, one: Definition) -> bool:
    start, end = (place.start, place.end) if isinstance(place, Definition) else (place.start_line, place.end_line)
    return place.path == one.path and start <= one.end and end >= one.start


def _pair(subject: Subject, index: Index, counter: TokenCounter) -> tuple[Item, Item] | None:
    """None where the index answers by itself, and where an excerpt does not show what it has to show."""
    prepared = prepare(make_request(subject.text), index)
    if prepared.known is not None or prepared.narrower is None or not prepared.places:
        return None
    one, caller = subject.one, subject.caller
    others = [place for place in prepared.places if not _overlap(place, one)]
    first = not _overlap(prepared.places[0], one)  # found later or not at all, it is shown second: there it fits
    if caller is not None:
        others = [_place(caller), *(place for place in others if not _overlap(place, caller))]
        first = True
    holding = _shown(prepared, [*others[:first], _place(one), *others[first:]], counter)
    missing = _shown(prepared, others, counter)
    whole = any(each.symbol == one.qualname and GAP not in each.text.split() for each in holding)
    named = caller is None or any(one.name in each.text for each in missing[:1])
    if not (whole and named and missing):
        return None
    return Item(subject, True, holding), Item(subject, False, missing)


def _place(one: Definition) -> Place:
    return Place(one.path, one.start, one.end, one.qualname)


def _shown(prepared: Prepared, places: Sequence[Place], counter: TokenCounter) -> tuple[Excerpt, ...]:
    """What of the places a small model is shown, as in the chat."""
    assert prepared.narrower is not None
    most, each = ChatSettings().max_spans, EXCERPT_TOKENS // EXCERPTS
    narrower = prepared.narrower
    return cut_excerpts(places[:most], narrower.lines_of, narrower.held, EXCERPT_TOKENS, each, counter)
