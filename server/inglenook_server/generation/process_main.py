"""The main module of an engine's process: loads the engine and runs the calls that come over the pipe.

Each call runs on a thread of its own. The process sends a heartbeat with the engine's steps, so that the server notices
when there are none. It ends when its input ends, whatever its engine is doing then, so that it never outlives the
server; on Linux also while it is stopped.
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

from inglenook_indexer.system import ipc
from inglenook_indexer.system.ipc import Gone
from inglenook_indexer.system.memory_limit import FREE_SOME, NO_MEMORY, ran_out

from inglenook_server.errors import GenerationError, InglenookError
from inglenook_server.generation.base import Generation, Generator
from inglenook_server.generation.process.messages import GeneratorInfo, Problem

ANSWER_S = 0.01
"""How long an engine waits at most, after a piece of text, for the caller to continue or cancel."""
HEARTBEAT_S = 1.0
"""The shortest time between two heartbeats: a step takes 10 ms, and silence is allowed for half a minute."""
_PDEATHSIG = 1  # PR_SET_PDEATHSIG of Linux

Load = Callable[..., Generator]
"""`load.load_generator`."""


def main(load: Load | None = None, heartbeat_s: float = HEARTBEAT_S) -> None:
    """Take calls until the input ends. `load` stands in for the engines where one wants another."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
    source, answers = ipc.ends()
    handler = CallHandler(answers, load or _load_generator, heartbeat_s)
    with suppress(Gone):
        while True:
            number, verb, arguments = ipc.read(source)
            handler.take(number, verb, arguments)
    os._exit(0)  # without waiting for the engine's threads


def _load_generator(*arguments: Any, **options: Any) -> Generator:
    from inglenook_server.generation.load import load_generator

    return load_generator(*arguments, **options)


class RunningCall:
    """A call of `generate` under way."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.answered = threading.Event()
        """Set once the caller has answered the last piece of text, by "more" or by "cancel"."""

    def answer(self, *, stop: bool) -> None:
        """Take the caller's answer to a piece of text."""
        if stop:
            self.stop.set()
        self.answered.set()


class CallHandler:
    """Runs the server's calls. Holds the generators of this process, and the calls under way."""

    def __init__(self, answers: IO[bytes], load: Load, heartbeat_s: float) -> None:
        self._answers = answers
        self._load_generator = load
        self._heartbeat_s = heartbeat_s
        self._last_heartbeat = 0.0
        self._write_lock = threading.Lock()
        self._keys = itertools.count(1)
        self._generators: dict[int, Generator] = {}
        self._calls: dict[int, RunningCall] = {}

    def take(self, number: int, verb: str, arguments: tuple[Any, ...]) -> None:
        """Begin one call; a cancel takes effect before the next one is read."""
        if verb in ("cancel", "more"):
            call = self._calls.get(arguments[0])
            if call is not None:
                call.answer(stop=verb == "cancel")
            return
        if verb == "generate":
            self._calls[number] = RunningCall()
        try:
            threading.Thread(target=self._answer, args=(number, verb, arguments), daemon=True).start()
        except RuntimeError:  # no more threads
            self._send(number, Problem("GenerationError", NO_MEMORY, FREE_SOME))

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
        self._send(number, answer)

    def _send(self, number: int, answer: Any) -> None:
        with self._write_lock, suppress(Gone):
            ipc.write(self._answers, (number, answer))

    def _step(self) -> None:
        """Send a heartbeat, if one is due; the engine calls this on its own thread after each step."""
        now = time.monotonic()
        if now - self._last_heartbeat >= self._heartbeat_s:
            self._last_heartbeat = now
            self._send(0, None)

    @contextmanager
    def _heartbeats(self) -> Iterator[None]:
        """Send heartbeats during work that has no steps; the server limits how long that may take."""
        done = threading.Event()

        def send() -> None:
            while not done.wait(self._heartbeat_s):
                self._send(0, None)

        threading.Thread(target=send, daemon=True).start()
        try:
            yield
        finally:
            done.set()

    def _load(self, _: int, settings: Any, adapter: Any) -> tuple[int, GeneratorInfo]:
        with self._heartbeats():
            return self._keep(self._load_generator(settings, adapter=adapter, on_step=self._step))

    def _generate(self, number: int, key: int, prompt: Any, options: Any) -> Generation:
        call = self._calls[number]

        def push(text: str) -> None:
            call.answered.clear()
            self._send(number, text)
            call.answered.wait(ANSWER_S)

        return self._generator(key).generate(prompt, options, push, call.stop.is_set)

    def _log_probabilities(self, _: int, key: int, text: str) -> tuple[float, ...]:
        return self._generator(key).log_probabilities(text)

    def _with_adapter(self, _: int, key: int, adapter: Any) -> tuple[int, GeneratorInfo]:
        generator = self._generator(key)
        with self._heartbeats():
            fresh = generator.with_adapter(adapter)
        return (key, _info(fresh)) if fresh is generator else self._keep(fresh)

    def _close(self, _: int, key: int) -> None:
        generator = self._generators.pop(key, None)
        if generator is not None:
            generator.close()

    def _keep(self, generator: Generator) -> tuple[int, GeneratorInfo]:
        key = next(self._keys)
        self._generators[key] = generator
        return key, _info(generator)

    def _generator(self, key: int) -> Generator:
        try:
            return self._generators[key]
        except KeyError:
            raise GenerationError("The model was unloaded.", "try again") from None


def _info(one: Generator) -> GeneratorInfo:
    return GeneratorInfo(one.name, one.engine, one.adapter, one.context_length, one.infills)
