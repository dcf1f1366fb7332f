"""The server's handle on an engine's process: sends calls, receives answers, ends a process that hangs.

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

from inglenook_indexer.system import ipc, processes
from inglenook_indexer.system.ipc import Gone

from inglenook_server.errors import EngineDied, GenerationError
from inglenook_server.generation.process.messages import unwrap
from inglenook_server.generation.process.watchdog import Bounds, Watchdog, bounds_for

CHILD_MODULE = "inglenook_server.generation.process_main"
LOADS = ("load", "with_adapter")
"""Calls without steps, and so without heartbeats of the engine."""
ENDING_S = 1.0
"""How long an engine may take to end by itself before it is killed: one that is stopped never does."""

NEXT = "the next request starts another"

Inbox = queue.SimpleQueue[Any]


class Process:
    """An engine's process. Answers may come in any order; each goes to the thread that asked. Thread-safe.

    Only `ask` and `release` wait for the process. One that owes an answer and sends nothing within its bounds is ended,
    whether it hangs or was stopped.
    """

    def __init__(self, bounds: Bounds | None = None, module: str = CHILD_MODULE) -> None:
        """Start it; `module` is what it runs. Raises GenerationError."""
        self.bounds = bounds or bounds_for(0)
        self._numbers = itertools.count(1)
        self._inboxes: dict[int, Inbox] = {}
        self._due: dict[int, str] = {}
        """Calls that were not answered yet, whether or not somebody still waits."""
        self._busy = threading.Event()
        """Set while a call was not answered yet."""
        self._signs = 0
        self._lock = threading.Lock()
        self._ended: EngineDied | None = None
        self._generators = 0
        self._outbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        started: Future[processes.Process] = Future()
        try:
            _begin("inglenook-engine-pipe", self._run, module, started)
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
        """How it ended; None while it runs."""
        return self._ended

    def send(self, verb: str, *arguments: Any) -> tuple[int, Inbox]:
        """Send a call. Gives its number, and the queue of its answers. Raises EngineDied."""
        inbox: Inbox = queue.SimpleQueue()
        with self._lock:
            if self._ended is not None:
                raise self._ended
            number = next(self._numbers)
            self._inboxes[number] = inbox
            self._due[number] = verb
            self._busy.set()
            self._outbox.put((number, verb, arguments))
        return number, inbox

    def tell(self, verb: str, *arguments: Any) -> None:
        """Send a message without an answer; it is lost where the process has ended."""
        self._outbox.put((0, verb, arguments))

    def forget(self, number: int) -> None:
        """Drop the answers of a call from now on."""
        with self._lock:
            self._inboxes.pop(number, None)

    def ask(self, verb: str, *arguments: Any) -> Any:
        """Send a call and wait for its one answer. Raises what the call raised, or EngineDied."""
        number, inbox = self.send(verb, *arguments)
        answer = inbox.get()
        self.forget(number)
        return unwrap(answer)

    def hold(self) -> None:
        """Count one more generator in the process."""
        with self._lock:
            self._generators += 1

    def release(self) -> bool:
        """Count one less, and end the process with the last one. Gives whether it was ended."""
        with self._lock:
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

    def _run(self, module: str, started: Future[processes.Process]) -> None:
        """Start it and receive until it ends, on one thread: Linux ends the process with the thread that started it."""
        try:
            process = ipc.start(module)
        except BaseException as error:  # whoever waits for the start would wait for ever
            started.set_exception(error)
            return
        started.set_result(process)
        assert process.stdout is not None
        with suppress(Gone):
            while True:
                self._receive(*ipc.read(process.stdout))
        self._end(EngineDied(*exit_message(process.wait())))
        with suppress(OSError):
            process.stdout.close()

    def _receive(self, number: int, answer: Any) -> None:
        self._signs += 1
        inbox = self._inboxes.get(number)
        if inbox is not None:
            inbox.put(answer)
        if not isinstance(answer, str):  # pieces of text are not the end of a call
            with self._lock:
                self._due.pop(number, None)

    def _write(self, pipe: IO[bytes]) -> None:
        """Send the outbox until None comes; an engine that reads nothing blocks this thread alone."""
        with suppress(Gone):
            while (call := self._outbox.get()) is not None:
                ipc.write(pipe, call)
        with suppress(OSError):
            pipe.close()

    def _watch(self) -> None:
        watch = Watchdog()
        while self._busy.wait() and self._ended is None:
            begun = time.monotonic()
            time.sleep(self.bounds.tick_s)
            with self._lock:
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
        """Fail all calls that wait, and all later ones. The first reason counts."""
        with self._lock:
            self._ended = self._ended or died
            for inbox in self._inboxes.values():
                inbox.put(self._ended)
            self._inboxes.clear()
            self._due.clear()
            self._busy.set()  # so that `_watch` ends
        self._outbox.put(None)


def exit_message(code: int) -> tuple[str, str]:
    """The sentence about a process that ended with this exit code, and the command that helps."""
    if code == -getattr(signal, "SIGKILL", 9):
        return "The engine's process was killed, maybe because the memory ran out.", "inglenook models use fast"
    try:
        reason = signal.Signals(-code).name if code < 0 else f"code {code}"
    except ValueError:
        reason = f"code {code}"
    return f"The engine's process ended unexpectedly ({reason}); {NEXT}.", ""


def _begin(name: str, work: Any, *arguments: Any) -> None:
    threading.Thread(target=work, args=arguments, name=name, daemon=True).start()
