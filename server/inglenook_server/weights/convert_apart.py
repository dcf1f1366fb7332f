"""`convert` in a process of its own: native code that ends it ends nothing else, and its memory is given back.

Knows nothing of what is converted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from inglenook_indexer.system import ipc, permissions
from inglenook_indexer.system.ipc import Gone
from inglenook_indexer.types import Progress

from inglenook_server import errors
from inglenook_server.errors import ModelError

MODULE = "inglenook_server.weights.convert_main"


def convert_apart(
    gguf: Path,
    folder: Path,
    quantization: Mapping[str, str],
    progress: Callable[[Progress], None],
    adapter: Path | None = None,
) -> None:
    """Convert as `convert` does; whatever `progress` raises ends the process.

    Raises ModelError, AdapterError, OSError; ModelError also where the process ends, as where the memory runs out.
    """
    try:
        process = ipc.start(MODULE)
    except OSError as error:
        raise ModelError(f"No process could be started for the conversion: {error.strerror or error}.") from error
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        ipc.write(process.stdin, (gguf, folder, dict(quantization), adapter))
        while isinstance(answer := ipc.read(process.stdout), Progress):
            progress(answer)
    except Gone:
        raise ModelError(
            f"The process that converted {gguf.name} ended, maybe because the memory ran out.",
            "close something and try again, or: inglenook models use fast",
        ) from None
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                pipe.close()
    if isinstance(answer, OSError):
        raise answer
    if answer is not None:
        kind, message, mend = answer
        raise getattr(errors, kind)(message, mend)
    permissions.share(folder)
