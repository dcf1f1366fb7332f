"""The process that an engine runs in, as seen from here: calls go out, answers come back, silence is noticed.

Knows no engine, and of calls only which of them load a model.
"""

from __future__ import annotations

import itertools
import queue
import signal
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from typing import IO, Any

from inglenook_indexer import pipes, processes
from inglenook_indexer.pipes import Gone

from inglenook_server.errors import EngineDied, GenerationError
from inglenook_server.generation.answers import opened
from inglenook_server.generation.watch import Bounds, Watch, bounds_for

FAR_END = "inglenook_server.generation.apart_main"
LOADS = ("load", "with_adapter")
"""Calls that take no steps that could be told of."""
ENDING_S = 1.0
"""For an engine to end by itself before it is made to: one that is stopped never does, and it has nothing to lose."""

Inbox = queue.SimpleQueue[Any]


class Process:
    """The far end as seen from here; answers reach whoever asked, in any order. Thread-safe.

    Nothing but `ask` and `release` waits for it. One that owes an answer and gives no sign within its bounds is ended,
    whether it hangs or was stopped.
    """

    def __init__(self, bounds: Bounds | None = None, module: str = FAR_END) -> None:
        """Start it; `module` is its far end. Raises GenerationError."""
        self.bounds = bounds or bounds_for(0)
        self._numbers = itertools.count(1)
        self._inboxes: dict[int, Inbox] = {}
        self._due: dict[int, str] = {}
        """What the far end has not answered yet, whether or not somebody still waits for it."""
        self._busy = threading.Event()
        """Set while something is due."""
        self._signs = 0
        self._gate = threading.Lock()
        self._ended: EngineDied | None = None
        self._generators = 0
        self._outbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        started: Future[processes.Process] = Future()
        try:
            _begin("inglenook-engine-pipe", self._live, module, started)
            self._process = started.result()
            _begin("inglenook-engine-calls", self._write, self._process.stdin)
            _begin("inglenook-engine-watch", self._watch)
        except (OSError, RuntimeError, MemoryError) as error:  # RuntimeError where no more threads are to be had
            if started.done() and started.exception() is None:
                started.result().kill()
            why = getattr(error, "strerror", "") or str(error)
            raise GenerationError(f"No process could be started for the engine: {why}.") from error

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def death(self) -> EngineDied | None:
        """How it ended, if it has."""
        return self._ended

    def send(self, verb: str, *arguments: Any) -> tuple[int, Inbox]:
        """Ask for something: the call's number, and where its answers arrive. Raises EngineDied."""
        inbox: Inbox = queue.SimpleQueue()
        with self._gate:
            if self._ended is not None:
                raise self._ended
            number = next(self._numbers)
            self._inboxes[number] = inbox
            self._due[number] = verb
            self._busy.set()
            self._outbox.put((number, verb, arguments))
        return number, inbox

    def tell(self, verb: str, *arguments: Any) -> None:
        """Say something that has no answer; nothing where nobody hears it."""
        self._outbox.put((0, verb, arguments))

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

    def release(self) -> bool:
        """One less; with the last one the process ends, which is what it says."""
        with self._gate:
            self._generators -= 1
            if self._generators > 0:
                return False
        self._outbox.put(None)
        with suppress(processes.StillRunning):
            self._process.wait(ENDING_S)
        self._process.kill()
        with suppress(processes.StillRunning):  # the system may hold it in a read of a disk that is gone
            self._process.wait(ENDING_S)
        return True

    def _live(self, module: str, started: Future[processes.Process]) -> None:
        """Start it and hear it until it ends: on one thread, for Linux ends a process with the thread it came from."""
        try:
            process = pipes.start(module)
        except BaseException as error:  # whoever waits for the start would wait for ever
            started.set_exception(error)
            return
        started.set_result(process)
        assert process.stdout is not None
        with suppress(Gone):
            while True:
                self._hear(*pipes.read(process.stdout))
        self._end(EngineDied(*obituary(process.wait())))
        with suppress(OSError):
            process.stdout.close()

    def _hear(self, number: int, answer: Any) -> None:
        self._signs += 1
        inbox = self._inboxes.get(number)
        if inbox is not None:
            inbox.put(answer)
        if not isinstance(answer, str):  # pieces of text are not the end of a call
            with self._gate:
                self._due.pop(number, None)

    def _write(self, pipe: IO[bytes]) -> None:
        """Send what is to be sent, until that is None; an engine that reads nothing holds up nobody but this thread."""
        with suppress(Gone):
            while (call := self._outbox.get()) is not None:
                pipes.write(pipe, call)
        with suppress(OSError):
            pipe.close()

    def _watch(self) -> None:
        watch = Watch()
        while self._busy.wait() and self._ended is None:
            begun = time.monotonic()
            time.sleep(self.bounds.tick_s)
            with self._gate:
                due = tuple(self._due.values())
                if not due and self._ended is None:
                    self._busy.clear()
            loading = any(verb in LOADS for verb in due)
            elapsed = time.monotonic() - begun
            silent = watch.tick(elapsed, self.bounds, signs=self._signs, due=bool(due), loading=loading)
            if silent:
                self._end(EngineDied(f"The engine did not answer for {silent:.0f} s and was ended; {NEXT}."))
                self._process.kill()

    def _end(self, died: EngineDied) -> None:
        """Tell everybody who waits, and who comes later. The first reason counts."""
        with self._gate:
            self._ended = self._ended or died
            for inbox in self._inboxes.values():
                inbox.put(self._ended)
            self._inboxes.clear()
            self._due.clear()
            self._busy.set()  # so that the watch ends
        self._outbox.put(None)


NEXT = "the next request starts another"


def obituary(code: int) -> tuple[str, str]:
    """What to say of a process that ended with this code, and what helps."""
    if code == -getattr(signal, "SIGKILL", 9):
        return "The engine's process was killed, maybe because the memory ran out.", "inglenook models use fast"
    try:
        reason = signal.Signals(-code).name if code < 0 else f"code {code}"
    except ValueError:
        reason = f"code {code}"
    return f"The engine's process ended unexpectedly ({reason}); {NEXT}.", ""


def _begin(name: str, work: Any, *arguments: Any) -> None:
    threading.Thread(target=work, args=arguments, name=name, daemon=True).start()
