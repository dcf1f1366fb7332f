"""When nothing is offered, however certain it is: what a person would take amiss. Pure; the clock is passed in.

A next edit never takes back what was just typed, never only deletes, and is not offered again where it was refused.
"""

from __future__ import annotations

from collections import OrderedDict

from inglenook_server.next_edit.edit import Edit
from inglenook_server.next_edit.offer import Offer, Situation
from inglenook_server.next_edit.tokens import tokens

QUIET_S = 0.5
"""Since the last key; who types on wants no offer."""
_REFUSED = 200
"""Refusals that are remembered in a session."""
MOST_LINES = 12
"""Of new text; more than that is nobody's next edit."""


def allowed(offer: Offer, situation: Situation) -> bool:
    """Whether an offer may be made at all."""
    if only_deletes(offer.old, offer.new) or offer.new.count("\n") > MOST_LINES:
        return False
    return not any(reverses(offer, situation.text, edit) for edit in situation.edits if edit.path == offer.path)


def only_deletes(old: str, new: str) -> bool:
    """Whether every token of the new text stands in the old one, in order, and nothing is added."""
    if len(new) >= len(old):
        return False
    left = iter(tokens(old))
    return all(any(one == other for other in left) for one in tokens(new))


def reverses(offer: Offer, text: str, edit: Edit) -> bool:
    """Whether an offer would bring back, in an edit's own lines, what the edit replaced."""
    line = text.count("\n", 0, offer.start)
    if not edit.line <= line < max(edit.end, edit.line + 1):
        return False
    start = text.rfind("\n", 0, offer.start) + 1
    end = text.find("\n", offer.end)
    made = text[start : offer.start] + offer.new + text[offer.end : end if end >= 0 else len(text)]
    return all(one in edit.old for one in made.split("\n"))


class Refusals:
    """The changes that were refused in this session: the same one is not offered in that file again."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str, str], None] = OrderedDict()

    def add(self, offer: Offer) -> None:
        """An offer was refused, or taken back after it was applied."""
        self._known[_same(offer)] = None
        while len(self._known) > _REFUSED:
            self._known.popitem(last=False)

    def holds(self, offer: Offer) -> bool:
        """Whether the same edit was refused."""
        return _same(offer) in self._known

    def clear(self) -> None:
        """Forget them."""
        self._known.clear()


def _same(offer: Offer) -> tuple[str, str, str]:
    """What makes two offers the same change: the file, what stands there and what would."""
    return offer.path, offer.old.strip(), offer.new.strip()
