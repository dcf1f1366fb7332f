"""Keeps brackets, strings and comments whole: what was closed before a suggestion is closed after it. Pure."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import cached_property

from inglenook_server.completion.syntax.blocks import code_window
from inglenook_server.completion.syntax.brackets import OPENS, Frame, Nesting, Scan, joined, nesting
from inglenook_server.completion.syntax.cursor import Cursor

REACH = 12_000
"""Characters after the cursor that are looked at, as many as `code_window` gives before it: 2 ms each."""

TRIES = 16
"""Cuts that are read together with their line, a fraction of a millisecond each."""

_PLACE = re.compile(r"\w+|\s+|\"{3}|'{3}|\*/|/[*/]|[^\w\s]")


def keep_balanced(text: str, cursor: Cursor, language: str) -> str:
    """The longest beginning of `text` that leaves nothing open that is not open without it.

    The whole document counts: an opening bracket is welcome where its closer already stands below. What is cut is
    cut between tokens.
    """
    seam = InsertionBalance(cursor, language)
    # Without blanks at the end, as it is shown: a backslash would take what follows instead of them.
    cuts = (text[:end].rstrip() for end in itertools.islice(seam.promising(text), TRIES))
    return next(filter(seam.holds, cuts), "")


class InsertionBalance:
    """Where a suggestion meets the text around it.

    No token but a string or a comment goes over a line end. So the cursor's line is read anew with each suggestion,
    from what the lines above leave open, and the lines below only where the line now leaves open something else.
    """

    def __init__(self, cursor: Cursor, language: str) -> None:
        above, newline, self._before = code_window(cursor.prefix, language).rpartition("\n")
        line, end, _ = cursor.suffix[:REACH].partition("\n")
        self._after = line + end
        self._suffix = cursor.suffix
        self._language = language
        self._above = nesting(above + newline, language)
        self._rests: dict[tuple[Frame, ...], Nesting] = {}
        self._line = self._with("")
        self._without = self._whole(self._line)

    def holds(self, text: str) -> bool:
        """Whether the document with `text` leaves nothing open that it does not leave open without."""
        line = self._with(text)
        whole = self._whole(line)
        if line.frames == self._line.frames or not whole.within(self._without):
            return whole.within(self._without)
        # What follows is read in another way. That is right where the text closes what its own line opened, or where
        # all is read better now: no comment is opened or closed twice, what was open to the end no longer is.
        return (
            line.frames == self._above.frames
            or whole.wrong < self._without.wrong
            or self._to_the_end(line) != self._to_the_end(self._line)
        )

    def promising(self, text: str) -> Iterator[int]:
        """Ends of `text`, the longest first, that leave not more brackets open, as far as the text alone tells."""
        scan = Scan(self._before + text, self._language, self._above.frames)
        start = len(self._before)
        openers, closers = list(self._above.openers), len(self._above.closers)
        behind = self._rest_of_line
        # Where the cursor is in a string already, text may close it and open the next for what follows.
        own = [] if self._at_cursor else [span for span in scan.literals if span[0] >= start]
        spans = iter(own)
        begin, until = next(spans, (0, 0))
        events = iter(scan.brackets)
        event = next(events, None)
        found = []
        for match in _PLACE.finditer(text):
            end = start + match.end()
            while event is not None and event[0] < end:
                if event[1] in OPENS:
                    openers.append(event[1])
                elif openers:
                    openers.pop()
                else:
                    closers += 1
                event = next(events, None)
            while begin < until <= end:
                begin, until = next(spans, (0, 0))
            opened = len(behind.openers) + max(len(openers) - len(behind.closers), 0)
            closed = closers + max(len(behind.closers) - len(openers), 0)
            within = opened <= len(self._without.openers) and closed <= len(self._without.closers)
            if within and (not begin < end < until or match.end() == len(text)):
                found.append(match.end())
        return reversed(found)

    @cached_property
    def _at_cursor(self) -> tuple[Frame, ...]:
        return nesting(self._before, self._language, self._above.frames).frames

    @cached_property
    def _rest_of_line(self) -> Nesting:
        """The text from the cursor on."""
        line = nesting(self._after, self._language, self._at_cursor)
        return joined((line, self._rest(line.frames)))

    def _with(self, text: str) -> Nesting:
        return nesting(self._before + text + self._after, self._language, self._above.frames)

    def _whole(self, line: Nesting) -> Nesting:
        return joined((self._above, line, self._rest(line.frames)))

    def _rest(self, frames: tuple[Frame, ...]) -> Nesting:
        """The lines below, up to `REACH`."""
        if frames not in self._rests:
            self._rests[frames] = nesting(self._suffix[len(self._after) : REACH], self._language, frames)
        return self._rests[frames]

    def _to_the_end(self, line: Nesting) -> tuple[Frame, ...]:
        """What the very end of the document lies in."""
        return nesting(self._suffix[REACH:], self._language, self._rest(line.frames).frames).frames
