"""Mends text that ended because the token limit was reached, so that nothing is suggested by half. Pure."""

from __future__ import annotations

import re

_LAST_WORD = re.compile(r"(?<![\w$])[\w$]+$")


def drop_cut_short(text: str) -> str:
    """Cut back to the last whole line, or, when there is only one, to the last whole word.

    A word at the very end may be the first half of a longer one: `self.connec` helps nobody.
    """
    head, newline, last = text.rpartition("\n")
    if newline and head.strip():
        return head
    return head + newline + _LAST_WORD.sub("", last)
