"""A house adapter becomes part of a model's weights, before these are rounded: then it costs nothing a token.

Added to weights that are rounded already it would drown: rounding them a second time shifts each by a third of a step,
ten times what a trained adapter changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_server.weights.adapter_file import match, pairs
from inglenook_server.weights.gguf_file import Matrix

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Change:
    """What an adapter adds to one matrix: strength * up @ down."""

    down: NDArray[np.float32]
    """(rank, in)."""
    up: NDArray[np.float32]
    """(out, rank)."""
    strength: float


def changes(adapter: Path | None, matrices: tuple[Matrix, ...]) -> dict[str, Change]:
    """What `adapter` adds, by module; nothing without one. Raises AdapterError where it was made for another model."""
    if adapter is None:
        return {}
    weights, strength = match(adapter, {matrix.module: matrix.shape for matrix in matrices})
    return {module: Change(down, up, strength) for module, (down, up) in pairs(weights).items()}


def sixteen_bits(matrix: Matrix, change: Change | None) -> Iterator[NDArray[np.float16]]:
    """The rows of a matrix with what an adapter adds to them, some at a time."""
    import numpy as np

    at = 0
    for values in matrix.values():
        half = values.astype(np.float16)
        if change is not None:
            up = change.up[at : at + len(values)]
            half = (half.astype(np.float32) + change.strength * (up @ change.down)).astype(np.float16)
        at += len(values)
        yield half
