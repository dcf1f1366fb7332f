"""GGML's blocks as a grid of ours: the same numbers and the same scales, nothing rounded again. Knows no graph.

Q4_K has a minimum for each group of weights, which four bits of a zero point could not say; it is told apart, as what
each weight of the group has more than its number says (`group_offsets` makes a product of it).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inglenook_server.weights.gguf_file import Matrix
from inglenook_server.weights.quantize import Grid, Packed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT = {
    "Q4_0": Grid(4, 32, symmetric=True),
    "Q8_0": Grid(8, 32, symmetric=True),
    "Q4_K": Grid(4, 32, symmetric=True),
}
"""Types that are such a grid."""
_Read = tuple["NDArray[np.uint8]", "NDArray[np.float16]", "NDArray[np.float32] | None"]
"""Numbers from zero on (rows, groups, group), scales (rows, groups), offsets (rows, groups)."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """A matrix as its file has it."""

    packed: Packed
    offset: NDArray[np.float32] | None
    """(rows, groups): what each weight of a group has more; None where nothing is."""


def blocks(matrix: Matrix, kind: str) -> Blocks:
    """A matrix in the blocks of `kind`; one of another type is rounded to Q4_0 or Q8_0 as GGML does it."""
    import numpy as np

    grid = EXACT[kind]
    groups = matrix.shape[1] // grid.group
    numbers = np.empty((matrix.shape[0], groups, grid.group), np.uint8)
    scale = np.empty((matrix.shape[0], groups, 1), np.float16)
    offset = np.empty(scale.shape[:2], np.float32) if kind == "Q4_K" else None
    at = 0
    for part in _stored(matrix, kind):
        here = slice(at, at + len(part))
        numbers[here], scale[here, :, 0], more = _read(part, kind)
        if offset is not None and more is not None:
            offset[here] = more
        at += len(part)
    return Blocks(Packed(numbers, scale, np.full(scale.shape, 1 << (grid.bits - 1), np.uint8), grid), offset)


def _stored(matrix: Matrix, kind: str) -> Iterator[NDArray[np.uint8]]:
    if matrix.kind == kind:
        yield from matrix.stored()
        return
    from gguf import GGMLQuantizationType, quants

    for values in matrix.values():
        yield quants.quantize(values, GGMLQuantizationType[kind])


def _read(rows: NDArray[np.uint8], kind: str) -> _Read:
    """Rows of `kind` (rows, bytes)."""
    import numpy as np

    if kind == "Q4_K":
        return _read_k(rows)
    # A scale of 16 bits, then the numbers: of four bits, the first half of a block has the low halves of the bytes.
    block = rows.reshape(len(rows), -1, 34 if kind == "Q8_0" else 18)
    scale = block[..., :2].copy().view(np.float16)[..., 0]
    stored = block[..., 2:]
    if kind == "Q8_0":
        return np.bitwise_xor(stored, np.uint8(128)), scale, None  # from -128..127 to 0..255
    return np.concatenate([stored & np.uint8(15), stored >> np.uint8(4)], axis=-1), scale, None


def _read_k(rows: NDArray[np.uint8]) -> _Read:
    """Q4_K: eight groups share a scale of scales and a scale of minimums; a weight is scale * number - minimum."""
    import numpy as np

    block = rows.reshape(-1, 144)
    both = block[:, :4].copy().view(np.float16).astype(np.float32)
    low, middle, high = block[:, 4:8], block[:, 8:12], block[:, 12:16]  # six bits each, the last four groups' in pieces
    scales = np.concatenate([low & 63, (high & 15) | ((low >> 2) & 48)], axis=1)
    minimums = np.concatenate([middle & 63, (high >> 4) | ((middle >> 2) & 48)], axis=1)
    pairs = block[:, 16:].reshape(len(block), 4, 32)  # two groups in the halves of 32 bytes
    numbers = np.stack([pairs & np.uint8(15), pairs >> np.uint8(4)], axis=2).reshape(len(rows), -1, 32)
    scale = (scales * both[:, :1]).astype(np.float16).reshape(len(rows), -1)
    # The grid has its zero at eight.
    offset = 8 * scale.astype(np.float32) - (minimums * both[:, 1:]).reshape(len(rows), -1)
    return numbers, scale, offset
