"""What a conversation is called: its first question, until it is renamed. Pure."""

from __future__ import annotations

from inglenook_indexer.text.printable import one_line

TITLE = 60
"""Characters of a title that is made: a line of a list in a side bar."""
RENAMED = 120
"""Characters of a title that the user gives."""
UNTITLED = "Untitled conversation"
_LOOKED_AT = 1_000
"""Characters of a question that can make a title; it may be a pasted file."""


def title_of(question: str) -> str:
    """The first words of a question, in one line."""
    return shortened(question[:_LOOKED_AT], TITLE) or UNTITLED


def shortened(text: str, most: int) -> str:
    """`text` as one printable line of `most` characters, cut behind a word where there is one."""
    line = one_line(" ".join(text[:_LOOKED_AT].split()))
    if len(line) <= most:
        return line
    room = line[: most - 1]
    words = room if line[most - 1] == " " else room.rpartition(" ")[0]
    return f"{(words or room).rstrip(' ,;:')}…"
