"""A cursor and the lines around it, as completion's rules see them. Knows nothing of models, prompts or editors."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from inglenook_server.documents import bare_lines, line_begin, line_end

LONGEST_LINE = 2_000
"""Characters of a line that are looked at: rules that try every pair of places in it take 20 ms at most."""


@dataclass(frozen=True)
class Cursor:
    """The text on both sides of a cursor."""

    prefix: str
    suffix: str

    @cached_property
    def before(self) -> str:
        """What the cursor's line holds before the cursor."""
        return self.prefix[line_begin(self.prefix, len(self.prefix)) :]

    @cached_property
    def after(self) -> str:
        """What the cursor's line holds after the cursor, without the line end."""
        return self.suffix[: line_end(self.suffix, 0)]

    @cached_property
    def above(self) -> tuple[str, ...]:
        """The lines above the cursor's, without line ends."""
        return tuple(bare_lines(self.prefix)[:-1])

    @cached_property
    def below(self) -> tuple[str, ...]:
        """The lines below the cursor's, without line ends."""
        return tuple(bare_lines(self.suffix)[1:])

    @cached_property
    def long_lines(self) -> bool:
        """Whether a line is longer than any that is looked at as a whole."""
        return max(map(len, (self.before, self.after, *self.above, *self.below))) > LONGEST_LINE

    @cached_property
    def last_code_above(self) -> str:
        """The nearest line above that is not blank, or empty."""
        return next((line for line in reversed(self.above) if line.strip()), "")

    @cached_property
    def next_code_below(self) -> str:
        """The nearest line below that is not blank, or empty."""
        return next((line for line in self.below if line.strip()), "")


def bounded(cursor: Cursor) -> Cursor:
    """The cursor without what lies far out on a long line: a minified file has megabytes on one, never shown.

    Lines stay as many as they are. A text without a long line is left as it is.
    """
    if not cursor.long_lines:
        return cursor
    above = [line[:LONGEST_LINE] for line in cursor.above]
    below = [line[:LONGEST_LINE] for line in cursor.below]
    return Cursor("\n".join((*above, cursor.before[-LONGEST_LINE:])), "\n".join((cursor.after[:LONGEST_LINE], *below)))


def indentation(line: str) -> str:
    """The blanks a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def indent_width(line: str) -> int:
    """Columns a line is indented by; a tab counts as four, which is enough to compare lines of one file."""
    return len(indentation(line).replace("\t", "    "))
