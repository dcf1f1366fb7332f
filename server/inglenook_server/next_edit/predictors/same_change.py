"""The same change again: two edits that share one substitution, and where else it fits. Knows no grammar, no index."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from inglenook_server.next_edit.edit import Example, examples, parts
from inglenook_server.next_edit.matching import Match, matches
from inglenook_server.next_edit.offer import Offer, Situation
from inglenook_server.next_edit.rule import Rule, alone, generalise
from inglenook_server.next_edit.tokens import is_word

LATEST = 4
"""Substitutions of the latest edit that are tried, and..."""
EARLIER = 12
"""...earlier ones that each is held against."""
LEVELS = (14, 3, 1)
"""Telling tokens of context on each side: from all that the examples share to the neighbours alone."""
MOST = 60
"""Places that one rule may have; what fits everywhere says nothing."""


def predict(situation: Situation) -> list[Offer]:
    """The places at which the change that was made twice can be made again; else those of the change made once."""
    made = list(islice(_made(situation), LATEST + EARLIER))
    if not made:
        return []
    latest = situation.latest
    mine = [one for one in made if one[1] is latest][:LATEST]
    for index, (example, _) in enumerate(mine):
        for other, _ in made[index + 1 :]:
            rule = generalise(example, other)
            if rule is not None and rule.new:
                offers = _offers(rule, situation, "pair")
                if offers:
                    return offers
    for example, _ in mine:
        if _alone_enough(example) and (offers := _offers(alone(example), situation, "alone")):
            return offers
    return []


def _made(situation: Situation) -> Iterator[tuple[Example, object]]:
    """Every substitution that was made, the latest first."""
    for edit in reversed(situation.edits):
        for part in reversed(parts(edit)):
            for example in reversed(list(examples(part))):
                yield example, edit


def _alone_enough(example: Example) -> bool:
    """Whether one example may say what is meant: a word became something else."""
    return bool(example.new) and any(is_word(one) and len(one) > 2 for one in example.old)


def _offers(rule: Rule, situation: Situation, kind: str) -> list[Offer]:
    for level in LEVELS:
        narrowed = rule.narrowed(level)
        if not any(is_word(one) and len(one) > 1 for one in narrowed.literals) or narrowed.telling < 2:
            break
        if not narrowed.old and narrowed.telling < 3:
            break
        found = [one for one in matches(narrowed, situation.text) if not _own(one, situation)]
        if found and len(found) <= MOST:
            form = "in" if not rule.old else "re"
            few = "1" if len(found) == 1 else "few" if len(found) <= 4 else "many"
            return [_offer(one, situation, f"{kind}.{form}.{level}.{few}") for one in found]
        if found:
            break
    return []


def _own(match: Match, situation: Situation) -> bool:
    return False


def _offer(match: Match, situation: Situation, kind: str) -> Offer:
    return Offer(situation.path, match.start, match.end, match.new, kind, old=situation.text[match.start : match.end])
