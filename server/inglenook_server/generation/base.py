"""The one protocol that every engine implements. Knows nothing of retrieval, of editors, or of any one model.

Callers hand over what they want said (`Infill`, `Chat`); the engine alone knows token ids, sentinels and templates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from inglenook_server.errors import EngineDied

Role = Literal["system", "user", "assistant"]
StopReason = Literal["stop", "length", "cancelled"]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of another file, shown to the model as context."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Infill:
    """Complete at a cursor: the text before it, the text after it, and context from elsewhere, best snippet last.

    A model whose vocabulary has fill-in-the-middle tokens gets them; another sees context and prefix only. The text
    that comes back starts exactly at the cursor, whatever was cut from the prompt to find a safe token boundary.
    """

    prefix: str
    suffix: str = ""
    path: str = ""
    snippets: tuple[Snippet, ...] = ()
    at: int = 0
    """Where in `prefix` the snippets stand, for a model that sees them as comments: near the cursor they are heeded as
    much as at the top, and what stands above them stays in the engine's cache when they change."""
    near: str = ""
    """Text that the model is not shown and may well repeat: an engine that can takes drafts from it."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Chat:
    """Answer the last message. Rendered with the model's own chat template."""

    messages: tuple[Message, ...]


Prompt = Infill | Chat


@dataclass(frozen=True, slots=True)
class Options:
    """How to generate."""

    max_tokens: int = 64
    temperature: float = 0.0
    """0 is greedy."""
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    """Generation ends before the first of these; they are not part of the text."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one generation cost. Times in milliseconds, from the call."""

    prompt_tokens: int = 0
    generated_tokens: int = 0
    first_token_ms: float = 0.0
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Generation:
    """A finished (or cancelled) generation."""

    text: str
    stop_reason: StopReason
    usage: Usage
    log_probability: float | None = None
    """Mean natural-log probability of the generated tokens; None where the engine does not tell."""


OnText = Callable[[str], None]
"""Receives each new piece of text, in order, on the calling thread or an engine's; the pieces add up to the text."""

Cancelled = Callable[[], bool]
"""Asked at every decode step; True stops the engine."""

OnStep = Callable[[], None]
"""Called between two steps, on the thread that takes them; an engine without such calls is stuck."""


class Generator(Protocol):
    """A loaded model. `generate` blocks and releases the GIL, so give it a thread of its own.

    Calls may overlap: an `Infill`, which someone who types waits for, goes before a `Chat`, which goes on afterwards.
    """

    @property
    def name(self) -> str:
        """The model's name in the registry, or its path."""
        ...

    @property
    def engine(self) -> str:
        """Which engine runs it: "openvino", "transformers", "openai" or "echo"."""
        ...

    @property
    def adapter(self) -> str:
        """The live user adapter's name, or empty."""
        ...

    @property
    def death(self) -> EngineDied | None:
        """How the process that it lives in has ended, if that is another one and it has: it is of no use any more."""
        ...

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together."""
        ...

    @property
    def infills(self) -> bool:
        """Whether the model should be shown what is behind the cursor."""
        ...

    def count(self, text: str) -> int:
        """Tokens in `text`, without special ones."""
        ...

    def render(self, prompt: Prompt) -> str:
        """The exact text the model sees for `prompt`, sentinels included, for "why this suggestion"."""
        ...

    def generate(
        self,
        prompt: Prompt,
        options: Options,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
    ) -> Generation:
        """Generate. Raises GenerationError with a sentence for the user."""
        ...

    def log_probabilities(self, text: str) -> tuple[float, ...]:
        """Natural-log probability of each token of `text` given those before it, the first token left out.

        Raises GenerationError for a text of fewer than two tokens, and where the engine can't tell.
        """
        ...

    def score(self, text: str) -> float:
        """The mean of `log_probabilities`."""
        ...

    def with_adapter(self, adapter: Path | None) -> Generator:
        """The same model with the adapter in that folder, or without one; blocks for seconds at most.

        Either this generator, changed once what it was doing is done, or a new one, while this one goes on serving
        until it is closed. Raises AdapterError when the adapter does not fit; then nothing has changed.
        """
        ...

    def close(self) -> None:
        """Give the memory back; what is under way is ended. Later calls raise GenerationError."""
        ...


def mean(values: Sequence[float]) -> float:
    """The mean of at least one value."""
    return sum(values) / len(values)
