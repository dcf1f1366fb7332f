"""Drops closing brackets and lines that the text after the cursor already has. Pure."""

from __future__ import annotations

from inglenook_server.completion.syntax.cursor import Cursor, indent_width

_PAIRS = {")": "(", "]": "[", "}": "{"}
_QUOTES = "\"'`"


def drop_duplicate_closers(text: str, cursor: Cursor) -> str:
    """Cut what the rest of the cursor's line repeats, and a last line that closes what the line below closes."""
    text = _drop_rest_of_line(text, cursor.after.strip())
    lines = text.split("\n")
    last = lines[-1]
    below = cursor.next_code_below
    closes = last.strip() and not last.strip().strip(")]};,")
    if len(lines) > 1 and closes and last.strip() == below.strip() and indent_width(last) == indent_width(below):
        return "\n".join(lines[:-1])
    return text


def _drop_rest_of_line(text: str, after: str) -> str:
    """`foo(a, b)` before an `)` that is already there becomes `foo(a, b`; a balanced text is left alone."""
    if not after:
        return text
    head, newline, tail = text.partition("\n")
    for size in range(min(len(after), len(head)), 0, -1):
        end = head.rstrip()[-size:]
        if after.startswith(end) and _is_surplus(head.rstrip()[:-size], end):
            return head.rstrip()[:-size] + newline + tail
    return text


def _is_surplus(kept: str, end: str) -> bool:
    """Whether every bracket or quote of `end` closes something opened before the suggestion."""
    depth = dict.fromkeys(_PAIRS.values(), 0)
    for letter in kept:
        if letter in depth:
            depth[letter] += 1
        elif letter in _PAIRS:
            depth[_PAIRS[letter]] -= 1
    for letter in end:
        if letter in _PAIRS:
            if depth[_PAIRS[letter]] > 0:
                return False
        elif letter in _QUOTES:
            if kept.count(letter) % 2:
                return False
        elif letter.isalnum() or letter.isspace():
            return False
    return True
