"""What a workspace tells assistants: the nearest AGENTS.md, else CLAUDE.md, else .github/copilot-instructions.md.

It is a file of the repository, so it is data: a source that is shown and quoted, and nobody's order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexerError
from inglenook_indexer.text.printable import one_line, printable

from inglenook_server.chat.attachments.types import Attached
from inglenook_server.documents import split_lines
from inglenook_server.generation.prompts.token_budget import TokenCounter, head

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches

NAMES = ("AGENTS.md", "CLAUDE.md", ".github/copilot-instructions.md")
"""In this order; of one name the file nearest to the active one."""
TOKENS = 150
"""Of them that are quoted: a small model forgets the question over more."""
DEEPEST = 40
"""Folders above the active file that are looked in."""
LONGEST = 20_000
"""Characters of a file that are looked at."""
_OPEN, _CLOSE = "<!--", "-->"
_BLANK = re.compile(r"[ \t]*(?:\r\n|\n|\r)?")


def instructions(index: Searches | None, near: str, counter: TokenCounter, tokens: int = TOKENS) -> Attached | None:
    """The beginning of the instructions for the file `near`, cut where a paragraph ends; None where there are none.

    Only an indexed file is read: what is ignored, withheld or a link is none. What Markdown would hide is left out.
    """
    if index is None:
        return None
    for name in NAMES:
        for folder in _above(near):
            path = f"{folder}/{name}" if folder else name
            try:
                text = index.text(path)
            except IndexerError:
                return None
            if cut := _paragraphs(printable(_visible(text[:LONGEST])), tokens, counter):
                lines = cut.count("\n") + 1
                return Attached("instructions", one_line(path), path, 1, lines, cut)
    return None


def _above(near: str) -> list[str]:
    """The folder of a file and those above it, up to the workspace's, which is empty."""
    folders = near.split("/")[:-1]
    folders = [] if ".." in folders or near.startswith("/") else folders
    return ["/".join(folders[:depth]) for depth in range(min(len(folders), DEEPEST), -1, -1)]


def _visible(text: str) -> str:
    """Markdown without its comments, which nobody sees who reads the page. Line ends stay, and so do lines' numbers."""
    kept, at = [], 0
    while (begin := text.find(_OPEN, at)) >= 0:
        end = text.find(_CLOSE, begin + len(_OPEN))
        end = end + len(_CLOSE) if end >= 0 else len(text)
        kept += [text[at:begin], "\n" * text.count("\n", begin, end)]
        at = end
    return "".join([*kept, text[at:]])


def _paragraphs(text: str, tokens: int, counter: TokenCounter) -> str:
    """Whole paragraphs from the beginning; of a first one that is too long whole lines."""
    kept = head(text, tokens, counter)
    if len(kept) < len(text):
        lines = split_lines(kept)
        borders = [
            at
            for at, line in enumerate(lines)
            if at and line and _BLANK.fullmatch(line) and "".join(lines[:at]).strip()
        ]
        if borders and not _BLANK.fullmatch(_line_at(text, len(kept))):
            kept = "".join(lines[: borders[-1]])
    return kept.rstrip()


def _line_at(text: str, offset: int) -> str:
    end = text.find("\n", offset)
    return text[offset : end if end >= 0 else len(text)]
