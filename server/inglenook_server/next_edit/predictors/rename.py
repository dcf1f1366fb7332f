"""A declared name was changed -> its uses, where the binding is the same. Knows the file's tree and what uses say.

A declaration that stood in the old lines and one that stands in the new ones in its place is a renaming, whatever else
was changed in those lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inglenook_server.documents import line_start
from inglenook_server.next_edit.edit import Edit
from inglenook_server.next_edit.offer import Offer, Situation
from inglenook_server.next_edit.syntax import Name, Tree, implicit_members, tree

_WORD = re.compile(r"[^\W\d]\w*")
_SELF = frozenset(("self", "this", "cls", "super", "super()", "@", "Self", "s", "c", "r", "m"))
_MOST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Renaming:
    """A declaration that was renamed."""

    old: str
    new: str
    name: Name
    """The new name's place."""


def predict(situation: Situation) -> list[Offer]:
    """The uses of what the latest edit renamed, a line each, the next one below first."""
    parsed, found = renamings(situation)
    if parsed is None:
        return []
    offers: list[Offer] = []
    for one in found:
        kind, uses = _uses(one, parsed)
        if uses:
            offers += in_lines(parsed, uses, one.new, situation, f"rename.{kind}")
    return offers


def renamings(situation: Situation) -> tuple[Tree | None, list[Renaming]]:
    """What the latest edit renamed where it was declared, and the tree of the text after it."""
    edit = situation.latest
    gone, come = _words(edit.old, edit.new), _words(edit.new, edit.old)
    if not gone or not come or max(len(gone), len(come)) > _MOST_WORDS:
        return None, []
    after = tree(situation.text, situation.language)
    if after is None:
        return None, []
    declared = _declared(after, come, edit.line, edit.line + len(edit.new))
    if not declared:
        return after, []
    before = tree(_before(situation.text, edit), situation.language)
    if before is None:
        return after, []
    earlier = _declared(before, gone, edit.line, edit.line + len(edit.old))
    return after, [
        Renaming(old, new, name)
        for (old, was), (new, name) in _paired(earlier, declared)
        if was.declares == name.declares and was.member == name.member
    ]


def in_lines(parsed: Tree, uses: Iterable[Name], new: str, situation: Situation, kind: str) -> list[Offer]:
    """Offers of whole lines in which the places are replaced, those below the latest edit first."""
    text = parsed.text
    lines: dict[int, list[tuple[int, int]]] = {}
    for one in uses:
        start, end = parsed.character(one.start), parsed.character(one.end)
        lines.setdefault(text.rfind("\n", 0, start) + 1, []).append((start, end))
    below = line_start(text, situation.latest.line) or 0
    offers = []
    for begin, spans in sorted(lines.items(), key=lambda item: (item[0] < below, item[0])):
        low, high = spans[0][0], spans[-1][1]
        parts, at = [], low
        for start, end in spans:
            parts += [text[at:start], new]
            at = end
        offers.append(Offer(situation.path, low, high, "".join(parts), kind, old=text[low:high]))
    return offers


def _uses(one: Renaming, parsed: Tree) -> tuple[str, list[Name]]:
    """How the name was bound, and the places that still say the old one."""
    places, taken = parsed.names(one.old), parsed.names(one.new)
    low, high = one.name.scope
    if one.name.member or one.name.kind == "class":
        others = [place for place in places if place.declares and (place.member or place.kind == "class")]
        implicit = implicit_members(parsed.language)
        bare = [
            place
            for place in places
            if not place.declares and not place.key and (place.member or (implicit and low <= place.start < high))
        ]
        mine = [place for place in bare if not place.member or place.receiver in _SELF]
        if others:
            return "member.shared", [place for place in mine if low <= place.start < high]
        return ("member", mine) if mine else ("member.other", bare)
    inside = [place for place in places if low <= place.start < high and not place.member and not place.key]
    hidden = [place.scope for place in places if place.declares and place.scope != (low, high) and place.kind == "function"]
    free = [
        place for place in inside if not any(a <= place.start < b and low <= a and b <= high for a, b in hidden)
    ]
    if any(place.declares and place.scope == (low, high) and place.start != one.name.start for place in taken):
        return "taken", []
    again = any(place.declares for place in free)
    kind = one.name.declares if one.name.kind == "function" else "top"
    return (f"{kind}.again" if again else kind), free


def _words(lines: Iterable[str], others: Iterable[str]) -> list[str]:
    """The words of some lines that the others have not, in order."""
    theirs = set(_WORD.findall("\n".join(others)))
    return [word for word in dict.fromkeys(_WORD.findall("\n".join(lines))) if word not in theirs]


def _declared(parsed: Tree, words: Iterable[str], first: int, last: int) -> list[tuple[str, Name]]:
    """Which of the words are declared in these lines, in order."""
    low = line_start(parsed.text, first)
    high = line_start(parsed.text, last)
    if low is None:
        return []
    begin, end = parsed.byte(low), len(parsed.source) if high is None else parsed.byte(high)
    found = [
        (word, place) for word in words for place in parsed.names(word) if begin <= place.start < end and place.declares
    ]
    return sorted(found, key=lambda one: one[1].start)


def _paired(
    earlier: list[tuple[str, Name]], declared: list[tuple[str, Name]]
) -> Iterator[tuple[tuple[str, Name], tuple[str, Name]]]:
    """Old and new declarations in step; none where something was added or taken away besides."""
    if len(earlier) == len(declared):
        yield from zip(earlier, declared, strict=True)


def _before(text: str, edit: Edit) -> str:
    """The text before the edit."""
    low = line_start(text, edit.line)
    high = line_start(text, edit.end)
    low = len(text) if low is None else low
    old = "".join(f"{line}\n" for line in edit.old)
    return text[:low] + old + (text[high:] if high is not None else "")
