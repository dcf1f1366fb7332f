"""An answer that was read from the index, and what it rests on. Plain data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A span of the workspace that an answer names. Lines are 1-based and inclusive."""

    path: str
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """A complete answer in Markdown. Each place in it is written as a code span, `path:line` or `path:start-end`."""

    text: str
    spans: tuple[Span, ...] = ()
    """What the text names, in its order."""
    subject: str = ""
    """The symbol or file that it is about, as a follow-up's "it" would mean it."""
