"""Whether a model fits into the memory that is free now: a sentence instead of a machine that swaps. Loads nothing."""

from __future__ import annotations

import ctypes
from pathlib import Path

from inglenook_server.errors import GenerationError

OPENVINO_FACTOR = 2.3
"""Resident bytes per byte of converted weights: they are packed again for the chip while the file stays mapped."""
TORCH_FACTOR = 1.2
"""Resident bytes per byte of a checkpoint in its own number format; twice that where it is widened to float32."""
FIXED = 300_000_000
"""Bytes for the runtime, the tokenizer and the cache."""
_DONTNEED = 4  # MADV_DONTNEED of Linux


def check_memory(name: str, folder: Path, pattern: str = "openvino_model.bin", factor: float = OPENVINO_FACTOR) -> None:
    """Raise GenerationError when the weights in `folder` would not fit into the memory that is free now."""
    import psutil

    weights = sum(file.stat().st_size for file in folder.glob(pattern))
    wanted = weights * factor + FIXED
    free = psutil.virtual_memory().available
    if wanted > free:
        raise GenerationError(
            f"{name} needs {wanted / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are free.",
            "close something, or: inglenook models use fast",
        )


def unload_mapped(file: Path) -> None:
    """Let go of the pages of `file` that this process has mapped; the few that are needed again are read again.

    OpenVINO maps a model's file and keeps its weights in a form of its own beside it: half of what the process seems
    to use is never looked at any more. Linux only; elsewhere nothing happens.
    """
    try:
        maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    madvise = getattr(ctypes.CDLL(None), "madvise", None)
    ending = f" {file.resolve()}"
    for line in maps:
        range_, rights, *_ = line.split(maxsplit=5)
        # What was written to would be lost: only a mapping that nobody can write to is let go.
        if madvise is not None and line.endswith(ending) and "w" not in rights:
            start, end = (int(part, 16) for part in range_.split("-"))
            madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _DONTNEED)
