"""`inglenook serve`: the language server on stdin and stdout, or on a loopback port.

`__main__` calls this before typer, rich or anything heavy is imported: an editor is waiting.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from inglenook_indexer.errors import NoRoom
from inglenook_indexer.room import check_room

LOOPBACK = "127.0.0.1"
USAGE = "usage: inglenook serve [--stdio | --tcp PORT]\n"
BAD_USAGE = 2
FAILED = 1


def serve(argv: Sequence[str]) -> int:
    """Run the server until its client leaves; on stdio this ends the process. Gives an exit code for bad usage."""
    port = parse(argv)
    if port is None:
        asked_for_help = any(argument in ("-h", "--help") for argument in argv)
        sys.stderr.write(USAGE)
        return 0 if asked_for_help else BAD_USAGE
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
    import logging

    gc.disable()  # what is imported stays: looking for garbage among it costs a tenth of the start
    from inglenook_server.app import create_server
    from inglenook_server.services import make_services

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    # pygls logs whole messages, and they hold the user's code; what went wrong is logged by app and features.
    logging.getLogger("pygls").setLevel(logging.CRITICAL + 1)
    services = make_services()
    server = create_server(services)
    gc.freeze()
    gc.enable()
    try:
        if port:
            server.start_tcp(LOOPBACK, port)
        else:
            server.start_io(stdout=os.fdopen(frames, "wb"))
    except SystemExit:
        pass  # how pygls ends a TCP session on `exit`; the code is decided below
    finally:
        services.close()
    leave(0 if server.protocol.was_shut_down else 1)


def parse(argv: Sequence[str]) -> int | None:
    """The port to listen on, 0 for stdio, None for arguments that make no sense."""
    if list(argv) in ([], ["--stdio"]):
        return 0
    if len(argv) == 2 and argv[0] == "--tcp" and argv[1].isdigit() and 0 < int(argv[1]) < 65_536:
        return int(argv[1])
    return None


def leave(code: int) -> NoReturn:
    """End the process at once: a thread still waits in a read of stdin that a client may never finish."""
    sys.stderr.flush()
    os._exit(code)
