"""Ends a block where the grammar says that what was open at the cursor is closed. Knows one parser, given to it."""

from __future__ import annotations

from inglenook_server.completion.syntax.blocks import Syntax
from inglenook_server.completion.syntax.cursor import Cursor


def stop_at_block_end(text: str, cursor: Cursor, language: str, syntax: Syntax) -> str:
    """Cut after the line on which the construct around the cursor ends; a text that stays inside it is left alone.

    Where the grammar can't say, nothing is cut: `stop_at_dedent` goes by indentation.
    """
    if "\n" not in text:
        return text
    end = syntax.construct_end(language, cursor.prefix, text)
    if end is None or "\n" not in text[end:]:
        return text
    line_end = text.index("\n", end)
    goes_on = text[:line_end].rstrip().endswith(("(", "[", "{"))  # `} else {`
    return text if goes_on else text[:line_end]
