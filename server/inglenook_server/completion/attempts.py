"""What the model is asked at one cursor: once, and once more where that promises better. Knows no LSP and no cache.

The second time, a name that the file imports and does not use yet stands there already; or, where the model was in
doubt about what it wrote, the other files do not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook_server.completion.cursor import Cursor
from inglenook_server.completion.expected import expected, goes_on, names_it
from inglenook_server.completion.filters.chain import clean
from inglenook_server.completion.finish import Finish
from inglenook_server.completion.memory import Memory
from inglenook_server.completion.prompt import lay_out
from inglenook_server.completion.stop import stop_strings
from inglenook_server.completion.trigger import Shape
from inglenook_server.generation.base import Generation, Generator, Infill, OnText, Options
from inglenook_server.settings import CompletionSettings

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

    from inglenook_server.completion.context import Context

DOUBT = -0.7
"""Mean natural-log probability of a token below which the model is asked again without other files: at a fifth of the
fitting packages' cursors."""
NAME_BONUS = 1.0
"""What may be missing to the likelihood of a text that begins with a name the file waits for."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One text, how it came about, and how sure the model was."""

    text: str
    """As it may be shown."""
    prompt: Infill
    generation: Generation
    finished: bool
    """Whether the text had come to its end when the engine was stopped."""
    why: str = ""
    """What was different about this attempt, in words; empty for the first."""
    prompt_ms: float = 0.0
    """Milliseconds that laying the prompt out took."""

    @property
    def likelihood(self) -> float:
        """Mean natural-log probability of a token; 0 where the engine does not tell."""
        return self.generation.log_probability or 0.0


@dataclass(frozen=True)
class Asker:
    """One cursor, and the model that is asked."""

    cursor: Cursor
    visible: Cursor
    """The same without secrets."""
    path: str
    language: str
    shape: Shape
    generator: Generator
    settings: CompletionSettings
    memory: Memory
    cancelled: Callable[[], bool]

    def best(self, context: Context, on_text: OnText | None = None) -> Attempt:
        """The likelier of one or two attempts. `on_text` hears the first. Raises GenerationError."""
        first = self.attempt(context.hits, context.line, on_text=on_text)
        told = first.generation.log_probability is not None
        if not self.settings.reconsider or self._over(first) or not told:
            return first
        start = expected(self.cursor, context.awaited, self.language)
        if start:
            name = _ending(self.cursor.before + start)
            if names_it(first.text, name):
                return first
            second = self.attempt(context.hits, context.line, start, why=f"with {name} written for it")
            bonus = NAME_BONUS
        elif first.prompt.snippets and first.likelihood < DOUBT:
            second = self.attempt((), context.line, why="without other files")
            bonus = 0.0
        else:
            return first
        if self._over(second) or not second.text:
            return first
        return second if second.likelihood + bonus > first.likelihood else first

    def attempt(
        self, hits: Sequence[Hit], line: int, start: str = "", *, on_text: OnText | None = None, why: str = ""
    ) -> Attempt:
        """Generate once; `start` is put at the cursor for the model, and is part of the text."""
        limit = self.settings.max_block_tokens if self.shape == "block" else self.settings.max_tokens
        started = time.perf_counter()
        prompt = lay_out(
            Cursor(self.visible.prefix + start, self.visible.suffix),
            self.path,
            hits,
            tokens=min(self.settings.prompt_tokens, self.generator.context_length - limit),
            max_suffix_tokens=self.settings.max_suffix_tokens if self.generator.infills else 0,
            counter=self.memory.counter(self.generator),
            suffixes=self.memory.suffixes,
            starts=self.memory.starts,
            looked_up=line,
        )
        prompt_ms = (time.perf_counter() - started) * 1000
        cursor = Cursor(self.cursor.prefix + start, self.cursor.suffix)
        finish = Finish(cursor, self.shape, self.language, self.memory.syntax)

        def push(piece: str) -> None:
            finish.push(piece)
            if on_text is not None:
                on_text(piece)

        options = Options(limit, stop=stop_strings(self.cursor, self.shape, self.language))
        made = self.generator.generate(prompt, options, push, lambda: finish.reached or self.cancelled())
        raw = "" if start and goes_on(made.text) else start + made.text
        text = clean(raw, self.cursor, self.shape, made.stop_reason, self.language, self.memory.syntax)
        return Attempt(text, prompt, made, finish.reached, why, prompt_ms)

    def _over(self, attempt: Attempt) -> bool:
        """Whether it was cancelled from outside."""
        return attempt.generation.stop_reason == "cancelled" and not attempt.finished


def _ending(text: str) -> str:
    """The name that a text ends with."""
    return re.findall(r"\w*", text)[-2] if text else ""
