"""Where the window above a cursor begins, by file: it stays while the window fits, and with it the prompt's start."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from inglenook_server.generation.prompts.token_budget import TokenCounter, shown

PLACES = 16
"""Files whose start is remembered."""
SLACK = 0.12
"""Share of the room left free when a start has to move: some lines can be typed before it does so again. Moving it
throws the engine's cached prefix away, leaving room free takes what a model could have read; a file's first window
leaves none."""
LEAST = 0.6
"""Share of the room below which a window that fits is too small: the cursor has gone up."""


class WindowStarts:
    """The first line of each file's last window."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[int, str]] = OrderedDict()

    def begin(self, path: str, lines: Sequence[str], room: int, counter: TokenCounter) -> int:
        """Index of the first of `lines` to show, so that those from there on have at most `room` tokens.

        `len(lines)` where not even the last one fits.
        """
        known = self._kept.get(path)
        least, highest = shown(lines, LEAST * room, counter), shown(lines, room, counter)
        if known is not None and highest <= known[0] <= least and lines[known[0] : known[0] + 1] == [known[1]]:
            return known[0]
        slack = SLACK if known is not None else 0.0
        start = shown(lines, (1 - slack) * room, counter) if highest else 0
        if start < len(lines):
            self._kept[path] = (start, lines[start])
            self._kept.move_to_end(path)
            while len(self._kept) > PLACES:
                self._kept.popitem(last=False)
        return start
