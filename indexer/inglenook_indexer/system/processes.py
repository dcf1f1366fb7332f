"""The one door through which processes of ours start. Knows nothing of what they do.

Each is this same interpreter, isolated (`-I`: no variable and no folder of the user's gives it modules), with our own
import path, in a folder of ours, with a fixed set of variables, without a shell; what it makes is the user's alone.
We start no other program, git included: what we want of a repository we read ourselves. (A linter's package, started
as a module, may put its own program in the process's place, as ruff's does.)
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from inglenook_indexer.system.isolation import PRIVATE, environment, import_path

PIPE = subprocess.PIPE
NOTHING = subprocess.DEVNULL
StillRunning = subprocess.TimeoutExpired
Process = subprocess.Popen[bytes]

_HOME = Path(__file__).parent  # always there, and nobody's repository


def python(
    code: str,
    arguments: Sequence[str] = (),
    *,
    stdin: int = NOTHING,
    stdout: int | IO[bytes] = NOTHING,
    stderr: int | IO[bytes] | None = None,
    folder: Path = _HOME,
    temporary: Path | None = None,
    network: bool = False,
    idle: bool = False,
) -> Process:
    """Start Python on `code`, with `arguments` behind it in `sys.argv`. Raises OSError.

    `folder` is where it runs, `temporary` where it makes its temporary files, both ours. `network`: see `environment`.
    """
    if not os.path.isabs(sys.executable or ""):
        raise OSError(errno.ENOENT, "this program does not know its own interpreter")
    variables = environment(os.environ, network=network)
    if temporary is not None:
        variables |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
    flags |= getattr(subprocess, "IDLE_PRIORITY_CLASS", 0) if idle else 0
    return subprocess.Popen(
        [sys.executable, "-I", "-c", f"import sys; sys.path[:] = {import_path()!r}; {code}", *arguments],
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        cwd=folder,
        env=variables,
        umask=PRIVATE,
        creationflags=flags,
    )
