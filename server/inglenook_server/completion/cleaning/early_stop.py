"""Watches a text while it is generated and says when the rest can't matter. Knows no engine; the engine asks it."""

from __future__ import annotations

from inglenook_server.completion.cleaning.filters.chain import stop_block
from inglenook_server.completion.cleaning.filters.closers import drop_duplicate_closers
from inglenook_server.completion.cleaning.filters.echo import stop_at_echo
from inglenook_server.completion.cleaning.filters.length import MAX_LINES
from inglenook_server.completion.cleaning.filters.repetition import is_circular, tokens
from inglenook_server.completion.syntax.blocks import Syntax
from inglenook_server.completion.syntax.cursor import Cursor
from inglenook_server.completion.syntax.trigger import Shape


class EarlyStop:
    """Give `push` to the engine as its listener and ask `reached` in its `cancelled`: a finished text stops it.

    What was pushed is kept; the filters cut it afterwards as they would have cut the longer text.
    """

    def __init__(self, cursor: Cursor, shape: Shape, language: str, syntax: Syntax | None) -> None:
        self._cursor = cursor
        self._shape = shape
        self._language = language
        self._syntax = syntax
        self.text = ""
        self.reached = False

    def push(self, piece: str) -> None:
        """Take the next piece."""
        self.text += piece
        if not self.reached:
            self.reached = self._done(piece)

    def _done(self, piece: str) -> bool:
        text = self.text
        if stop_at_echo(text, self._cursor, self._language) != text or is_circular(tokens(text)):
            return True
        if self._shape == "line":
            surplus = bool(self._cursor.after.strip()) and drop_duplicate_closers(text, self._cursor) != text
            return surplus or "\n" in text
        if "\n" not in piece:
            return False
        whole = text[: text.rindex("\n")]  # a line still being written may turn out another
        return whole.count("\n") > MAX_LINES or len(
            stop_block(whole, self._cursor, self._language, self._syntax)
        ) < len(whole.rstrip())
