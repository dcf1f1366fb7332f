"""What a proposed change must not do, and what is to be said of one that may be shown. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from inglenook_indexer.text.printable import hides

from inglenook_server.chat.addressed import LEFT_OUT, addresses
from inglenook_server.chat.edits.edit import Edit, Refusal

FEWEST_LINES = 6
"""Lines of code, blank ones apart, below which any number of them may go."""
LEAST_LEFT = 0.4
"""Share of the lines that must be left, unless the user asked for less."""
MASKED = "These lines hold what is withheld as a secret, or the change writes what looks like it: none is proposed."
HIDDEN = "The model's change holds characters that no screen shows, so it is not proposed."
UNSEEN = "A line of this code addresses an assistant and was not shown to the model, so no change is proposed."
SHORTENED = "The model's change is not shown: of {old} lines it leaves {new}, and you did not ask for that."

_MASK = re.compile("(?<![/*·•])(?:\\*{4,}|[·•]{2,}|\U0001f512)(?![/*·•])")
_RULER = re.compile(r"[\s#/*·•;!<>-]*")
_SHORTER = re.compile(
    r"remov|delet|drop|short|simplif|inlin|one.?line|comprehension|replac|strip|get rid|empty|stub|extract|split|move"
    r"|entfern|lösch|kürz|vereinfach|supprim|simplifi|elimin|quita|borra|remov|apaga|删|去掉|简化|削除|短く",
    re.IGNORECASE,
)


def guarded(edit: Edit, wish: str, withheld: Collection[int] = ()) -> Edit | Refusal:
    """The edit where it may be shown. `wish` is what the user asked for in words.

    `withheld` are the lines of the file that hold masks.
    """
    if any(edit.start_line <= line <= edit.end_line for line in withheld) or _brings_masks(edit):
        return Refusal(MASKED)
    if any(map(hides, set(edit.new_lines) - set(edit.old_lines))):
        return Refusal(HIDDEN)
    if any(map(addresses, edit.old_lines)) or any(LEFT_OUT in line for line in edit.new_lines):
        return Refusal(UNSEEN)
    old, new = _written(edit.old_lines), _written(edit.new_lines)
    if old >= FEWEST_LINES and new < LEAST_LEFT * old and not _SHORTER.search(wish):
        return Refusal(SHORTENED.format(old=old, new=new))
    return edit


def _brings_masks(edit: Edit) -> bool:
    """Whether new lines hold marks that the old ones do not: a model was shown masks in other places, too."""
    known = {mark for line in edit.old_lines for mark in _MASK.findall(line)}
    return any(
        mark not in known for line in edit.new_lines if not _RULER.fullmatch(line) for mark in _MASK.findall(line)
    )


def _written(lines: Sequence[str]) -> int:
    return sum(bool(line.strip()) for line in lines)
