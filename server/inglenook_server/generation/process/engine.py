"""An engine in a process of its own, behind the same protocol: a crash in native code ends that process, nothing else.

This is the server's side; `process_main` is what runs in the engine's process. Only calls that generate go over the
pipes: the tokenizer is loaded here as well, because prompts are measured many times. When the process ends, or is ended
because it hangs, every call raises EngineDied; the owner of the generator starts another. Knows no engine.
"""

from __future__ import annotations

import queue
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_server.errors import EngineDied, GenerationError
from inglenook_server.generation.base import (
    Cancelled,
    Generation,
    Generator,
    OnText,
    Options,
    Prompt,
    Usage,
    mean,
)
from inglenook_server.generation.process.child import Inbox, Process
from inglenook_server.generation.process.messages import GeneratorInfo, unwrap
from inglenook_server.generation.process.watchdog import Bounds, bounds_for, weights_in
from inglenook_server.generation.prompts.prompter import Prompter

if TYPE_CHECKING:
    from inglenook_server.settings import GenerationSettings

POLL_S = 0.02
"""How often a waiting call checks whether it was cancelled."""
CANCEL_S = 0.05
"""How long a cancelled call waits for the engine's own figures; the engine may be in the middle of a long step."""


class ProcessGenerator:
    """A generator in another process. Made by `start`."""

    def __init__(self, process: Process, key: int, info: GeneratorInfo, prompter: Prompter) -> None:
        self._process = process
        self._key = key
        self._info = info
        self._prompter = prompter
        self._closed = False
        process.hold()

    @property
    def name(self) -> str:
        """The model's name in the registry, or its path."""
        return self._info.name

    @property
    def engine(self) -> str:
        """Which engine runs it."""
        return self._info.engine

    @property
    def adapter(self) -> str:
        """The live user adapter's name, or empty."""
        return self._info.adapter

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together."""
        return self._info.context_length

    @property
    def infills(self) -> bool:
        """Whether the vocabulary has fill-in-the-middle tokens."""
        return self._info.infills

    @property
    def pid(self) -> int:
        """The id of its process."""
        return self._process.pid

    @property
    def death(self) -> EngineDied | None:
        """How that process ended, if it has."""
        return self._process.death

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
        """Generate in the process; a cancelled call returns at once. Raises GenerationError, EngineDied."""
        self._check()
        started = time.perf_counter()
        number, inbox = self._process.send("generate", self._key, prompt, options)
        pieces: list[str] = []
        first = 0.0
        try:
            while True:
                if cancelled is not None and cancelled():
                    self._process.tell("cancel", number)
                    return _cut_off(inbox, pieces, first, started)
                try:
                    answer = inbox.get(timeout=POLL_S)
                except queue.Empty:
                    continue
                if not isinstance(answer, str):
                    done: Generation = unwrap(answer)
                    return done
                first = first or (time.perf_counter() - started) * 1000
                pieces.append(answer)
                if on_text is not None:
                    on_text(answer)
                if cancelled is None or not cancelled():  # else the next round says so
                    self._process.tell("more", number)
        except BaseException:
            self._process.tell("cancel", number)
            raise
        finally:
            self._process.forget(number)

    def log_probabilities(self, text: str) -> tuple[float, ...]:
        """Natural-log probability of each token of `text` but the first. Raises GenerationError, EngineDied."""
        self._check()
        found: tuple[float, ...] = self._process.ask("log_probabilities", self._key, text)
        return found

    def score(self, text: str) -> float:
        """The mean of `log_probabilities`."""
        return mean(self.log_probabilities(text))

    def with_adapter(self, adapter: Path | None) -> ProcessGenerator:
        """The same model with or without an adapter, in the same process. Raises AdapterError, GenerationError."""
        self._check()
        key, info = self._process.ask("with_adapter", self._key, adapter)
        if key == self._key:
            self._info = info
            return self
        return ProcessGenerator(self._process, key, info, self._prompter)

    def close(self) -> None:
        """Give the memory back; the process ends with its last generator."""
        if self._closed:
            return
        self._closed = True
        if not self._process.release():
            with suppress(EngineDied):  # nobody waits for the step that runs there
                number, _ = self._process.send("close", self._key)
                self._process.forget(number)

    def _check(self) -> None:
        if self._closed:
            raise GenerationError("The model was unloaded.", "try again")


def start(
    settings: GenerationSettings,
    folder: Path,
    name: str,
    adapter: Path | None = None,
    bounds: Bounds | None = None,
) -> Generator:
    """Load what `settings` name in a process of its own; its weights and its tokenizer are in `folder`.

    Blocks for seconds. Raises what `load.load_generator` raises, and EngineDied.
    """
    process = Process(bounds or bounds_for(weights_in(folder)))
    process.hold()
    try:
        key, info = process.ask("load", settings, adapter)
        return ProcessGenerator(process, key, info, Prompter(folder, name))
    finally:
        process.release()


def _cut_off(inbox: Inbox, pieces: list[str], first: float, started: float) -> Generation:
    """The outcome of a cancelled call: the engine's own figures where they come within CANCEL_S."""
    until = time.perf_counter() + CANCEL_S
    with suppress(queue.Empty):
        while True:
            answer = inbox.get(timeout=max(0.0, until - time.perf_counter()))
            if isinstance(answer, Generation):
                usage = answer.usage
                return Generation("".join(pieces), "cancelled", usage, answer.log_probability)
            if not isinstance(answer, str):
                break
    usage = Usage(0, len(pieces), first, (time.perf_counter() - started) * 1000)
    return Generation("".join(pieces), "cancelled", usage)
