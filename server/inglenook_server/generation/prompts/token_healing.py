"""Token healing: cut a prompt back to where words are really cut, and hold the model to what was cut. Pure.

A prompt that ends in the middle of a word or of an indentation is cut into tokens that the model never saw in that
place. So the last word goes, and the first tokens generated must spell it out again: the text the caller has stays as
it is, in the tokens the model would have used. (Guidance calls this token healing.)
"""

from __future__ import annotations

from collections.abc import Callable

TAIL = 400
"""Characters looked at; longer than any word, and short enough to be split in no time."""
LONGEST_CUT = 64
"""A longer run (a long indentation, a line of dashes) is left as it is: spelling it out would cost too many tokens."""


def cut(prefix: str, words: Callable[[str], list[str]]) -> tuple[str, str]:
    """`prefix` without its last word, and that word. The word is empty when there is nothing to heal."""
    tail = prefix[-TAIL:]
    if len(prefix) > TAIL:
        # Splitting must start at a place where the whole text would be split as well: a line's first character.
        newline = tail.find("\n")
        tail = tail[newline + 1 :] if 0 <= newline < len(tail) - 1 else tail
    runs = words(tail) if tail else []
    last = runs[-1] if runs else ""
    if not last or len(last) > LONGEST_CUT or not tail.endswith(last):
        return prefix, ""
    return prefix[: len(prefix) - len(last)], last


class Healing:
    """What the text still has to begin with, token by token."""

    def __init__(self, start: str) -> None:
        """The text has to begin with `start`.

        After an indentation or another space comes something that is to be seen, or nothing: the caller's cursor stands
        where the text should begin, and small models drift into deeper indentation when they are free to.
        """
        self.left = start
        self._bare = start.endswith((" ", "\t"))

    @property
    def active(self) -> bool:
        """Whether not every text will do."""
        return bool(self.left) or self._bare

    def fits(self, piece: str) -> bool:
        """Whether the text may go on with `piece`."""
        rest = piece[len(self.left) :]
        if not piece or not (piece.startswith(self.left) if rest else self.left.startswith(piece)):
            return False
        return not (rest and self._bare and rest[0] in " \t\r\n")

    def take(self, piece: str) -> None:
        """It went on with `piece`."""
        self._bare = self._bare and len(piece) <= len(self.left)
        self.left = self.left[len(piece) :]
