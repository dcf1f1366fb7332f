"""Generated text on its way out: drops what token healing repeated, ends at stop strings. Knows no tokens."""

from __future__ import annotations

from collections.abc import Sequence


class TextStream:
    """Feed it text as it is generated; it gives back what may be shown now, so that the pieces add up to `text`."""

    def __init__(self, stop: Sequence[str] = (), swallow: str = "") -> None:
        """`swallow` is what the text begins with and the caller has already; `stop` ends the text before itself."""
        self._stop = tuple(item for item in stop if item)
        self._swallow = swallow
        self._held = ""
        self._shown: list[str] = []
        self.stopped = False

    @property
    def text(self) -> str:
        """All that was given back so far."""
        return "".join(self._shown)

    def push(self, piece: str) -> str:
        """Take the next piece; return what is certain to be shown. After a stop string everything is ignored."""
        if self.stopped:
            return ""
        if self._swallow:
            common = min(len(piece), len(self._swallow))
            if piece[:common] != self._swallow[:common]:
                self.stopped = True  # not a continuation of what the caller has
                return ""
            piece, self._swallow = piece[common:], self._swallow[common:]
        self._held += piece
        ends = [place for item in self._stop if (place := self._held.find(item)) >= 0]
        if ends:
            self.stopped = True
            return self._show(min(ends))
        return self._show(len(self._held) - self._undecided())

    def finish(self) -> str:
        """The generation has ended by itself: what was held back is shown after all."""
        return "" if self.stopped else self._show(len(self._held))

    def _undecided(self) -> int:
        """Length of the longest end of what is held that may become a stop string."""
        longest = 0
        for item in self._stop:
            for length in range(min(len(item) - 1, len(self._held)), longest, -1):
                if self._held.endswith(item[:length]):
                    longest = length
                    break
        return longest

    def _show(self, length: int) -> str:
        piece, self._held = self._held[:length], self._held[length:]
        if piece:
            self._shown.append(piece)
        return piece
