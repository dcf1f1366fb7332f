"""Whether a model fits into the memory that is free now: a sentence instead of a machine that swaps. Loads nothing."""

from __future__ import annotations

from pathlib import Path

from inglenook_server.errors import GenerationError

OPENVINO_FACTOR = 2.3
"""Resident bytes per byte of converted weights: they are packed again for the chip while the file stays mapped."""
TORCH_FACTOR = 1.2
"""Resident bytes per byte of a checkpoint in its own number format; twice that where it is widened to float32."""
FIXED = 300_000_000
"""Bytes for the runtime, the tokenizer and the cache."""


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
