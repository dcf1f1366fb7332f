"""A declared name was changed -> its uses, where the binding is the same. Knows the file's tree and what uses say.

A declaration that stood in the old lines and one that stands in the new ones in its place is a renaming, whatever else
was changed in those lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from inglenook_server.documents import line_end, line_start
from inglenook_server.next_edit.edit import Edit
from inglenook_server.next_edit.offer import Offer, Situation
from inglenook_server.next_edit.syntax import Name, Tree, implicit_members, tree

_WORD = re.compile(r"[^\W\d]\w*")
_SELF = frozenset(("self", "this", "cls", "super", "super()", "@", "Self", "s", "c", "r", "m"))
_TOKEN = re.compile(r"\w+|\s+|.", re.DOTALL)
_MOST_TOKENS = 600
"""Of an edit that are compared."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """A declaration that was renamed."""

    old: str
    new: str
    name: Name
    """The new name's place."""
    line: int
    """Where the edit that did it begins."""
    pure: bool = True
    """Whether nothing but names was changed there."""


def predict(situation: Situation) -> list[Offer]:
    """The uses of what the edits renamed, a line each: of the latest renaming, the next one below first."""
    parsed, found = renamings(situation)
    if parsed is None:
        return []
    bound = [(one, *_uses(one, parsed)) for one in found]
    first = next(((one, kind, uses) for one, kind, uses in bound if uses), None)
    if first is None:
        return []
    one, kind, uses = first
    spans = {(place.start, place.end): one.new for place in uses}
    for other, _, places in bound:
        for place in places:
            spans.setdefault((place.start, place.end), other.new)
    wanted = {parsed.line(place.start) for place in uses}
    kind = kind if one.pure else f"{kind}.mixed"
    spans = {span: new for span, new in spans.items() if parsed.line(span[0]) in wanted}
    return [
        replace(offer, kind=f"{offer.kind}.echo") if _says(situation.text, offer, one.old) else offer
        for offer in in_lines(parsed, spans, situation, f"rename.{kind}")
    ]


def renamings(situation: Situation) -> tuple[Tree | None, list[Renaming]]:
    """What the edits of this file renamed where it was declared, the latest first, and the file's tree."""
    if "renamings" not in situation.memo:
        situation.memo["renamings"] = _renamings(situation)
    found: tuple[Tree | None, list[Renaming]] = situation.memo["renamings"]
    return found


def _renamings(situation: Situation) -> tuple[Tree | None, list[Renaming]]:
    parsed: Tree | None = None
    found: dict[str, Renaming] = {}
    for edit in reversed(situation.edits):
        if edit.path != situation.path or not edit.old or not edit.new:
            continue
        declared: list[tuple[str, str, Name]] = []
        for old, new in _changed_words(edit):
            if old in found or any(one.new == old for one in found.values()):
                continue
            if parsed is None and (parsed := tree(situation.text, situation.language)) is None:
                return None, []
            name = _declared(parsed, new, edit)
            if name is not None:
                declared.append((old, new, name))
        pure = _pure(edit, {old: new for old, new, _ in declared})
        found |= {old: Renaming(old, new, name, edit.line, pure) for old, new, name in declared}
    return parsed, list(found.values())


def in_lines(parsed: Tree, spans: dict[tuple[int, int], str], situation: Situation, kind: str) -> list[Offer]:
    """Offers of a line each in which spans of bytes are replaced, those below the latest edit first."""
    text = parsed.text
    lines: dict[int, list[tuple[int, int, str]]] = {}
    for (low, high), new in sorted(spans.items()):
        start, end = parsed.character(low), parsed.character(high)
        lines.setdefault(text.rfind("\n", 0, start) + 1, []).append((start, end, new))
    below = line_start(text, situation.latest.line) or 0
    offers = []
    for _, found in sorted(lines.items(), key=lambda item: (item[0] < below, item[0])):
        at, last, parts = found[0][0], found[-1][1], []
        for start, end, new in found:
            parts += [text[at:start], new]
            at = end
        first = found[0][0]
        offers.append(Offer(situation.path, first, last, "".join(parts), kind, old=text[first:last]))
    return offers


def _says(text: str, offer: Offer, word: str) -> bool:
    """Whether the line of an offer still says a word beside it: a field of the same name may want renaming, too."""
    line = (
        text[text.rfind("\n", 0, offer.start) + 1 : offer.start]
        + offer.new
        + text[offer.end : line_end(text, offer.end)]
    )
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", line) is not None


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
    hidden = [
        place.scope for place in places if place.declares and place.scope != (low, high) and place.kind == "function"
    ]
    free = [place for place in inside if not any(a <= place.start < b and low <= a and b <= high for a, b in hidden)]
    if any(place.declares and place.scope == (low, high) and place.start != one.name.start for place in taken):
        return "taken", []
    again = any(place.declares for place in free)
    kind = one.name.declares if one.name.kind == "function" else "top"
    return (f"{kind}.again" if again else kind), free


def _changed_words(edit: Edit) -> Iterator[tuple[str, str]]:
    """Words of an edit's lines that became other words, side by side; not those that its lines still say."""
    old, new = _TOKEN.findall("\n".join(edit.old)), _TOKEN.findall("\n".join(edit.new))
    if max(len(old), len(new)) > _MOST_TOKENS:
        return
    still, before = set(new), set(old)
    for tag, low, high, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone = [one for one in old[low:high] if _WORD.fullmatch(one)]
        come = [one for one in new[first:last] if _WORD.fullmatch(one)]
        if tag == "replace" and len(gone) == len(come):
            yield from (
                (a, b) for a, b in zip(gone, come, strict=True) if a != b and a not in still and b not in before
            )


def _pure(edit: Edit, words: dict[str, str]) -> bool:
    """Whether an edit did nothing but replace these words."""
    return _WORD.sub(lambda one: words.get(one[0], one[0]), "\n".join(edit.old)) == "\n".join(edit.new)


def _declared(parsed: Tree, word: str, edit: Edit) -> Name | None:
    """Where a word is declared in an edit's lines."""
    low, high = line_start(parsed.text, edit.line), line_start(parsed.text, edit.end)
    if low is None:
        return None
    begin, end = parsed.byte(low), len(parsed.source) if high is None else parsed.byte(high)
    return next((one for one in parsed.names(word) if one.declares and begin <= one.start < end), None)
