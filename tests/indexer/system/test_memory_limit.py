"""What says that memory is gone, and that a limit is looked at before anything heavy is imported."""

from __future__ import annotations

import errno
import subprocess
import sys

import pytest
from inglenook_indexer.system import memory_limit

NO_RESOURCE = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such limit")


def caused(error: BaseException, by: BaseException) -> BaseException:
    error.__cause__ = by
    return error


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (MemoryError(), True),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), True),
        (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), True),
        (RuntimeError("can't start new thread"), True),
        (RuntimeError("Exception from src/core.cpp:116:\nstd::bad_alloc"), True),
        (RuntimeError("Resource temporarily unavailable"), True),
        (ImportError("lance.so: failed to map segment from shared object"), True),
        (BaseException("lance error: memory allocation of 94 bytes failed"), True),
        (caused(ValueError("no index"), MemoryError()), True),
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), False),
        (OSError(errno.ENOSPC, "No space left on device"), False),
        (ValueError("bad value"), False),
        (KeyError("allocation"), False),
    ],
)
def test_what_says_that_memory_is_gone(error: BaseException, verdict: bool) -> None:
    assert memory_limit.ran_out(error) is verdict


def test_exceptions_that_caused_each_other_are_looked_at_once() -> None:
    one, two = ValueError("one"), ValueError("two")
    one.__cause__, two.__cause__ = two, one
    assert not memory_limit.ran_out(one)


@NO_RESOURCE
@pytest.mark.parametrize(("kilobytes", "refused"), [(300_000, True), (2_900_000, True), (4_000_000, False)])
@pytest.mark.parametrize("door", ["memory_limit.check_room", "runtime.import_openvino"])
def test_a_limit_is_looked_at_before_anything_heavy(kilobytes: int, refused: bool, door: str) -> None:
    if sys.platform == "darwin" and not refused:
        pytest.skip("macOS holds nobody to it")
    code = f"from inglenook_indexer.embed import runtime; from inglenook_indexer.system import memory_limit; {door}()"
    command = f"ulimit -v {kilobytes}; exec '{sys.executable}' -c '{code}'"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode != 0) is refused
    assert ("NoRoom: Memory is limited to" in done.stderr) is refused
