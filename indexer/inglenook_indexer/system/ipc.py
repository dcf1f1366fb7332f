"""Objects over the pipes between a process and one that it started: both ends of that, and nothing of what is said.

The other process comes through the one door that all of ours do (`processes`); no sockets, no shared memory, no fork.
Objects are pickled, which is safe because nobody else holds an end of these pipes.
"""

from __future__ import annotations

import os
import pickle
import signal
import struct
from typing import IO, Any

from inglenook_indexer.system import processes

_LENGTH = struct.Struct("<Q")


class Gone(Exception):
    """The other end of the pipe has ended."""


def start(module: str, *, idle: bool = False) -> processes.Process:
    """Run `module.main()` in a process of its own; it should end when its input does. Raises OSError."""
    code = f"from {module} import main; main()"
    return processes.python(code, stdin=processes.PIPE, stdout=processes.PIPE, idle=idle)


def ends() -> tuple[IO[bytes], IO[bytes]]:
    """In the process that was started: (where questions come from, where answers go). Called once, first of all.

    What a library prints goes to stderr from then on; ctrl-c is for the process that is waited for.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return source, answers


def write(pipe: IO[bytes], what: Any) -> None:
    """One object. Raises Gone."""
    data = pickle.dumps(what, pickle.HIGHEST_PROTOCOL)
    try:
        pipe.write(_LENGTH.pack(len(data)))
        pipe.write(data)
        pipe.flush()
    except (OSError, ValueError) as error:
        raise Gone(type(error).__name__) from None


def read(pipe: IO[bytes]) -> Any:
    """The next object. Raises Gone."""
    try:
        head = pipe.read(_LENGTH.size)
        data = pipe.read(_LENGTH.unpack(head)[0]) if len(head) == _LENGTH.size else b""
        if len(head) < _LENGTH.size or len(data) < _LENGTH.unpack(head)[0]:
            raise Gone("it ended")
        return pickle.loads(data)
    except (OSError, ValueError) as error:
        raise Gone(type(error).__name__) from None
