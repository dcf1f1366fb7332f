"""Answers in at most so many tokens: whole blocks while they fit, then a line that says what was left out. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

TOKEN_BYTES = 3
"""Bytes of UTF-8 that count as one token. Numbered lines of code have 3.15 or more for 19 files of 20 (cl100k_base, the
development repositories of the retrieval benchmark), so that an answer has fewer tokens than its budget as a rule."""
DEFAULT = 1_500
LEAST = 200
MOST = 20_000
_LAST_LINE = 70
"""Tokens kept for the line that says what was left out."""


def tokens(text: str) -> int:
    """Tokens of a text, counted high."""
    return -(-len(text.encode("utf-8", "replace")) // TOKEN_BYTES)


def fit(head: str, blocks: Sequence[str], budget: int, more: Callable[[int], str], tail: str = "") -> str:
    """`head`, as many whole `blocks` as the budget holds, and `tail`.

    Where blocks are left out, what `more` says of so many of them. Where not even the first block fits, its first lines
    are taken. Head and tail are short and always there, but cut by lines should they alone be too long.
    """
    head = first_lines(head, budget - _LAST_LINE)
    tail = first_lines(tail, budget - tokens(head) - _LAST_LINE)
    room = budget - tokens(head) - tokens(tail)
    kept = _first(blocks, room)
    if len(kept) < len(blocks):
        kept = _first(kept, room - _LAST_LINE)
    left = len(blocks) - len(kept)
    if not kept and blocks and (some := first_lines(blocks[0], room - _LAST_LINE)):
        kept = [some]
    parts = [head, "\n".join(kept), more(left) if left else "", tail]
    return "\n".join(part for part in parts if part)


def _first(blocks: Sequence[str], room: int) -> Sequence[str]:
    """The first blocks that have at most `room` tokens together, each with its line end."""
    for number, block in enumerate(blocks):
        if not holds(room - 1, block):
            return blocks[:number]
        room -= tokens(block) + 1
    return blocks


def holds(room: int, text: str) -> bool:
    """Whether a text has at most `room` tokens. A long one is not looked at: no character has less than a byte."""
    return len(text) <= room * TOKEN_BYTES and tokens(text) <= room


def first_lines(text: str, room: int) -> str:
    """The first lines of a text that have at most `room` tokens; nothing where not even one fits."""
    if holds(room, text):
        return text
    kept: list[str] = []
    for line in text[: max(0, room * TOKEN_BYTES + 1)].split("\n"):  # of a line that is cut here, not all would fit
        room -= tokens(line + "\n")
        if room < 0:
            break
        kept.append(line)
    return "\n".join(kept)
