"""The text of one answer on its way to the reader. Knows nothing of engines, and not what the text says."""

from __future__ import annotations

from inglenook_server.chat.loops import WINDOW, first_round, is_looping
from inglenook_server.chat.request import OnEvent, TextPiece
from inglenook_server.chat.sanitize import Sanitizer, sanitized

MAX_LOOKED_AT = WINDOW
"""Pieces joined to look for loops: each holds a character at least."""


class Writer:
    """Takes the text of one answer, shows it as Markdown that does nothing, and cuts it where it repeats itself."""

    def __init__(self, on_event: OnEvent, question: str) -> None:
        self._on_event = on_event
        self._question = question
        self._sanitizer = Sanitizer(question)
        self._said: list[str] = []
        self._pieces: list[str] = []
        self._end: int | None = None
        self._line = ""
        self._in_code = False

    @property
    def looped(self) -> bool:
        """Whether it began to repeat itself."""
        return self._end is not None

    @property
    def text(self) -> str:
        """What was shown, without what repeats it."""
        text = "".join(self._pieces)
        # What was code may be none any more where it is cut.
        return text if self._end is None else sanitized(text[: self._end].rstrip(), self._question)

    @property
    def said(self) -> str:
        """The text as it was taken: code that is proposed is no Markdown."""
        return self.text if self.looped else "".join(self._said)

    def write(self, piece: str) -> None:
        """Take the next piece, show what is ready."""
        self._said.append(piece)
        self._show(self._sanitizer.feed(piece))

    def finish(self) -> None:
        """Show what was held back."""
        self._show(self._sanitizer.finish())

    def _follow(self, piece: str) -> None:
        """Notice where blocks of code begin and end: rows of tests and tables are alike, and are no loop."""
        *whole, rest = (self._line + piece).split("\n")
        for line in whole:
            if line.lstrip().startswith(("```", "~~~")):
                self._in_code = not self._in_code
        self._line = rest[:MAX_LOOKED_AT]

    def _show(self, piece: str) -> None:
        if not piece or self.looped:
            return
        self._pieces.append(piece)
        self._follow(piece)
        if not self._in_code and is_looping("".join(self._pieces[-MAX_LOOKED_AT:])):
            self._end = first_round("".join(self._pieces))
        self._on_event(TextPiece(piece))
