"""`inglenook acp`: the chat on stdin and stdout, for editors that speak the Agent Client Protocol.

`__main__` calls this before typer and rich are imported: an editor is waiting.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.errors import NoRoom
from inglenook_indexer.system.memory_limit import check_room

if TYPE_CHECKING:
    from inglenook_server.chat.answer import Answer
    from inglenook_server.chat.attachments.types import Given
    from inglenook_server.chat.request import Event
    from inglenook_server.cli.answering import Answering
    from inglenook_server.conversations.types import Message

USAGE = """usage: inglenook acp

Chat about the folder that the editor has open, over stdin and stdout. docs/editors.md tells which editors start this.
"""
BAD_USAGE = 2
FAILED = 1


class AnsweredFolder:
    """One folder, indexed when it is first asked about; the model is loaded when the index can't answer."""

    def __init__(self, path: Path) -> None:
        """Look whether the folder is there. Raises WorkspaceError."""
        from inglenook_indexer.files.discover import check_root

        self.root = check_root(path)
        self._answering: Answering | None = None

    def answer(
        self,
        question: str,
        history: Sequence[Message],
        given: Sequence[Given],
        on_event: Callable[[Event], None],
        cancelled: Callable[[], bool],
    ) -> Answer:
        """Bring the index up to date and answer. Raises InglenookError, IndexerError."""
        from inglenook_server.cli.answering import Answering
        from inglenook_server.cli.workspace import open_index, refreshed

        if self._answering is None:
            self._answering = Answering(open_index(self.root, quiet=True), quiet=True)
        else:
            refreshed(self._answering.index, quiet=True)
        return self._answering(question, history, on_event, cancelled, given)

    def close(self) -> None:
        """Give the memory back."""
        if self._answering is not None:
            self._answering.close()


def acp(argv: Sequence[str]) -> int:
    """Run the agent until its client leaves; gives the exit code."""
    if argv:
        sys.stderr.write(USAGE)
        return 0 if any(argument in ("-h", "--help") for argument in argv) else BAD_USAGE
    try:
        check_room()
    except NoRoom as error:
        sys.stderr.write(f"{error.message}\n→ {error.mend}\n")
        return FAILED
    # One stray byte on stdout ends a session for good, and libraries print: the protocol alone has the real one.
    frames = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = os.fdopen(frames, "w")

    def connected() -> None:
        sys.stdout = sys.stderr

    import asyncio

    from inglenook_server import logs
    from inglenook_server.acp.agent import serve

    logs.to_stderr()
    logs.silence("acp")  # it logs whole messages, and they hold the user's code
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(AnsweredFolder, connected))
    return 0
