"""Runs a server whose event loop is watched: each callback's processor time on the loop's own thread.

Processor time and not the clock: a busy machine fails nobody. The long ones are written to stderr, one a line.
"""

import asyncio.events
import re
import sys
import time

MARK = "held"
SLOW_MS = 20
"""Milliseconds from which a callback is worth a line."""
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def watch() -> None:
    """Measure every callback that an event loop runs."""
    run = asyncio.events.Handle._run

    def measured(handle: asyncio.events.Handle) -> None:
        what = repr(handle._callback)[:300]
        begin = time.thread_time()
        try:
            run(handle)
        finally:
            took = (time.thread_time() - begin) * 1000
            if took >= SLOW_MS:
                sys.stderr.write(f"{MARK} {took:.0f} {_ADDRESS.sub('', what)!r}\n")

    asyncio.events.Handle._run = measured


def main() -> None:
    from inglenook_server.cli.serve import serve

    watch()
    if "--planted" in sys.argv:
        plant()
    sys.exit(serve([]))


def plant() -> None:
    """A handler that does what it must not: it looks at every character of a document."""
    from inglenook_server.features import status

    made = status.as_status

    def slow(facts: object) -> object:
        sum(character == "x" for character in "x" * 2_000_000)
        return made(facts)

    status.as_status = slow


if __name__ == "__main__":
    main()
