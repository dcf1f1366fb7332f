"""Heads -> a tree of spans: what every outline is made of. Knows nothing of any format.

A head is the line at which something with a name begins; it ends where the next head of its level or a higher one
begins. So a format's module only has to find heads, and every line is in the tree whatever it finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Head:
    """A named thing begins at `line`, 0-based. A smaller `level` encloses a greater one."""

    line: int
    level: int
    name: str
    """Empty for a border that has no name."""
    defines: bool = False
    """Whether the name is a definition that others refer to, such as a table's or a target's."""


@dataclass(slots=True)
class Span:
    """Bytes of the file from a head to its end, and the spans within. Looks like a tree-sitter node to the chunker."""

    start_byte: int
    end_byte: int
    name: str = ""
    defines: bool = False
    children: list[Span] = field(default_factory=list)
    is_named: bool = True

    @property
    def child_count(self) -> int:
        """How many spans lie directly within."""
        return len(self.children)

    def named(self) -> Iterator[Span]:
        """Every named span below this one, outer ones first."""
        pending = self.children[::-1]
        while pending:
            span = pending.pop()
            if span.name:
                yield span
            pending.extend(reversed(span.children))


def grow(heads: Iterable[Head], starts: Sequence[int], size: int) -> Span:
    """The tree of `heads`, which come in the order of their lines; `starts` are the byte offsets of all lines."""
    root = Span(0, size)
    open_spans: list[tuple[int, Span]] = []
    for head in heads:
        start = starts[head.line]
        while open_spans and open_spans[-1][0] >= head.level:
            open_spans.pop()[1].end_byte = start
        span = Span(start, size, head.name, head.defines)
        above = open_spans[-1][1] if open_spans else root
        if not above.children and start > above.start_byte:
            above.children.append(Span(above.start_byte, start))  # what stands before the first of them
        above.children.append(span)
        open_spans.append((head.level, span))
    return root


def led(lines: Sequence[str], line: int, comments: tuple[str, ...], floor: int = 0) -> int:
    """The first of the comment lines that stand right above `line`, or `line`; none before `floor`."""
    while line > floor and lines[line - 1].lstrip().startswith(comments):
        line -= 1
    return line
