"""What the model is asked at one cursor: once, and once more where that promises better. Knows no LSP and no cache.

First with the file alone: its prompt changes least, and often the model is sure. Where it is not, and other files have
something to say that is worth its reading time, it is asked again with them; where the file imports a name that it does
not use yet, with that name written for it. The more probable of the two texts is used.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from inglenook_server.completion.cleaning.early_stop import EarlyStop
from inglenook_server.completion.cleaning.filters.chain import clean
from inglenook_server.completion.cleaning.stop_strings import stop_strings
from inglenook_server.completion.context.gather import Context
from inglenook_server.completion.context.sources.definitions import unused
from inglenook_server.completion.prompting import retrieval_gate
from inglenook_server.completion.prompting.awaited_name import awaited_name, goes_on, names_it
from inglenook_server.completion.prompting.prompt import SNIPPET_SHARE, lay_out
from inglenook_server.completion.prompting.prompt_memory import PromptMemory
from inglenook_server.completion.syntax.blocks import Syntax
from inglenook_server.completion.syntax.cursor import Cursor
from inglenook_server.completion.syntax.trigger import Shape
from inglenook_server.generation.base import Generation, Generator, Infill, OnText, Options
from inglenook_server.settings import CompletionSettings

SURE_WITHOUT = "the model was sure without other files"
BONUS = 0.1
"""Natural-log probability a token that may be missing to a text written with other files: it is right more often than
the model knows."""
NAME_BONUS = 3.0
"""The same for a text that begins with a name the file waits for: on the fitting packages nearly all were what came."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One text, how it came about, and how sure the model was."""

    text: str
    """As it may be shown."""
    prompt: Infill
    generation: Generation
    finished: bool
    """Whether the text had come to its end when the engine was stopped."""
    prompt_ms: float = 0.0
    """Milliseconds that laying the prompt out took."""

    @property
    def cancelled(self) -> bool:
        """Whether it was stopped from outside, before its end."""
        return self.generation.stop_reason == "cancelled" and not self.finished

    @property
    def likelihood(self) -> float | None:
        """Mean natural-log probability of a token; None where the engine does not tell."""
        return self.generation.log_probability


def wins(second: float | None, first: float | None, *, named: bool) -> bool:
    """Whether a second text counts, by the likelihoods of both; one that the engine does not tell is no objection."""
    if second is None or first is None:
        return True
    return second + (NAME_BONUS if named else BONUS) > first


@dataclass(frozen=True, slots=True)
class Answer:
    """The attempt that counts, and how that was decided."""

    attempt: Attempt
    context: Context
    """What was found in other files, where it was looked for."""
    gate: str
    """What was decided about other files, in words."""


@dataclass(frozen=True)
class AttemptRunner:
    """One cursor, and the model that is asked."""

    cursor: Cursor
    visible: Cursor
    """The same without secrets."""
    path: str
    language: str
    shape: Shape
    generator: Generator
    settings: CompletionSettings
    memory: PromptMemory
    syntax: Syntax
    cancelled: Callable[[], bool]

    def best(self, look_around: Callable[[], Context], on_text: OnText | None = None) -> Answer:
        """The likelier of one or two attempts. `on_text` hears the first. Raises GenerationError.

        `look_around` gathers what other files say; it is not called where the model is sure without.
        """
        nothing = Context()
        first = self.attempt(nothing, on_text=on_text)
        if first.cancelled:
            return Answer(first, nothing, "")
        sure = first.likelihood is not None and first.likelihood > retrieval_gate.SURE
        if sure and not unused(self.cursor):
            return Answer(first, nothing, SURE_WITHOUT)
        context = look_around()
        start = awaited_name(self.cursor, context.awaited, self.language)
        name = _ending(self.cursor.before + start) if start else ""
        if name and not names_it(first.text, name):
            gate = f"the file imports {name} and does not use it yet: it was written for the model"
        else:
            start = ""
            if sure:
                return Answer(first, context, SURE_WITHOUT)
            if not context.hits:
                return Answer(first, context, context.gate)
            verdict = retrieval_gate.judge(self.cursor, self.path, context.hits, first.likelihood)
            if not self.settings.gate:
                verdict = replace(verdict, use=True)
            gate = verdict.words(len(context.hits))
            if not verdict.use:
                return Answer(first, context, gate)
        if self.cancelled():
            return Answer(first, context, gate)
        second = self.attempt(context, start)
        if second.cancelled or not second.text or not wins(second.likelihood, first.likelihood, named=bool(start)):
            return Answer(first, context, f"{gate}; it was surer without")
        return Answer(second, context, gate)

    def attempt(self, context: Context, start: str = "", *, on_text: OnText | None = None) -> Attempt:
        """Generate once; `start` is put at the cursor for the model, and is part of the text."""
        limit = self.settings.max_block_tokens if self.shape == "block" else self.settings.max_tokens
        started = time.perf_counter()
        tokens = min(self.settings.prompt_tokens, self.generator.context_length - limit)
        prompt = lay_out(
            Cursor(self.visible.prefix + start, self.visible.suffix),
            self.path,
            context.hits,
            tokens=tokens,
            max_suffix_tokens=self.settings.max_suffix_tokens if self.generator.infills else 0,
            snippet_tokens=int(tokens * SNIPPET_SHARE) if self.settings.looks_around else 0,
            counter=self.memory.counter(self.generator),
            suffixes=self.memory.suffixes,
            starts=self.memory.starts,
            looked_up=context.line if context.hits else None,
        )
        prompt_ms = (time.perf_counter() - started) * 1000
        cursor = Cursor(self.cursor.prefix + start, self.cursor.suffix)
        finish = EarlyStop(cursor, self.shape, self.language, self.syntax)

        def push(piece: str) -> None:
            finish.push(piece)
            if on_text is not None:
                on_text(piece)

        options = Options(limit, stop=stop_strings(self.cursor, self.shape, self.language))
        made = self.generator.generate(prompt, options, push, lambda: finish.reached or self.cancelled())
        raw = "" if start and goes_on(made.text) else start + made.text
        text = clean(raw, self.cursor, self.shape, made.stop_reason, self.language, self.syntax, self.path)
        return Attempt(text, prompt, made, finish.reached, prompt_ms)


def _ending(text: str) -> str:
    """The name that a text ends with."""
    return re.findall(r"\w*", text)[-2] if text else ""
