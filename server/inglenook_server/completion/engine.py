"""One completion from a cursor: context, prompt, generation, clean-up. Knows nothing of LSP, threads, or token ids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inglenook_server.generation.base import Generator, StopReason, Usage
from inglenook_server.settings import CompletionSettings

if TYPE_CHECKING:
    from inglenook_indexer import Index
    from inglenook_indexer.types import Hit


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a suggestion is what it is."""

    prompt: str = ""
    """The exact text the model saw, sentinels included; empty when no model was asked."""
    hits: tuple[Hit, ...] = ()
    """Spans of other files in the prompt."""
    timings_ms: dict[str, float] = field(default_factory=dict)
    """Milliseconds by stage: "context", "prompt", "generate", "filter", "total"."""
    usage: Usage = field(default_factory=Usage)
    reason: str = ""
    """Why there is no suggestion, in words; empty when there is one."""


@dataclass(frozen=True, slots=True)
class Completion:
    """Text to insert at the cursor; empty when nothing should be suggested."""

    text: str
    stop_reason: StopReason
    explanation: Explanation


def complete(
    *,
    path: str,
    text: str,
    offset: int,
    index: Index | None,
    generator: Generator,
    settings: CompletionSettings,
    cancelled: Callable[[], bool] | None = None,
) -> Completion:
    """Complete `text` at `offset` (a Python str index); `path` is relative to the workspace.

    Raises RequestError for a secret file or a cursor outside the text, GenerationError from the engine.
    """
    raise NotImplementedError
