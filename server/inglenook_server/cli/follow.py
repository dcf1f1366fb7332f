"""`inglenook index --watch`: keep an index up to date, one line for each batch of changes, until interrupted."""

from __future__ import annotations

import queue
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from inglenook_server.cli.console import emit_json, err, out

if TYPE_CHECKING:
    from inglenook_indexer import Index
    from inglenook_indexer.types import Report

BUSY_RETRY_S = 3.0
"""Seconds before a batch that found another process writing is tried again."""
WAKE_S = 1.0
"""Seconds between two looks at whether Ctrl-C was pressed, which not every system tells a thread that waits."""


def follow(index: Index, as_json: bool, embed: Callable[[Callable[[], bool]], None] | None = None) -> None:
    """Index what changes, until KeyboardInterrupt. `embed` is called when nothing else waits, with `cancelled`.

    With `as_json`, each batch is a JSON object on a line of its own. Raises IndexerError.
    """
    from inglenook_indexer.errors import IndexBusy
    from inglenook_indexer.watch.watcher import Watcher

    batches: queue.Queue[set[Path]] = queue.Queue()
    watcher = Watcher(index.root, batches.put, on_message=lambda said: err().print(said, style="yellow"))
    watcher.start()
    pressed = _listen()
    try:
        err().print(f"Watching {index.root}; Ctrl-C ends it.", style="dim")
        batches.put({index.root})  # whatever happened between the first run and the first watch
        pending: set[Path] = set()
        while True:
            if pressed.is_set():  # while something ran that lets no exception through
                raise KeyboardInterrupt
            try:
                pending |= batches.get(timeout=WAKE_S)
            except queue.Empty:
                continue
            while not batches.empty():
                pending |= batches.get_nowait()
            try:
                report = index.update(pending)
            except IndexBusy:
                time.sleep(BUSY_RETRY_S)
                batches.put(set())
                continue
            pending = set()
            if report.changed or report.removed or report.messages:
                tell(report, as_json)
            if embed is not None:
                embed(lambda: not batches.empty())
    finally:
        watcher.stop()


def _listen() -> threading.Event:
    """Set once Ctrl-C was pressed. KeyboardInterrupt alone can be lost: callbacks and finalisers only print it."""
    pressed = threading.Event()

    def handle(_signal: int, _frame: FrameType | None) -> None:
        pressed.set()
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, handle)
    return pressed


def tell(report: Report, as_json: bool) -> None:
    """One line about one batch."""
    if as_json:
        row = {
            "time": time.time(),
            "changed": report.changed,
            "removed": report.removed,
            "files": report.files,
            "chunks": report.chunks,
            "seconds": round(report.seconds, 4),
            "messages": list(report.messages),
        }
        emit_json(row, indent=None)
        return
    for message in report.messages:
        err().print(message, style="yellow")
    out().print(
        f"{time.strftime('%H:%M:%S')}  {report.changed:,} changed, {report.removed:,} removed; "
        f"{report.files:,} files, {report.chunks:,} chunks, in {report.seconds:.2f} s"
    )
    sys.stdout.flush()
