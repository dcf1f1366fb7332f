"""A question about the workspace, answered with the spans it rests on. Knows nothing of LSP, threads, or token ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook_server.generation.base import Generator, Message, OnText, StopReason, Usage
from inglenook_server.settings import ChatSettings

if TYPE_CHECKING:
    from inglenook_indexer import Index


@dataclass(frozen=True, slots=True)
class Reference:
    """A span of the workspace that an answer rests on. Lines are 1-based and inclusive."""

    path: str
    start_line: int
    end_line: int
    score: float


@dataclass(frozen=True, slots=True)
class Answer:
    """A finished (or cancelled) answer in Markdown."""

    text: str
    references: tuple[Reference, ...]
    """Best first: the spans the answer names, then the others that were shown to the model, then further hits."""
    stop_reason: StopReason
    usage: Usage
    timings_ms: dict[str, float]
    """Milliseconds by stage: "retrieve", "prompt", "generate", "total"."""
    prompt: str
    """The exact text the model saw, its template included."""


def answer(
    question: str,
    *,
    history: Sequence[Message] = (),
    index: Index | None,
    generator: Generator,
    settings: ChatSettings,
    on_text: OnText | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Answer:
    """Answer `question` from what `index` finds for it; without an index, from the model alone.

    `on_text` receives pieces that add up to the answer's text. Raises RequestError for an empty question,
    GenerationError from the engine.
    """
    raise NotImplementedError
