"""A process beside the one that indexes: it cuts files, or encodes texts, and answers over its own pipes.

It ends when its input ends, so it never outlives who started it. Knows nothing of the store.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from inglenook_indexer.system import ipc
from inglenook_indexer.system.ipc import Gone

_IDLE = 19  # niceness: runs when nothing else wants the processor


class WorkerProcess:
    """The near end: start, ask, stop. `task` is "cut" or "encode", with what that needs. Raises OSError."""

    def __init__(self, task: str, *arguments: Any, idle: bool = False) -> None:
        self._process = ipc.start(__name__, idle=idle)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        with suppress(Gone):  # the first question finds it out as well
            ipc.write(self._to, (task, idle, arguments))

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    def ask(self, question: Any) -> Any:
        """One question, one answer. Raises Gone if the process ended or failed."""
        ipc.write(self._to, question)
        fine, answer = ipc.read(self._from)
        if not fine:
            raise Gone(answer)
        return answer

    def stop(self) -> None:
        """End the process at once; it holds nothing that could be lost."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._to, self._from):
            with suppress(OSError):
                pipe.close()


def main() -> None:
    """The far end: one task, question after question, until the input ends."""
    source, answers = ipc.ends()
    with suppress(Gone):
        task, idle, arguments = ipc.read(source)
        if idle:
            _be_idle()
        work: Callable[[Any], Any] = (_cutter if task == "cut" else _encoder)(*arguments)
        while True:
            question = ipc.read(source)
            try:
                answer = True, work(question)
            except Exception as error:
                answer = False, type(error).__name__
            ipc.write(answers, answer)
    os._exit(0)  # without waiting for threads of libraries


def _cutter(root: str, embedder: str) -> Any:
    """Groups of files -> batches whose rows are bytes."""
    import pyarrow as pa

    from inglenook_indexer.chunks.rows import Cutter
    from inglenook_indexer.chunks.schema import table_schema
    from inglenook_indexer.embed.static import StaticEmbedder
    from inglenook_indexer.update.batch import COLLECTED, cut

    static = StaticEmbedder()
    cutter = Cutter(static, table_schema(embedder, static.dimensions))
    gc.freeze()  # what was imported stays; looking through it again and again took a twelfth of the time
    gc.set_threshold(*COLLECTED)

    def work(group: Any) -> Any:
        batch = cut(Path(root), group, cutter)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, cutter.schema) as stream:
            stream.write_table(batch.rows)
        batch.rows = sink.getvalue().to_pybytes()
        return batch

    return work


def _encoder(folder: str, threads: int) -> Any:
    """Lists of texts -> their vectors."""
    from inglenook_indexer.embed.encoder import Encoder

    return Encoder(Path(folder), threads=threads).embed


def _be_idle() -> None:
    """Run only when nothing else wants the processor, where the system knows such a thing."""
    with suppress(AttributeError, OSError):
        os.nice(_IDLE)
    with suppress(AttributeError, OSError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
