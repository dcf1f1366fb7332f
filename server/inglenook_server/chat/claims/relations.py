"""Whether what a sentence says between two names is so: who calls, holds, inherits, returns or raises what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook_server.chat.claims.ground import TYPES, Ground
from inglenook_server.chat.claims.mentions import Mention

if TYPE_CHECKING:
    from inglenook_indexer.types import Symbol

_NOUN = (
    r"(?: (?:class|function|method|object|instance|property|attribute|exception|error|constructor|type|interface|struct"
    r"|decorator|argument|parameter|variable|field|constant|coroutine|helper))?(?:es|s)?"
)
_ADVERB = r"(?: (?:also|then|first|internally|always|only|simply|just|directly|itself|may|will|can|either|in turn))*"
_ARTICLE = (
    r"(?: (?:the|a|an|its|another|new|any|each|from|instance of|call to|function|method|class|object|exception))*"
)
_ACTIVE = (
    r"calls|invokes|uses|raises|throws|returns|yields|creates|instantiates|awaits|constructs|delegates to|relies on"
    r"|makes use of|makes a call to|takes|accepts|receives|expects"
)
_PASSIVE = r"called|invoked|used|raised|thrown|returned|yielded|created|instantiated|awaited|constructed"
_INHERITS = (
    r"inherits(?: directly)? from|extends|subclasses|derives from|is(?: a| an)?(?: direct)? sub-?class of"
    r"|is derived from|is a child(?: class)? of"
)
_HOLDS = r"has|provides|defines|contains|includes|implements|exposes|offers|overrides|declares"
_MEMBER = r"method|property|attribute|function|field|member|constructor"
_NAME = "\x01(\\d+)\x02"
_PRONOUN = r"(?:^|(?<=[.,;] ))([Ii]t|This (?:function|method|class)|[Tt]he (?:function|method|class))(?= )"
_SUBJECT = rf"(?:{_NAME}{_NOUN}|{_PRONOUN})(?:,? (?:which|that|and))?"
_LIST = "((?:(?:, and|, or|,| and| or)(?: the| a| an)? \x01\\d+\x02)*)"

_FORWARD = (
    ("says", re.compile(rf"{_SUBJECT}{_ADVERB} (?:{_ACTIVE}){_ARTICLE} {_NAME}{_LIST}")),
    ("inherits", re.compile(rf"{_SUBJECT}{_ADVERB} (?:{_INHERITS}){_ARTICLE} {_NAME}()")),
    ("holds", re.compile(rf"{_SUBJECT}{_ADVERB} (?:{_HOLDS}){_ARTICLE} {_NAME}{_LIST}")),
    (
        "is",
        re.compile(rf"{_SUBJECT}{_ADVERB} is(?: also)? an? {_NAME}(?: object| instance)?(?=[,.;]|$| and )()"),
    ),
)
_BACKWARD = (
    (
        "says",
        re.compile(
            rf"{_NAME}{_NOUN}(?: (?:is|are|gets))?{_ADVERB} (?:{_PASSIVE}){_ADVERB}"
            rf" (?:by|in|inside|within|from){_ARTICLE} {_NAME}"
        ),
    ),
    (
        "holds",
        re.compile(
            rf"{_NAME} (?:{_MEMBER})(?: is| defined)* (?:of|on|in|from|inside|within|provided by){_ARTICLE} {_NAME}"
        ),
    ),
    ("holds", re.compile(rf"{_NAME} is (?:a|an|the) (?:{_MEMBER}) (?:of|on|in){_ARTICLE} {_NAME}")),
)
_OWNED = re.compile(rf"{_NAME}['’]s {_NAME}")
_FOREIGN = re.compile(r" (?:library|package|module|project|framework|repository|namespace|dictionary|list)\b")
"""What follows a name that holds more than its definition says."""

_REASONS = {
    "says": "Nothing in `{whole}` names `{part}`.",
    "holds": "`{whole}` has no `{part}`.",
    "inherits": "`{whole}` does not inherit from `{part}`.",
    "is": "Nothing says that `{whole}` is a `{part}`.",
}


@dataclass(frozen=True, slots=True)
class Relation:
    """One of `wholes` says, holds, inherits from or is `part`."""

    kind: str
    wholes: tuple[Mention, ...]
    """The one that is said; of a pronoun, those that it may mean."""
    part: Mention


def find(sentence: str, mentions: Sequence[Mention], topics: Sequence[Mention]) -> Iterator[Relation]:
    """The relations that a sentence states; "It" and "The function" mean one of `topics`."""
    said = skeleton(sentence, mentions)
    if "\x01" not in said:
        return
    for kind, pattern in _FORWARD:
        for match in pattern.finditer(said):
            wholes = (mentions[int(match[1])],) if match[1] else tuple(topics)
            for number in (match[3], *re.findall(r"\d+", match[4])):
                if wholes:
                    yield Relation(kind, wholes, mentions[int(number)])
    for kind, pattern in _BACKWARD:
        for match in pattern.finditer(said):
            if not _FOREIGN.match(said, match.end()):
                yield Relation(kind, (mentions[int(match[2])],), mentions[int(match[1])])
    for match in _OWNED.finditer(said):
        yield Relation("holds", (mentions[int(match[1])],), mentions[int(match[2])])


def skeleton(sentence: str, mentions: Sequence[Mention]) -> str:
    """The sentence with each name as its number between two control characters; of other mentions, three dots."""
    parts, at = [], 0
    for number, one in enumerate(mentions):
        parts.append(re.sub(r"[\x01\x02*_]", "", sentence[at : one.start]))
        parts.append(f"\x01{number}\x02" if one.kind == "name" else "...")
        at = one.end
    parts.append(re.sub(r"[\x01\x02*_]", "", sentence[at:]))
    return re.sub(r"\s+", " ", "".join(parts))


def wrong(relations: Iterator[Relation], ground: Ground) -> str:
    """Why one of the relations is not so, in a sentence; empty where all may be."""
    for one in relations:
        if one.part.last in ground.own or any(whole.last in ground.own for whole in one.wholes):
            continue
        verdicts = [_check(one.kind, whole, one.part, ground) for whole in one.wholes]
        if True in verdicts:
            continue
        if None in verdicts and any(ground.excerpts_with([whole.last, one.part.last]) for whole in one.wholes):
            continue
        return _REASONS[one.kind].format(whole=one.wholes[0].text, part=one.part.text)
    return ""


def _check(kind: str, whole: Mention, part: Mention, ground: Ground) -> bool | None:
    """Whether a relation holds; None where that is not known."""
    if kind == "inherits" and whole.last == part.last:
        return False
    if whole.parts == part.parts or (len(part.parts) > 1 and part.parts[-2] == whole.last):
        return True
    types = [one for one in ground.definitions(whole.parts) if one.kind in TYPES]
    if kind == "inherits":
        return None if not types else any(part.last in ground.bases(one) for one in types)
    if kind == "is":
        return _is(whole, part, types, ground)
    if ground.is_module(whole.last):
        return True  # what a file holds is for the ties to say
    if kind == "holds" and not types:
        return ground.adjoins(whole.last, part.last)
    if ground.is_common(part.last) and not part.last.endswith(("Error", "Exception", "Warning")):
        return True  # what returns a list need not say so
    if any(whole.last in one.parent.split(" > ") for one in ground.definitions(part.parts)):
        return True
    return ground.says(whole.parts, part.last)


def _is(whole: Mention, part: Mention, types: Sequence[Symbol], ground: Ground) -> bool | None:
    """Whether something is a value or a kind of a type: that is a base of it, or both stand in one line."""
    if any(part.last in ground.bases(one) for one in types):
        return True
    if not part.last[:1].isupper() or not ground.definitions(part.parts) or ground.in_one_line([whole.last, part.last]):
        return True
    return False if whole.last in ground.words else None
