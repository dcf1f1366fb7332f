"""GGML's blocks of 32 weights as a grid of ours: the same numbers and the same scales, nothing rounded again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from inglenook_server.weights.gguf_file import Matrix
from inglenook_server.weights.quantize import Grid, Packed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT = {"Q4_0": Grid(4, 32, symmetric=True), "Q8_0": Grid(8, 32, symmetric=True)}
"""Types that are such a grid: a scale of 16 bits, then the numbers around zero."""
_SCALE_BYTES = 2


def blocks(matrix: Matrix, kind: str) -> Packed:
    """A matrix in the blocks of `kind`, one of `EXACT`; another type is rounded to it as GGML does it."""
    import numpy as np

    grid = EXACT[kind]
    rows, width = matrix.shape
    numbers = np.empty((rows, width // grid.group, grid.group), np.uint8)
    scale = np.empty((rows, width // grid.group, 1), np.float16)
    at = 0
    for part in _stored(matrix, kind):
        cut = part.reshape(len(part), width // grid.group, -1)
        numbers[at : at + len(part)] = _numbers(cut[..., _SCALE_BYTES:], grid)
        scale[at : at + len(part)] = cut[..., :_SCALE_BYTES].copy().view(np.float16)
        at += len(part)
    return Packed(numbers, scale, np.full(scale.shape, 1 << (grid.bits - 1), np.uint8), grid)


def _stored(matrix: Matrix, kind: str) -> Iterator[NDArray[np.uint8]]:
    if matrix.kind == kind:
        yield from matrix.stored()
        return
    from gguf import GGMLQuantizationType, quants

    for values in matrix.values():
        yield quants.quantize(values, GGMLQuantizationType[kind])


def _numbers(stored: NDArray[np.uint8], grid: Grid) -> NDArray[np.uint8]:
    """Numbers from zero on: of four bits, the first half of a block has the low halves of the bytes."""
    import numpy as np

    if grid.bits == 8:
        return np.bitwise_xor(stored, np.uint8(128))  # from -128..127 to 0..255
    return np.concatenate([stored & np.uint8(15), stored >> np.uint8(4)], axis=-1)
