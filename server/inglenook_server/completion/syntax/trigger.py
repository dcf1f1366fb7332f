"""Whether a cursor wants a suggestion, and how long it may be. Knows nothing of models or editors.

The gate is cheap and asked at every key; the shape takes a parse and is asked when the model is about to be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from inglenook_server.completion.syntax.blocks import Syntax, code_window
from inglenook_server.completion.syntax.brackets import nesting
from inglenook_server.completion.syntax.cursor import Cursor, indent_width

Shape = Literal["none", "line", "block"]

# Closers and punctuation that an editor types ahead of the cursor (the rule Copilot settled on).
_CLOSERS = re.compile(r"""\s*+[)>}\]"'`]*+\s*+[:{;,]?+\s*+\)*+;?+\s*+""")
_OPENS_BLOCK = re.compile(r"(?:[:{]|=>|->|\bthen|\bdo|\bbegin)\s*(?:(?:#|//).*)?$")
# On a line of its own, what an open parenthesis holds is written like a block; behind it, an argument is.
_OPENS_LINES = re.compile(r"[(\[]\s*(?:(?:#|//).*)?$")
_WORD_AFTER = re.compile(r"\w")
_WORD_BEFORE = re.compile(r"[^\W\d]\w*$")
_ANNOTATION = re.compile(r"\s*(?!else\b|try\b|finally\b)[\w.]+\s*:$")
"""A Python line whose colon opens no body."""
_LAMBDA = re.compile(r"\blambda\b")
LONGEST_WORD = 200
"""Characters looked at for a word before the cursor."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do at a cursor, and in words why when that is nothing."""

    shape: Shape
    reason: str = ""


def gate(cursor: Cursor) -> str:
    """Why nothing should be suggested at a cursor, or empty. Only looks at the cursor's line."""
    if not cursor.prefix.strip() and not cursor.suffix.strip():
        return "the document is empty"
    if _WORD_AFTER.match(cursor.after) or not _CLOSERS.fullmatch(cursor.after):
        return "there is code after the cursor on its line"
    return ""


def in_word(cursor: Cursor) -> bool:
    """Whether the cursor stands in, or at the end of, an identifier."""
    return bool(_WORD_BEFORE.search(cursor.before[-LONGEST_WORD:]))


def decide(cursor: Cursor, *, multi_line: bool, language: str = "text", syntax: Syntax | None = None) -> Decision:
    """Decide for one cursor: nothing in the middle of a line, a block where the syntax opens one, else a line."""
    if reason := gate(cursor):
        return Decision("none", reason)
    if multi_line and not cursor.after.strip() and _starts_block(cursor) and _is_opener(cursor, language, syntax):
        return Decision("block")
    return Decision("line")


def _starts_block(cursor: Cursor) -> bool:
    """Whether a body is about to be written: an opener just before the cursor, and no body below it yet."""
    behind = bool(cursor.before.strip())
    opener = (cursor.before if behind else cursor.last_code_above).rstrip()
    if not _OPENS_BLOCK.search(opener) and (behind or not _OPENS_LINES.search(opener)):
        return False
    return indent_width(cursor.next_code_below) <= indent_width(opener) or not cursor.next_code_below


def _is_opener(cursor: Cursor, language: str, syntax: Syntax | None) -> bool:
    """What looks like an opener may be a dictionary's colon, the end of a sentence in a docstring, an annotation."""
    tail = code_window(cursor.prefix, language).rstrip()
    found = nesting(tail, language)
    if found.inside == "string":
        return False
    line = tail.rsplit("\n", 1)[-1]
    if language == "python" and line.endswith(":"):
        of_lambda = _LAMBDA.search(line[:-1].rpartition(":")[2]) is not None
        return not found.openers and not of_lambda and not _ANNOTATION.fullmatch(line)
    if syntax is None or found.inside == "comment" or not line.endswith((":", "{")):
        return True
    return syntax.opens_block(language, cursor.prefix) is not False
