"""Leaves a bracket open whose inside is already written on the lines below. Pure."""

from __future__ import annotations

from inglenook_server.completion.brackets import CLOSES, OPENS, joined, nesting
from inglenook_server.completion.cursor import Cursor, indent_width
from inglenook_server.completion.filters.balance import REACH
from inglenook_server.completion.syntax import code_window

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
    for place in reversed([place for place, letter in enumerate(text) if letter == opener]):
        if nesting(text[: place + 1], language).openers == (opener,):
            inner, closer, behind = text[place + 1 :].rpartition(below.closers[0])
            whole = closer and nesting(inner, language).balance == nesting("", language).balance
            return text[: place + 1] if whole and behind.strip() in _BEHIND else text
    return text
