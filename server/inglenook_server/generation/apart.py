"""An engine in a process of its own, behind the same protocol: a crash in native code ends that process, nothing else.

This is the near end; `apart_main` is the far one. Only what generates goes over the pipes: the tokenizer is here too,
for prompts are measured many times. When the process ends, every call raises EngineDied; whoever holds the generator
starts another. Knows no engine.
"""

from __future__ import annotations

import itertools
import queue
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inglenook_indexer import pipes, processes
from inglenook_indexer.pipes import Gone

from inglenook_server import errors
from inglenook_server.errors import EngineDied, GenerationError, InglenookError
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
from inglenook_server.generation.prompter import Prompter

if TYPE_CHECKING:
    from inglenook_server.settings import GenerationSettings

POLL_S = 0.02
"""How often a waiting caller looks whether it was cancelled."""
FAREWELL_S = 0.05
"""What a cancelled caller waits for the engine's own figures; it may be in the middle of a long step."""
ENDING_S = 10.0
"""For an engine to end in peace before it is made to."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a loaded generator is."""

    name: str
    engine: str
    adapter: str
    context_length: int
    infills: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """An error of ours, as it goes over a pipe."""

    kind: str
    message: str
    mend: str

    def error(self) -> InglenookError:
        """The same error here."""
        found = getattr(errors, self.kind, GenerationError)
        made: InglenookError = found(self.message, self.mend)
        return made


Inbox = queue.SimpleQueue[Any]


class Process:
    """The far end as seen from here: calls go out, answers come back to whoever asked, in any order. Thread-safe."""

    def __init__(self) -> None:
        """Start it. Raises GenerationError."""
        try:
            self._process = pipes.start("inglenook_server.generation.apart_main")
        except OSError as error:
            raise GenerationError(f"No process could be started for the engine: {error.strerror}.") from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        self._numbers = itertools.count(1)
        self._inboxes: dict[int, Inbox] = {}
        self._gate = threading.Lock()
        self._ended: EngineDied | None = None
        self._generators = 0
        threading.Thread(target=self._listen, name="inglenook-engine-pipe", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def send(self, verb: str, *arguments: Any) -> tuple[int, Inbox]:
        """Ask for something: the call's number, and where its answers arrive. Raises EngineDied."""
        inbox: Inbox = queue.SimpleQueue()
        with self._gate:
            if self._ended is not None:
                raise self._ended
            number = next(self._numbers)
            self._inboxes[number] = inbox
            with suppress(Gone):  # the listener will see that it has ended, and say why
                pipes.write(self._to, (number, verb, arguments))
        return number, inbox

    def tell(self, verb: str, *arguments: Any) -> None:
        """Say something that has no answer; nothing where nobody hears it."""
        with self._gate, suppress(Gone):
            pipes.write(self._to, (0, verb, arguments))

    def forget(self, number: int) -> None:
        """Nobody waits for that call's answers any more."""
        with self._gate:
            self._inboxes.pop(number, None)

    def ask(self, verb: str, *arguments: Any) -> Any:
        """One question, one answer. Raises what the far end raised, or EngineDied."""
        number, inbox = self.send(verb, *arguments)
        answer = inbox.get()
        self.forget(number)
        return opened(answer)

    def hold(self) -> None:
        """One more generator lives there."""
        with self._gate:
            self._generators += 1

    def release(self) -> None:
        """One less; with the last one the process ends."""
        with self._gate:
            self._generators -= 1
            if self._generators > 0:
                return
        with suppress(OSError):
            self._to.close()
        try:
            self._process.wait(ENDING_S)
        except processes.StillRunning:
            self._process.kill()
            self._process.wait()

    def _listen(self) -> None:
        with suppress(Gone):
            while True:
                number, answer = pipes.read(self._from)
                inbox = self._inboxes.get(number)
                if inbox is not None:
                    inbox.put(answer)
        died = EngineDied(*obituary(self._process.wait()))
        with self._gate:
            self._ended = died
            for inbox in self._inboxes.values():
                inbox.put(died)
            self._inboxes.clear()
        with suppress(OSError):
            self._from.close()


class ApartGenerator:
    """A generator that lives in another process. Made by `start`."""

    def __init__(self, process: Process, key: int, told: Told, prompter: Prompter) -> None:
        self._process = process
        self._key = key
        self._told = told
        self._prompter = prompter
        self._closed = False
        process.hold()

    @property
    def name(self) -> str:
        """The model's name in the registry, or its path."""
        return self._told.name

    @property
    def engine(self) -> str:
        """Which engine runs it over there."""
        return self._told.engine

    @property
    def adapter(self) -> str:
        """The live user adapter's name, or empty."""
        return self._told.adapter

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together."""
        return self._told.context_length

    @property
    def infills(self) -> bool:
        """Whether the vocabulary has fill-in-the-middle tokens."""
        return self._told.infills

    @property
    def pid(self) -> int:
        """The process that it lives in."""
        return self._process.pid

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
        """Generate over there; a cancel is answered at once. Raises GenerationError, EngineDied."""
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
                    done: Generation = opened(answer)
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

    def with_adapter(self, adapter: Path | None) -> ApartGenerator:
        """The same model with or without an adapter, in the same process. Raises AdapterError, GenerationError."""
        self._check()
        key, told = self._process.ask("with_adapter", self._key, adapter)
        if key == self._key:
            self._told = told
            return self
        return ApartGenerator(self._process, key, told, self._prompter)

    def close(self) -> None:
        """Give the memory back; the process ends with its last generator."""
        if self._closed:
            return
        self._closed = True
        with suppress(EngineDied):
            self._process.ask("close", self._key)
        self._process.release()

    def _check(self) -> None:
        if self._closed:
            raise GenerationError("The model was unloaded.", "try again")


def start(settings: GenerationSettings, folder: Path, name: str, adapter: Path | None = None) -> Generator:
    """Load what `settings` name in a process of its own; `folder` is where its tokenizer lies. Blocks for seconds.

    Raises what `load.load_generator` raises, and EngineDied.
    """
    process = Process()
    process.hold()
    try:
        key, told = process.ask("load", settings, adapter)
        return ApartGenerator(process, key, told, Prompter(folder, name))
    finally:
        process.release()


def opened(answer: Any) -> Any:
    """An answer, or what went wrong, raised."""
    if isinstance(answer, Problem):
        raise answer.error()
    if isinstance(answer, EngineDied):
        raise EngineDied(answer.message, answer.mend)
    return answer


def obituary(code: int) -> tuple[str, str]:
    """What to say of a process that ended with this code, and what helps."""
    if code == -getattr(signal, "SIGKILL", 9):
        return "The engine's process was killed, maybe because the memory ran out.", "inglenook models use fast"
    try:
        reason = signal.Signals(-code).name if code < 0 else f"code {code}"
    except ValueError:
        reason = f"code {code}"
    return f"The engine's process ended unexpectedly ({reason}); the next request starts another.", ""


def _cut_off(inbox: Inbox, pieces: list[str], first: float, started: float) -> Generation:
    """A cancelled call's outcome: the engine's own words if they come at once."""
    until = time.perf_counter() + FAREWELL_S
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
