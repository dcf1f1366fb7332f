"""Whether a cursor wants a suggestion, and how long it may be. Pure; knows nothing of models or editors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from inglenook_server.completion.cursor import Cursor, indent_width

Shape = Literal["none", "line", "block"]

# Closers and punctuation that an editor types ahead of the cursor (the rule Copilot settled on).
_CLOSERS = re.compile(r"""\s*[)>}\]"'`]*\s*[:{;,]?\s*(?:\)*;?)\s*""")
_OPENS_BLOCK = re.compile(r"(?:[:{]|=>|->|\bthen|\bdo|\bbegin)\s*(?:(?:#|//).*)?$")
# On a line of its own, what an open parenthesis holds is written like a block; behind it, an argument is.
_OPENS_LINES = re.compile(r"[(\[]\s*(?:(?:#|//).*)?$")
_WORD_AFTER = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do at a cursor, and in words why when that is nothing."""

    shape: Shape
    reason: str = ""


def decide(cursor: Cursor, *, multi_line: bool) -> Decision:
    """Decide for one cursor: nothing in the middle of a line, a block where the syntax opens one, else a line."""
    if not cursor.prefix.strip() and not cursor.suffix.strip():
        return Decision("none", "the document is empty")
    if _WORD_AFTER.match(cursor.after) or not _CLOSERS.fullmatch(cursor.after):
        return Decision("none", "there is code after the cursor on its line")
    if multi_line and not cursor.after.strip() and _starts_block(cursor):
        return Decision("block")
    return Decision("line")


def _starts_block(cursor: Cursor) -> bool:
    """Whether a body is about to be written: an opener just before the cursor, and no body below it yet."""
    behind = bool(cursor.before.strip())
    opener = (cursor.before if behind else cursor.last_code_above).rstrip()
    if not _OPENS_BLOCK.search(opener) and (behind or not _OPENS_LINES.search(opener)):
        return False
    return indent_width(cursor.next_code_below) <= indent_width(opener) or not cursor.next_code_below
