"""A small file, some of its lines changed, and what comes next. Lines are named by what they say."""

from __future__ import annotations

from inglenook_server.next_edit.edit import edit_at
from inglenook_server.next_edit.offer import Offer, Situation
from inglenook_server.next_edit.predict import next_edits

Change = tuple[str, str]
"""A line as it was, without its indentation, and as it is; lines of the new one end with `|`."""


def changed(text: str, *changes: Change, language: str, path: str = "file") -> Situation:
    """The situation after some lines of a text were changed, in order."""
    lines, edits = text.split("\n"), []
    for old, new in changes:
        before = list(lines)
        at = next(number for number, line in enumerate(lines) if line.strip() == old.strip())
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines[at : at + 1] = [indent + one for one in new.split("|")]
        edit = edit_at(path, before, lines)
        assert edit is not None
        edits.append(edit)
    return Situation(edits, path, "\n".join(lines), language)


def applied(situation: Situation, offer: Offer) -> str:
    """What the lines of an offer say with it, without indentation."""
    text = situation.text
    made = text[: offer.start] + offer.new + text[offer.end :]
    first = made.rfind("\n", 0, offer.start) + 1
    last = made.find("\n", offer.start + len(offer.new))
    return made[first : last if last >= 0 else len(made)].strip()


def following(text: str, *changes: Change, language: str) -> list[str]:
    """The lines that are offered, the next one first, as they would be."""
    situation = changed(text, *changes, language=language)
    return [applied(situation, one) for one in next_edits(situation)]
