"""`inglenook serve`: the language server on stdin and stdout, and nowhere else: a socket would be open to others.

`__main__` calls this before typer, rich or anything heavy is imported: an editor is waiting.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from inglenook_indexer.errors import NoRoom
from inglenook_indexer.system.memory_limit import check_room

USAGE = "usage: inglenook serve [--stdio]\n"
WRONG = "The server talks over stdin and stdout alone, and --stdio is its one option. Run: inglenook serve\n"
BAD_USAGE = 2
FAILED = 1


def serve(argv: Sequence[str]) -> int:
    """Run the server until its client leaves, which ends the process; gives a code for bad usage and for help."""
    if any(argument in ("-h", "--help") for argument in argv):
        sys.stderr.write(USAGE)
        return 0
    if list(argv) not in ([], ["--stdio"]):
        sys.stderr.write(WRONG)
        return BAD_USAGE
    try:
        check_room()
    except NoRoom as error:
        sys.stderr.write(f"{error.message}\n→ {error.mend}\n")
        return FAILED
    # One stray byte on stdout ends a session for good, and libraries print: from here on "stdout" is stderr, and the
    # protocol alone has the real one.
    frames = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr

    import gc

    gc.disable()  # what is imported stays: looking for garbage among it costs a tenth of the start
    from inglenook_server import logs
    from inglenook_server.app import create_server
    from inglenook_server.protocol.connection import serve_connection
    from inglenook_server.session.services import make_services

    logs.to_stderr()
    # pygls logs whole messages, and they hold the user's code; what went wrong is logged by app and features.
    logs.silence("pygls")
    services = make_services()
    server = create_server(services)
    gc.freeze()
    gc.enable()
    try:
        problem = serve_connection(server, sys.stdin.buffer, os.fdopen(frames, "wb"))
    finally:
        services.close()
    if problem:
        sys.stderr.write(f"inglenook serve: {problem}\n")
    leave(0 if server.protocol.was_shut_down else 1)


def leave(code: int) -> NoReturn:
    """End the process at once: a thread still waits in a read of stdin that a client may never finish."""
    sys.stderr.flush()
    os._exit(code)
