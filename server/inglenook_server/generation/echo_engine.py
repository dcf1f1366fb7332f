"""The engine without a model: it answers with what it was asked, at a pace of your choosing. For tests and for users.

Deterministic; needs no weights and no memory. A token is a word with the space before it.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path

from inglenook_server.errors import GenerationError
from inglenook_server.generation.base import (
    Cancelled,
    Generation,
    Infill,
    OnStep,
    OnText,
    Options,
    Prompt,
    StopReason,
    Usage,
    mean,
)
from inglenook_server.generation.stream import TextStream

Reply = Callable[[Prompt], str]
"""What the engine says to a prompt."""


class EchoGenerator:
    """A `Generator` that repeats: to a chat its last message, at a cursor the line before it."""

    engine = "echo"
    name = "echo"
    adapter = ""
    context_length = 8192
    infills = True
    death = None

    def __init__(self, reply: Reply | None = None, *, token_ms: float = 0.0, on_step: OnStep | None = None) -> None:
        """`reply` overrides what is said; `token_ms` is the time each token takes."""
        self._reply = reply or _echo
        self._token_s = token_ms / 1000
        self._on_step = on_step or (lambda: None)
        self._closed = threading.Event()

    def count(self, text: str) -> int:
        """Words in `text`."""
        return len(_tokens(text))

    def render(self, prompt: Prompt) -> str:
        """The prompt, with the names of its parts in angle brackets."""
        if isinstance(prompt, Infill):
            context = "".join(f"<file>{snippet.path}\n{snippet.text}" for snippet in prompt.snippets)
            return f"{context}<prefix>{prompt.prefix}<suffix>{prompt.suffix}<middle>"
        return "".join(f"<{message.role}>{message.content}" for message in prompt.messages) + "<assistant>"

    def generate(
        self,
        prompt: Prompt,
        options: Options,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
    ) -> Generation:
        """Say it, token by token."""
        started = time.perf_counter()
        stream = TextStream(options.stop)
        reason: StopReason = "stop"
        first = 0.0
        count = 0
        for token in _tokens(self._reply(prompt)):
            if self._closed.is_set():
                raise GenerationError("echo was unloaded.", "try again")
            if cancelled is not None and cancelled():
                reason = "cancelled"
                break
            if count == options.max_tokens:
                reason = "length"
                break
            time.sleep(self._token_s)
            self._on_step()
            count += 1
            first = first or (time.perf_counter() - started) * 1000
            piece = stream.push(token)
            if piece and on_text is not None:
                on_text(piece)
            if stream.stopped:
                break
        rest = "" if reason == "cancelled" else stream.finish()
        if rest and on_text is not None:
            on_text(rest)
        usage = Usage(
            prompt_tokens=self.count(self.render(prompt)),
            generated_tokens=count,
            first_token_ms=first,
            total_ms=(time.perf_counter() - started) * 1000,
        )
        return Generation(stream.text, reason, usage)

    def log_probabilities(self, text: str) -> tuple[float, ...]:
        """The same for every word: this engine expects nothing. Raises GenerationError for fewer than two."""
        if self._closed.is_set():
            raise GenerationError("echo was unloaded.", "try again")
        words = self.count(text)
        if words < 2:
            raise GenerationError("A text of fewer than two tokens can't be scored.")
        return (-1.0,) * (words - 1)

    def score(self, text: str) -> float:
        """The mean of `log_probabilities`."""
        return mean(self.log_probabilities(text))

    def with_adapter(self, adapter: Path | None) -> EchoGenerator:
        """Itself: there are no weights to change."""
        return self

    def close(self) -> None:
        """Later calls raise GenerationError."""
        self._closed.set()


def _echo(prompt: Prompt) -> str:
    if isinstance(prompt, Infill):
        lines = [line for line in prompt.prefix.split("\n") if line.strip()]
        return lines[-1].strip() if lines else ""
    return prompt.messages[-1].content if prompt.messages else ""


def _tokens(text: str) -> list[str]:
    return re.findall(r"\s*\S+|\s+$", text)
