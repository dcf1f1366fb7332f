"""The same change again: two edits that share one substitution, and where else it fits. Knows no grammar, no index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from inglenook_indexer.text.languages import language_of

from inglenook_server.next_edit.edit import Edit, Example, examples, parts
from inglenook_server.next_edit.matching import Match, matches
from inglenook_server.next_edit.offer import Offer, Situation
from inglenook_server.next_edit.rule import Rule, alone, generalise, swaps_words
from inglenook_server.next_edit.tokens import is_word

LATEST = 4
"""Substitutions of the latest edit that are tried, and..."""
EARLIER = 12
"""...earlier ones that each is held against."""
LEVELS = (14, 3, 1, 0)
"""Telling tokens of context on each side: from all that the examples share to the neighbours alone."""
ELSEWHERE = 3
"""The same, for places in other files."""
MOST_COMMON = 3
"""Letters of a word up to which the index is not asked for it."""
MOST = 60
"""Places that one rule may have; what fits everywhere says nothing."""

Made = tuple[Example, Edit]
"""A substitution, and the part of an edit that made it."""


def predict(situation: Situation) -> list[Offer]:
    """The places at which the change that was made twice can be made again; else those of the change made once."""
    made = list(islice(_made(situation), LATEST + EARLIER))
    for rule, part, earlier in _rules(situation, made):
        if offers := _offers(rule, situation, "pair", (part, earlier)):
            return offers
    for example, part in _latest(situation, made):
        if _alone_enough(example) and (offers := _offers(alone(example), situation, "alone", (part,))):
            return offers
    return []


def predict_elsewhere(situation: Situation) -> list[Offer]:
    """The places in other files at which it can be made again; the index names the files by a word of it."""
    if situation.uses is None:
        return []
    made = list(islice(_made(situation), LATEST + EARLIER))
    for rule, _, _ in _rules(situation, made):
        words = [one for one in rule.old if isinstance(one, str) and is_word(one) and len(one) > MOST_COMMON]
        if not words:
            continue
        found: list[Offer] = []
        narrowed = rule.narrowed(ELSEWHERE)
        for path in situation.uses.mentioning(max(words, key=len), situation.path):
            text = situation.uses.text(path)
            there = list(islice(matches(narrowed, text), MOST + 1)) if _suits(path, situation) else []
            if len(there) <= MOST:
                found += [
                    Offer(path, one.start, one.end, one.new, "across.re", old=text[one.start : one.end])
                    for one in there
                ]
        if found:
            return found
    return []


def _suits(path: str, situation: Situation) -> bool:
    """Whether a file is in the language of the one that was edited."""
    return language_of(path) == situation.language


def _latest(situation: Situation, made: Sequence[Made]) -> list[Made]:
    """What the latest edit did."""
    latest = situation.latest
    return [one for one in made if latest.line <= one[1].line <= latest.end and one[1].path == latest.path][:LATEST]


def _rules(situation: Situation, made: Sequence[Made]) -> Iterator[tuple[Rule, Edit, Edit]]:
    """The rules that the latest edit shares with one before it, and the two parts that they are of."""
    for index, (example, part) in enumerate(_latest(situation, made)):
        for other, earlier in made[index + 1 :]:
            rule = generalise(example, other)
            if rule is not None and rule.new:
                yield rule, part, earlier


def _made(situation: Situation) -> Iterator[Made]:
    """Every substitution that was made, the latest first."""
    for edit in reversed(situation.edits):
        for part in reversed(parts(edit)):
            for example in examples(part):
                yield example, part


def _alone_enough(example: Example) -> bool:
    """Whether one example may say what is meant: a word became something else."""
    return bool(example.new) and any(is_word(one) and len(one) > 2 for one in example.old)


def _offers(rule: Rule, situation: Situation, kind: str, made: Sequence[Edit]) -> list[Offer]:
    """The places of a rule, from the last edit downward; with as much context as it can have and still match."""
    ends = [part.line for part in made if part.path == situation.path]
    first, last = min(ends), max(ends)
    for level in LEVELS:
        narrowed = rule.narrowed(level)
        telling = narrowed.telling
        enough = 1 if swaps_words(narrowed) and kind != "alone" else 2 if rule.old else 4 if rule.adds_lines else 3
        if not any(is_word(one) and len(one) > 1 for one in narrowed.literals) or telling < enough:
            break
        found = list(islice(matches(narrowed, situation.text), MOST + 1))
        if len(found) > MOST:
            break
        lines = [situation.text.count("\n", 0, one.start) for one in found]
        down = [one for one, line in zip(found, lines, strict=True) if line >= last]
        up = [one for one, line in zip(found, lines, strict=True) if line < first]
        between = len(found) - len(down) - len(up)
        if kind == "alone" and (len(down) < (1 if level > 3 else 2) or up or between):
            continue  # one example and one place: as often as not a coincidence
        if down or up:
            form = "re" if rule.old else "in" if rule.adds_lines else "add"
            name = f"{kind}.{form}.{level}.{'down' if down else 'up'}{'.skip' if between else ''}"
            return _by_line([_offer(one, situation, name) for one in (*down, *up)], rule, situation.text)
        if between:
            break
    return []


def _offer(match: Match, situation: Situation, kind: str) -> Offer:
    return Offer(situation.path, match.start, match.end, match.new, kind, old=situation.text[match.start : match.end])


def _by_line(offers: list[Offer], rule: Rule, text: str) -> list[Offer]:
    """Offers with what is to be changed on the same line: a word that becomes another does so wherever it stands."""
    if not swaps_words(rule):
        return offers
    word, found, last = re.compile(rf"(?<!\w){re.escape(str(rule.old[0]))}(?!\w)"), [], -1
    for one in offers:
        start = text.rfind("\n", 0, one.start) + 1
        end = text.find("\n", one.end)
        end = end if end >= 0 else len(text)
        if start != last:
            line = word.sub(one.new, text[start:end])
            found.append(replace(one, start=start, end=end, new=line, old=text[start:end]))
        last = start
    return found
