"""What the engines have in common that run a model in this process: prompts, the priority lock, and the decoding loop.

Knows no runtime: each brings what reads tokens, and what it keeps of them.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from inglenook_server.errors import GenerationError
from inglenook_server.generation.base import (
    Cancelled,
    Generation,
    Infill,
    OnStep,
    OnText,
    Options,
    Prompt,
    Usage,
    mean,
)
from inglenook_server.generation.decoding import DecodingLoop, Reader
from inglenook_server.generation.priority_lock import PriorityLock
from inglenook_server.generation.prompts.prompter import Prompter

SCORED_ROWS = 64
"""Tokens whose logits are held at once while a text is scored: 40 MB of them with the default model."""


class LocalGenerator(ABC):
    """A model in this process, one step at a time: completions go before chats, between two steps of these."""

    engine = ""
    death = None

    def __init__(self, name: str, prompter: Prompter, on_step: OnStep | None = None) -> None:
        self.name = name
        self.adapter = ""
        self.tokenizer = prompter.tokenizer
        self._prompter = prompter
        self._on_step = on_step or (lambda: None)
        self._steps = PriorityLock()
        self._closed = threading.Event()
        self._guesses: dict[int, int] = {}

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together."""
        return self._prompter.context_length

    @property
    def infills(self) -> bool:
        """Whether the model should be shown what is behind the cursor."""
        return self._prompter.infills

    def count(self, text: str) -> int:
        """Tokens in `text`, without special ones."""
        return self._prompter.count(text)

    def render(self, prompt: Prompt) -> str:
        """The exact text the model sees for `prompt`, sentinels included; what is healed is not in it."""
        return self._prompter.render(prompt)

    def generate(
        self,
        prompt: Prompt,
        options: Options,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
    ) -> Generation:
        """Generate, between the steps of whatever else is generated. Raises GenerationError.

        A cancel bites at the next step.
        """
        begin = time.perf_counter()
        encoded = self._prompter.encode(prompt)
        urgent = isinstance(prompt, Infill)
        stop = cancelled or (lambda: False)

        def paused() -> bool:
            self._steps.yield_lock(urgent=urgent)
            self._check()
            self._on_step()
            return stop()

        def usage(run: DecodingLoop | None) -> Usage:
            first = 1e3 * (run.first_token - begin) if run and run.first_token else 0.0
            return Usage(len(encoded.ids), run.generated if run else 0, first, 1e3 * (time.perf_counter() - begin))

        with self._entered(urgent=urgent, cancelled=stop) as entered:
            if not entered:
                return Generation("", "cancelled", usage(None))
            with self._reader(encoded.ids[:-1], type(prompt)) as reader:
                run = DecodingLoop(reader, self.tokenizer, encoded, options, on_text, paused)
                limit = min(options.max_tokens + encoded.healed_tokens, self.context_length - len(encoded.ids))
                reason = run.run(limit, self._guesses)
        return Generation(run.text, reason, usage(run), run.log_probability)

    def log_probabilities(self, text: str) -> tuple[float, ...]:
        """Natural-log probability of each token of `text` but the first. Raises GenerationError."""
        import numpy as np

        ids = self._prompter.encode_text(text)
        logs: list[float] = []
        with self._entered(urgent=False), self._reader([], None) as reader:
            for at in range(0, len(ids) - 1, SCORED_ROWS):
                self._steps.yield_lock(urgent=False)
                self._check()
                self._on_step()
                part = ids[at : at + SCORED_ROWS]
                logits = reader.read(part, len(part))
                following = ids[at + 1 : at + 1 + len(part)]
                top = logits.max(-1)
                norms = top + np.log(np.exp(logits - top[:, None]).sum(-1))
                logs += [float(logits[row, number] - norms[row]) for row, number in enumerate(following)]
        return tuple(logs)

    def score(self, text: str) -> float:
        """The mean of `log_probabilities`."""
        return mean(self.log_probabilities(text))

    def close(self) -> None:
        """Give the memory back, once the step that runs has ended; what is under way ends with a GenerationError."""
        self._closed.set()
        self._steps.enter(urgent=True)
        try:
            self._release()
        finally:
            self._steps.leave()

    @contextmanager
    def _entered(self, *, urgent: bool, cancelled: Cancelled = lambda: False) -> Iterator[bool]:
        """Hold the lock on steps; False when cancelled before. Raises GenerationError once closed."""
        self._check()
        if not self._steps.enter(urgent=urgent, cancelled=cancelled):
            yield False
            return
        try:
            self._check()
            yield True
        finally:
            self._steps.leave()

    def _check(self) -> None:
        if self._closed.is_set():
            raise GenerationError("The model was unloaded.", "try again")

    @abstractmethod
    def _reader(self, ids: list[int], kind: type | None) -> AbstractContextManager[Reader]:
        """What reads tokens, with a beginning of `ids` read already; `kind` is what is prompted with, None for scoring.

        Runtime errors within come out as GenerationError.
        """

    @abstractmethod
    def _release(self) -> None:
        """Drop the model."""
