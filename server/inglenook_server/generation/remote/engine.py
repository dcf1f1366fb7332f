"""The `openai` engine: any server that speaks the OpenAI protocol, such as vLLM, llama.cpp's, or Ollama.

Sends text where the user's own settings say, and nowhere else. What the model knows (fill-in-the-middle, context) is
asked of the server, not guessed from a name. Knows nothing of settings files, retrieval or editors.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

from inglenook_server.errors import AdapterError, GenerationError
from inglenook_server.generation.base import (
    Cancelled,
    Chat,
    Generation,
    OnText,
    Options,
    Prompt,
    StopReason,
    Usage,
    mean,
)
from inglenook_server.generation.remote.capabilities import Capabilities, probe
from inglenook_server.generation.remote.http import HttpClient
from inglenook_server.generation.remote.request_body import body_for, count, rendered
from inglenook_server.generation.stream import TextStream


class RemoteGenerator:
    """A model on a server."""

    engine = "openai"
    adapter = ""
    death = None

    def __init__(self, line: HttpClient, model: str = "") -> None:
        """Ask the server what it has; `model` names one of its models, empty takes the first.

        Raises GenerationError when the server can't be reached, refuses the key, or has no such model.
        """
        self._line = line
        try:
            self._knowledge: Capabilities = probe(line, model)
        except BaseException:
            line.close()
            raise
        self.name = self._knowledge.model

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together, as the server says, or a cautious guess."""
        return self._knowledge.context_length

    @property
    def infills(self) -> bool:
        """Whether the server completes between a prefix and a suffix."""
        return self._knowledge.infills

    def count(self, text: str) -> int:
        """Tokens in `text`, estimated on the safe side: asking the server would take longer than generating."""
        return count(text)

    def render(self, prompt: Prompt) -> str:
        """The text that is sent; the server puts a conversation into its model's template."""
        return rendered(prompt, self._knowledge)

    def generate(
        self,
        prompt: Prompt,
        options: Options,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
    ) -> Generation:
        """Generate. Raises GenerationError; a cancel closes the connection, which ends the work on the server."""
        started = time.perf_counter()
        path, body, healed = body_for(prompt, options, self._knowledge)
        stream = TextStream(options.stop, swallow=healed)
        reader = _Reader(stream, started, on_text, chat=isinstance(prompt, Chat))
        whole = self._line.stream(path, body, reader.event, cancelled or (lambda: False))
        reader.end()
        if whole and not stream.stopped:
            reader.show(stream.finish())
        reason: StopReason = "cancelled" if not whole else "stop" if stream.stopped else reader.reason
        usage = Usage(
            prompt_tokens=reader.prompt_tokens or self.count(self.render(prompt)),
            generated_tokens=reader.generated_tokens or reader.pieces,
            first_token_ms=reader.first_ms,
            total_ms=(time.perf_counter() - started) * 1000,
        )
        return Generation(stream.text, reason, usage)

    def log_probabilities(self, text: str) -> tuple[float, ...]:
        """As the server tells them when it repeats a prompt; many do not, which is a GenerationError."""
        body = {"model": self.name, "prompt": text, "max_tokens": 1, "echo": True, "logprobs": 1, "temperature": 0}
        choice = _first(self._line.post("/completions", body))
        found = (choice or {}).get("logprobs") or {}
        values, offsets = found.get("token_logprobs"), found.get("text_offset")
        if not values or not offsets:
            raise GenerationError(f"The server at {self._line.endpoint} gives no log-probabilities of a prompt.")
        logs = [
            value
            for value, offset in zip(values, offsets, strict=False)
            if value is not None and 0 < offset < len(text)
        ]
        if not logs:
            raise GenerationError("A text of fewer than two tokens can't be scored.")
        return tuple(map(float, logs))

    def score(self, text: str) -> float:
        """The mean of `log_probabilities`."""
        return mean(self.log_probabilities(text))

    def with_adapter(self, adapter: Path | None) -> RemoteGenerator:
        """Itself without one. Raises AdapterError otherwise: adapters of a server are models of its own there."""
        if adapter is not None:
            raise AdapterError("An adapter can't be sent to a server.", "inglenook adapters off")
        return self

    def close(self) -> None:
        """Close the connection."""
        self._line.close()


class _Reader:
    """Takes the events of one request, on the line's thread, until its end is called on another."""

    def __init__(self, stream: TextStream, started: float, on_text: OnText | None, *, chat: bool) -> None:
        self._stream = stream
        self._started = started
        self._on_text = on_text
        self._chat = chat
        self._lock = threading.Lock()
        self._ended = False
        self.reason: StopReason = "stop"
        self.pieces = self.prompt_tokens = self.generated_tokens = 0
        self.first_ms = 0.0

    def event(self, event: dict[str, Any]) -> bool:
        """Take one event; False when no more are wanted."""
        with self._lock:
            return not self._ended and self._take(event)

    def end(self) -> None:
        """Take no more: a request that was cancelled may still bring what was under way."""
        with self._lock:
            self._ended = True

    def _take(self, event: dict[str, Any]) -> bool:
        usage = event.get("usage") or {}
        self.prompt_tokens = int(usage.get("prompt_tokens") or self.prompt_tokens)
        self.generated_tokens = int(usage.get("completion_tokens") or self.generated_tokens)
        choice = _first(event)
        if choice is None:
            return True
        text = (choice.get("delta") or {}).get("content") if self._chat else choice.get("text")
        if text:
            self.pieces += 1
            self.first_ms = self.first_ms or (time.perf_counter() - self._started) * 1000
            self.show(self._stream.push(text))
        if choice.get("finish_reason") == "length":
            self.reason = "length"
        return not self._stream.stopped

    def show(self, piece: str) -> None:
        """Pass a piece on."""
        if piece and self._on_text is not None:
            self._on_text(piece)


def _first(body: Any) -> dict[str, Any] | None:
    choices = body.get("choices") if isinstance(body, dict) else None
    return choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else None
