"""Spans of the workspace as a model is shown them, numbered, and as an answer may name them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook_server.completion.budget import TokenCounter, head
from inglenook_server.completion.prompt import defuse

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

MIN_LINES = 3
"""An excerpt cut shorter than this says nothing; it is left out."""

_FENCE = re.compile(r"`{3,}")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A span shown to the model. Lines are 1-based and inclusive, and exactly those of `text`."""

    path: str
    start_line: int
    end_line: int
    text: str
    score: float = 0.0
    symbol: str = ""
    """What it defines, outermost first, as the index writes it."""

    @property
    def place(self) -> str:
        """`path:start-end`."""
        return f"{self.path}:{self.start_line}-{self.end_line}"


def cut_excerpts(hits: Sequence[Hit], tokens: int, limit: int, counter: TokenCounter) -> tuple[Excerpt, ...]:
    """The best hits that fit into `tokens`, best first; the last may be cut at a line end."""
    excerpts: list[Excerpt] = []
    for hit in hits[:limit]:
        text = hit.chunk.text.rstrip("\n")
        kept = head(text, tokens - counter.text(hit.chunk.path), counter)
        lines = kept.rstrip("\n").count("\n") + 1
        if len(kept) < len(text) and lines < MIN_LINES:
            break
        kept = kept.rstrip("\n")
        excerpts.append(
            Excerpt(
                hit.chunk.path,
                hit.chunk.start_line,
                hit.chunk.start_line + lines - 1,
                kept,
                hit.score,
                hit.chunk.symbol,
            )
        )
        tokens -= counter.text(kept) + counter.text(hit.chunk.path)
        if len(kept) < len(text):
            break
    return tuple(excerpts)


def render(excerpts: Sequence[Excerpt]) -> str:
    """The excerpts as one Markdown text. A fence is longer than any inside it, so no text can end its own."""
    parts = []
    for number, excerpt in enumerate(excerpts, 1):
        text = defuse(excerpt.text)
        fence = "`" * max(3, 1 + max((len(run) for run in _FENCE.findall(text)), default=0))
        parts.append(f"[{number}] {excerpt.place}\n{fence}\n{text}\n{fence}")
    return "\n\n".join(parts)
