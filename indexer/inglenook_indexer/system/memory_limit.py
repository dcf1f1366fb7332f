"""Whether there is room for the libraries that search and generate, and what an exception says that there is none.

Under a limit on a process's addresses (`ulimit -v`) these libraries do not fail: where a thread gets no stack they
print a panic and go on, wait for ever, or end the process. So the limit is looked at before they are imported.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator

from inglenook_indexer.errors import NoRoom

NEEDED = 3 * 10**9
"""Bytes of addresses. On two cores a search takes 2.7 GB of them at its peak, with the small model 3.3, mostly for
threads' pools and stacks that are hardly used: under a limit of 2 GB some searches ended in a panic, under 3 none."""
RAISE = "ulimit -v unlimited"
NO_MEMORY = "The memory ran out."
FREE_SOME = "close something, or: inglenook models use fast"
CODES = (errno.ENOMEM, errno.EAGAIN)
"""No memory; no more threads or processes."""
WORDS = (
    "bad_alloc",
    "cannot allocate memory",
    "can't start new thread",
    "failed to map segment",
    "memory allocation",
    "out of memory",
    "resource temporarily unavailable",
)
"""How loaders and libraries in C++ and Rust say it."""


def limit() -> int | None:
    """Bytes of addresses that this process may have; None where there is no limit, and where systems know none."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else soft


def check_room() -> None:
    """Raise NoRoom where the heavy libraries would have none."""
    allowed = limit()
    if allowed is not None and allowed < NEEDED:
        raise NoRoom(
            f"Memory is limited to {allowed / 1e9:.2f} GB of addresses here, and searching and generating take "
            f"{NEEDED / 1e9:.0f} GB.",
            RAISE,
        )


def ran_out(error: BaseException) -> bool:
    """Whether an exception, or one that led to it, means that memory or a thread could not be had."""
    return any(
        isinstance(one, MemoryError)
        or (isinstance(one, OSError) and one.errno in CODES and not isinstance(one, BlockingIOError))
        or any(word in str(one).lower() for word in WORDS)
        for one in _chain(error)
    )


def sentence() -> str:
    """What to tell a user of it, and what helps."""
    return f"{NO_MEMORY}\n→ {FREE_SOME if limit() is None else RAISE}\n"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        yield now
        now = now.__cause__ or now.__context__
