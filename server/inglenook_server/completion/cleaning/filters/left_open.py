"""Leaves a bracket open whose inside is already written on the lines below. Pure."""

from __future__ import annotations

from inglenook_server.completion.cleaning.filters.balance import REACH
from inglenook_server.completion.syntax.blocks import code_window
from inglenook_server.completion.syntax.brackets import CLOSES, OPENS, Balance, joined, nesting, outermost
from inglenook_server.completion.syntax.cursor import Cursor, indent_width

_BEHIND = frozenset(("", ",", ":", ";"))
"""What may follow the bracket's closer at the end of a line."""


def leave_open(text: str, cursor: Cursor, language: str) -> str:
    """`total(a, b)` becomes `total(` where the line below is indented further and closes one bracket too many."""
    if "\n" in text or cursor.after.strip() or not any(opener in text for opener in OPENS):
        return text
    if indent_width(cursor.next_code_below) <= indent_width(cursor.before + text):
        return text
    below = nesting(cursor.suffix[:REACH], language)
    if not below.closers or not joined((nesting(code_window(cursor.prefix, language), language), below)).closers:
        return text
    opener = CLOSES[below.closers[0]]
    places = [place for place in outermost(text, language) if text[place] == opener]
    if not places:
        return text
    end = places[-1] + 1
    inner, closer, behind = text[end:].rpartition(below.closers[0])
    whole = closer and nesting(inner, language).balance == Balance(0, 0, 0)
    return text[:end] if whole and behind.strip() in _BEHIND else text
