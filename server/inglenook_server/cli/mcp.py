"""`inglenook mcp`: a Model Context Protocol server on stdin and stdout, for coding agents; it reads indexes, no more.

`__main__` calls this before typer and rich are imported: an agent is waiting.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexerError, NoRoom
from inglenook_indexer.system.memory_limit import check_room
from inglenook_indexer.text.printable import one_line

if TYPE_CHECKING:
    from inglenook_server.mcp.served import Served

USAGE = """usage: inglenook mcp [PATH ...]

Answer a coding agent about the code in these folders (the current one without any), over stdin and stdout.
A folder is indexed by `inglenook index PATH`; docs/mcp.md tells how each editor starts this.
"""
BAD_USAGE = 2
FAILED = 1


def mcp(argv: Sequence[str]) -> int:
    """Run the server until its client leaves; gives the exit code."""
    if any(argument in ("-h", "--help") for argument in argv):
        sys.stderr.write(USAGE)
        return 0
    paths = [argument for argument in argv if argument not in ("--", "--stdio")]
    if any(path.startswith("-") for path in paths):
        sys.stderr.write(USAGE)
        return BAD_USAGE
    try:
        check_room()
        served = _opened([Path(path) for path in paths] or [Path()])
    except (NoRoom, IndexerError) as error:
        sys.stderr.write(one_line(f"{error.message} {error.mend}".strip()) + "\n")
        return FAILED
    try:
        served.start()  # reads the folders while what follows is imported
        gc.disable()  # what is imported stays: looking for garbage among it costs a tenth of the start

        import anyio

        from inglenook_server import logs
        from inglenook_server.mcp.server import serve

        logs.to_stderr()
        logs.silence("mcp")  # it logs whole messages, and they hold the user's code
        gc.freeze()
        gc.enable()
        anyio.run(serve, served)
    except KeyboardInterrupt:
        pass
    finally:
        served.close()
    return 0


def _opened(paths: Sequence[Path]) -> Served:
    from inglenook_server.mcp.served import Served

    return Served(paths)
