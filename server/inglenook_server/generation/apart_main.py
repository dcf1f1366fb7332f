"""The far end of `apart`: loads an engine, and does what comes over the pipe, each call on a thread of its own.

Tells the near end of every step, so that it can see when there is none. Ends when its input ends, whatever its engine
is doing then, so that it never outlives the server; on Linux also while it is stopped.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

from inglenook_indexer import pipes
from inglenook_indexer.pipes import Gone
from inglenook_indexer.room import FREE_SOME, NO_MEMORY, ran_out

from inglenook_server.errors import GenerationError, InglenookError
from inglenook_server.generation.answers import Problem, Told
from inglenook_server.generation.base import Generation, Generator

ANSWER_S = 0.01
"""The longest that an engine waits to hear whether the caller wants more than it has got."""
BEAT_S = 1.0
"""The near end hears of steps so often at most: a step takes 10 ms and the bound is half a minute."""
_PDEATHSIG = 1  # PR_SET_PDEATHSIG of Linux

Load = Callable[..., Generator]
"""`load.load_generator`."""


def main(load: Load | None = None, beat_s: float = BEAT_S) -> None:
    """Call after call, until the input ends. `load` stands in for the engines where one wants another."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
    source, answers = pipes.ends()
    desk = Desk(answers, load or _load_generator, beat_s)
    with suppress(Gone):
        while True:
            number, verb, arguments = pipes.read(source)
            desk.take(number, verb, arguments)
    os._exit(0)  # without waiting for the engine's threads


def _load_generator(*arguments: Any, **options: Any) -> Generator:
    from inglenook_server.generation.load import load_generator

    return load_generator(*arguments, **options)


class Call:
    """A generation under way, as its caller steers it."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.turn = threading.Event()
        """Whether the caller has answered the last piece of text: it wants more, or no more."""

    def answer(self, *, stop: bool) -> None:
        """The caller has spoken."""
        if stop:
            self.stop.set()
        self.turn.set()


class Desk:
    """The generators that live here, and the calls that are under way."""

    def __init__(self, answers: IO[bytes], load: Load, beat_s: float) -> None:
        self._answers = answers
        self._load_generator = load
        self._beat_s = beat_s
        self._beaten = 0.0
        self._gate = threading.Lock()
        self._keys = itertools.count(1)
        self._generators: dict[int, Generator] = {}
        self._calls: dict[int, Call] = {}

    def take(self, number: int, verb: str, arguments: tuple[Any, ...]) -> None:
        """Begin one call; a cancel takes effect before the next one is read."""
        if verb in ("cancel", "more"):
            call = self._calls.get(arguments[0])
            if call is not None:
                call.answer(stop=verb == "cancel")
            return
        if verb == "generate":
            self._calls[number] = Call()
        try:
            threading.Thread(target=self._answer, args=(number, verb, arguments), daemon=True).start()
        except RuntimeError:  # no more threads
            self._say(number, Problem("GenerationError", NO_MEMORY, FREE_SOME))

    def _answer(self, number: int, verb: str, arguments: tuple[Any, ...]) -> None:
        try:
            answer = getattr(self, f"_{verb}")(number, *arguments)
        except InglenookError as error:
            answer = Problem(type(error).__name__, error.message, error.mend)
        except BaseException as error:  # panics of libraries in Rust are no Exception
            answer = Problem("GenerationError", f"The engine failed ({type(error).__name__}).", "try again")
            if ran_out(error):
                answer = Problem("GenerationError", NO_MEMORY, FREE_SOME)
        finally:
            self._calls.pop(number, None)
        self._say(number, answer)

    def _say(self, number: int, answer: Any) -> None:
        with self._gate, suppress(Gone):
            pipes.write(self._answers, (number, answer))

    def _step(self) -> None:
        """The engine has taken one; called on its own thread, between two of them."""
        now = time.monotonic()
        if now - self._beaten >= self._beat_s:
            self._beaten = now
            self._say(0, None)

    @contextmanager
    def _beating(self) -> Iterator[None]:
        """Say that this process lives, while it does what has no steps; the near end bounds how long that may take."""
        done = threading.Event()

        def beat() -> None:
            while not done.wait(self._beat_s):
                self._say(0, None)

        threading.Thread(target=beat, daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def _load(self, _: int, settings: Any, adapter: Any) -> tuple[int, Told]:
        with self._beating():
            return self._keep(self._load_generator(settings, adapter=adapter, on_step=self._step))

    def _generate(self, number: int, key: int, prompt: Any, options: Any) -> Generation:
        call = self._calls[number]

        def tell(text: str) -> None:
            call.turn.clear()
            self._say(number, text)
            call.turn.wait(ANSWER_S)

        return self._generator(key).generate(prompt, options, tell, call.stop.is_set)

    def _log_probabilities(self, _: int, key: int, text: str) -> tuple[float, ...]:
        return self._generator(key).log_probabilities(text)

    def _with_adapter(self, _: int, key: int, adapter: Any) -> tuple[int, Told]:
        generator = self._generator(key)
        with self._beating():
            fresh = generator.with_adapter(adapter)
        return (key, _told(fresh)) if fresh is generator else self._keep(fresh)

    def _close(self, _: int, key: int) -> None:
        generator = self._generators.pop(key, None)
        if generator is not None:
            generator.close()

    def _keep(self, generator: Generator) -> tuple[int, Told]:
        key = next(self._keys)
        self._generators[key] = generator
        return key, _told(generator)

    def _generator(self, key: int) -> Generator:
        try:
            return self._generators[key]
        except KeyError:
            raise GenerationError("The model was unloaded.", "try again") from None


def _told(one: Generator) -> Told:
    return Told(one.name, one.engine, one.adapter, one.context_length, one.infills)
