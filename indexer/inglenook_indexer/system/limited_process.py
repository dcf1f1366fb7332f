"""A process for work that may kill it: what grammars make of a hostile text. Knows nothing of grammars.

Eight kilobytes of `a=>` make Java's grammar take two gigabytes, all of it at the end of the text, when nobody is asked
whether to go on; where there is no more memory, it crashes. No quick look tells such a text from code, so grammars work
in a process that may have so much memory and so much time, and that is started anew when it died.

Memory is limited by the system where that does so, as Linux does; elsewhere the time limits it.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import threading
import time
import weakref
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from inglenook_indexer.system import ipc, processes
from inglenook_indexer.system.ipc import Gone

HARMLESS = 1_000
"""Characters: no grammar that was tried takes more than 40 MB for so few, and to ask another process costs, too."""
MEMORY = 700_000_000
"""Bytes of address space: a megabyte of code was seen to take a seventh, with all that the process begins with."""
BASE_S = 1.0
"""Of processor time, for a grammar and its query that are used for the first time."""
CHARACTER_S = 1e-5
"""Of processor time for a character: ordinary code takes a twentieth."""
BUSY = 10
"""How many times as long by the clock, where the processor's time can't be limited: machines are busy."""
DEATHS, DEATHS_S = 20, 600.0
"""So many deaths in so many seconds, and no more is asked of that kind: each costs a second or two."""


class LimitedProcess:
    """The near end: asks `module`, whose `main()` is a call of `serve`. Any thread; one question at a time.

    The process is started when it is first needed, and ends with this object.
    """

    def __init__(self, module: str) -> None:
        self._module = module
        self._lock = threading.Lock()
        self._process: processes.Process | None = None
        self._end: Callable[[], object] = lambda: None
        self._died: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=DEATHS))

    def ask(self, question: Any, size: int, kind: str = "") -> Any:
        """The answer to a question about `size` characters. Raises Gone if that killed the process, or took too long.

        Raises Gone at once if questions of its `kind` have done so again and again just now, and OSError where no
        process can be started.
        """
        with self._lock:
            died = self._died[kind]
            if len(died) == DEATHS and time.monotonic() - died[0] < DEATHS_S:
                raise Gone(f"{DEATHS} texts ended it lately")
            process = self._running()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                ipc.write(process.stdin, (question, BASE_S + CHARACTER_S * size))
                fine, answer = ipc.read(process.stdout)
            except Gone:
                died.append(time.monotonic())
                self._stop()
                raise
            except BaseException:  # an interrupted question's answer must not be the next one's
                self._stop()
                raise
        if not fine:
            raise Gone(answer)
        return answer

    def _running(self) -> processes.Process:
        """The process; another one where somebody has ended it since the last question, which says nothing of texts."""
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        return self._process or self._start()

    def _stop(self) -> None:
        self._process = None
        self._end()

    def _start(self) -> processes.Process:
        self._process = process = ipc.start(self._module)
        self._end = weakref.finalize(self, _end, process)
        return process


def _end(process: processes.Process) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):
            if pipe is not None:
                pipe.close()


def serve(work: Callable[[Any], Any]) -> None:
    """The far end: question after question, until the input ends."""
    source, answers = ipc.ends()
    _limit_memory()
    with suppress(Gone), open(os.devnull, "w") as nowhere:
        while True:
            question, seconds = ipc.read(source)
            _limit_time(seconds, nowhere)
            try:
                answer = True, work(question)
            except Exception as error:
                answer = False, type(error).__name__
            _limit_time(0, nowhere)
            ipc.write(answers, answer)
    os._exit(0)


def _limit_memory() -> None:
    """What is asked for beyond it is not given, and who asked crashes: quietly, without a file of its memory."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _limit_time(seconds: float, nowhere: Any) -> None:
    """End this process if it still works then; 0 for never. The system does it, for a grammar yields to nobody."""
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, seconds)
    elif seconds:
        faulthandler.dump_traceback_later(BUSY * seconds, exit=True, file=nowhere)
    else:
        faulthandler.cancel_dump_traceback_later()
