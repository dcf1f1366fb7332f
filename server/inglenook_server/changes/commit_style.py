"""How a repository words its commits: prefixes, scopes, case, tense, length, by its latest subjects. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Mood = Literal["imperative", "past", "present"]
Prefix = Literal["", "conventional", "component", "tag", "gitmoji"]
"""`fix(web): …`, `Web: …`, `[web] …`, `:bug: …`."""

LOOKED_AT = 200
"""Subjects: what was written years ago says little of what is usual now."""
USUAL = 0.5  # share from which on something is the repository's way
SCOPED = 0.3  # share of prefixes with a scope, from which on scopes are usual
FEW = 4  # subjects that say nothing yet
LENGTHS = (50, 72)
"""Characters: no subject is asked to be shorter than the first; few tools show more than the second."""
EXAMPLES = 3
_PREFIX = re.compile(r"([a-z]{2,12})(?:\(([^()]{1,40})\))?(!)?: +(?=\S)")
_COMPONENT = re.compile(r"([\w./*{},-]{1,40})(?<![.,]): +(?=\S)")
_TAG = re.compile(r"((?:\[[^\[\]\s][^\[\]]{0,39}\]){1,3}:?) +(?=\S)")
_EMOJI = re.compile(r"(:[a-z0-9_+-]{2,30}:|[\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]\ufe0f?) *")
_TICKET = re.compile(r"\[?([A-Z][A-Z0-9]{1,9})-\d{1,7}\]?[:,]? +")
_NUMBER = re.compile(r" \(#\d{1,7}\)$")
_CUT = 300  # characters of a subject that are looked at
TYPES = frozenset("feat fix docs style refactor perf test tests build ci chore revert".split())
"""Of Conventional Commits, as Angular's convention names them."""
VERBS = (
    "add allow avoid build bump change check clean correct create deprecate disable document drop enable ensure extend"
    " extract fix handle ignore implement improve include introduce make mark merge move optimize pass pin prevent"
    " print raise refactor release remove rename reorder replace require restore return revert rewrite set show"
    " simplify skip sort speed split start stop support switch test tidy turn update upgrade use warn wrap"
).split()
_PAST = {"build": "built", "make": "made", "rewrite": "rewrote", "set": "set", "show": "showed", "split": "split"}


@dataclass(frozen=True, slots=True)
class CommitStyle:
    """A repository's way with subjects."""

    prefix: Prefix = ""
    prefixes: tuple[str, ...] = ()
    """The types, components, tags or emoji that are used, the commonest first."""
    scopes: tuple[str, ...] = ()
    """The commonest first; empty where scopes are unusual."""
    ticket: str = ""
    """The key that tickets begin with, as in "ABC-12", where subjects begin with one."""
    capitalised: bool = True
    mood: Mood = "imperative"
    max_length: int = LENGTHS[1]
    examples: tuple[str, ...] = ()
    """The latest ones that keep to it."""


def style_of(subjects: Sequence[str]) -> CommitStyle:
    """The style of the latest subjects, the latest first; the usual one of git's own where there are few."""
    subjects = [_NUMBER.sub("", one[:_CUT].strip()) for one in subjects[:LOOKED_AT] if one.strip()]
    if len(subjects) < FEW:
        return CommitStyle(examples=tuple(subjects[:EXAMPLES]))
    keys = Counter(found[1] for one in subjects if (found := _TICKET.match(one)))
    ticket = keys.most_common(1)[0][0] if keys.total() > USUAL * len(subjects) else ""
    bare = [_TICKET.sub("", one, count=1) if _TICKET.match(one) else one for one in subjects]
    pattern, name = _prefix_of(bare)
    matches = [found for one in bare if pattern is not None and (found := pattern.match(one))]
    scoped = [found[2] for found in matches if name == "conventional" and found[2]]
    rests = [one[found.end() :] if pattern is not None and (found := pattern.match(one)) else one for one in bare]
    firsts = [one for one in rests if one[:1].isalpha()]
    capital = sum(one[0].isupper() for one in firsts) >= USUAL * max(1, len(firsts))
    lengths = sorted(map(len, subjects))
    longest = lengths[int(0.9 * (len(lengths) - 1))]
    return CommitStyle(
        prefix=name,
        prefixes=tuple(one for one, _ in Counter(found[1] for found in matches).most_common(20)),
        scopes=tuple(one for one, _ in Counter(scoped).most_common(40)) if len(scoped) > SCOPED * len(matches) else (),
        ticket=ticket,
        capitalised=capital,
        mood=_mood(rests),
        max_length=min(max(longest, LENGTHS[0]), LENGTHS[1]),
        examples=_examples(subjects, pattern, name),
    )


def _prefix_of(subjects: Sequence[str]) -> tuple[re.Pattern[str] | None, Prefix]:
    enough = USUAL * len(subjects)
    if sum((found := _PREFIX.match(one)) is not None and found[1] in TYPES for one in subjects) > enough:
        return _PREFIX, "conventional"
    if sum(_EMOJI.match(one) is not None for one in subjects) > enough:
        return _EMOJI, "gitmoji"
    if sum(_TAG.match(one) is not None for one in subjects) > enough:
        return _TAG, "tag"
    if sum(_COMPONENT.match(one) is not None for one in subjects) > enough:
        return _COMPONENT, "component"
    return None, ""


def _examples(subjects: Sequence[str], pattern: re.Pattern[str] | None, name: str) -> tuple[str, ...]:
    fit = [one for one in subjects if pattern is None or pattern.search(one)]
    short = [one for one in fit if len(one) <= LENGTHS[1]]
    return tuple((short or fit)[:EXAMPLES])


_FORMS: tuple[Mood, ...] = ("imperative", "past", "present")


def _mood(rests: Sequence[str]) -> Mood:
    known = forms()
    counted = Counter(known[word][1] for one in rests if (word := one.split(" ")[0].lower()) in known)
    found = max(_FORMS, key=lambda mood: counted[mood])
    return found if counted[found] >= max(FEW, SCOPED * len(rests)) else "imperative"


def forms() -> dict[str, tuple[str, Mood]]:
    """Each form of the verbs that subjects begin with -> (the verb, which form it is)."""
    found: dict[str, tuple[str, Mood]] = {}
    for verb in VERBS:
        for mood in reversed(_FORMS):
            found[inflected(verb, mood)] = verb, mood
    return found


def inflected(verb: str, mood: Mood) -> str:
    """A verb of `VERBS` as it begins a subject of that mood, in lower case."""
    if mood == "past":
        if verb in _PAST:
            return _PAST[verb]
        if verb in ("drop", "skip", "stop", "wrap", "pin"):
            return f"{verb}{verb[-1]}ed"
        if verb.endswith("e"):
            return f"{verb}d"
        return f"{verb[:-1]}ied" if _consonant_y(verb) else f"{verb}ed"
    if mood == "present":
        if _consonant_y(verb):
            return f"{verb[:-1]}ies"
        return f"{verb}es" if verb.endswith(("s", "x", "ch", "sh")) else f"{verb}s"
    return verb


def _consonant_y(verb: str) -> bool:
    return verb.endswith("y") and verb[-2] not in "aeiou"
