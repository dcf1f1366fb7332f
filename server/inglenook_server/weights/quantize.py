"""Weights on a coarser grid: pure arithmetic on arrays, and the graph nodes that undo it. Knows no model and no file.

A row of a weight matrix is cut into groups, and each group has a scale and, where the grid is asymmetric, a zero point.
The nodes have the shape that OpenVINO's CPU plugin multiplies by without ever unpacking the matrix in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHRINK_STEPS = 8
SHRINK_LEAST = 0.75
"""Of a group of four-bit weights this many ranges are tried, from the whole down to this much of it."""
ROWS = 128
"""Rows rounded at once: what is worked on stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How finely one matrix is stored."""

    bits: int
    """4 or 8."""
    group: int = 0
    """Weights that share a scale; 0 is a whole row."""
    symmetric: bool = False

    @classmethod
    def parse(cls, text: str) -> Grid:
        """From "int8", "int4-64" or "int4-sym-128". Raises ValueError."""
        parts = text.split("-")
        bits = {"int4": 4, "int8": 8}.get(parts[0], 0)
        symmetric = "sym" in parts[1:]
        groups = [int(part) for part in parts[1:] if part != "sym"]
        if not bits or len(groups) > 1:
            raise ValueError(f"no grid is called {text}")
        return cls(bits, groups[0] if groups else 0, symmetric)

    def fits(self, width: int) -> bool:
        """Whether rows of `width` weights can be cut into its groups."""
        return not self.group or width % self.group == 0


@dataclass(frozen=True, slots=True)
class Packed:
    """A rounded matrix: (numbers - zero) * scale, group by group."""

    numbers: NDArray[np.uint8]
    """(rows, groups, group), one number a byte."""
    scale: NDArray[np.float16]
    """(rows, groups, 1)."""
    zero: NDArray[np.uint8]
    """(rows, groups, 1); the middle of the range throughout where the grid is symmetric."""
    grid: Grid

    def unpack(self) -> NDArray[np.float32]:
        """The matrix as it will be multiplied by, (rows, width)."""
        import numpy as np

        values = (self.numbers.astype(np.float32) - self.zero) * self.scale.astype(np.float32)
        return np.asarray(values.reshape(len(values), -1))


def pack(parts: Iterable[NDArray[np.float32]], shape: tuple[int, int], grid: Grid) -> Packed:
    """Round a matrix of `shape` (rows, width), whose rows come in `parts`, to `grid`.

    Four-bit groups get the range with the least squared error.
    """
    import numpy as np

    rows, width = shape
    group = grid.group or width
    numbers = np.empty((rows, width // group, group), np.uint8)
    scale = np.empty((rows, width // group, 1), np.float16)
    zero = np.empty(scale.shape, np.uint8)
    at = 0
    for part in parts:
        for start in range(0, len(part), ROWS):
            some = part[start : start + ROWS]
            here = slice(at, at + len(some))
            numbers[here], scale[here], zero[here] = _pack(some, grid)
            at += len(some)
    return Packed(numbers, scale, zero, grid)


def _pack(weights: NDArray[np.float32], grid: Grid) -> tuple[NDArray[np.uint8], NDArray[np.float16], NDArray[np.uint8]]:
    import numpy as np

    groups = weights.reshape(len(weights), -1, grid.group or weights.shape[1])
    best: tuple[Any, Any, Any] | None = None
    least: Any = None
    steps = np.linspace(1, SHRINK_LEAST, SHRINK_STEPS) if grid.bits == 4 else (1.0,)
    for shrink in steps:
        found = _round(groups, grid, float(shrink))
        error = (((found[0] - found[2].astype(np.float32)) * found[1].astype(np.float32) - groups) ** 2).sum(
            -1, keepdims=True
        )
        if best is None:
            best, least = found, error
            continue
        better = error < least
        best = tuple(np.where(better, new, old) for new, old in zip(found, best, strict=True))
        least = np.where(better, error, least)
    assert best is not None
    return best[0].astype(np.uint8), best[1], best[2]


def _round(groups: NDArray[np.float32], grid: Grid, shrink: float) -> tuple[Any, Any, Any]:
    """Numbers (as floats), scales and zero points with the groups' ranges made narrower by the factor `shrink`."""
    import numpy as np

    top = (1 << grid.bits) - 1
    if grid.symmetric:
        # The extreme of the larger sign takes the number that the other sign lacks.
        low, high = groups.min(-1, keepdims=True), groups.max(-1, keepdims=True)
        extreme = np.where(-low >= high, low, high)
        scale = (-extreme * shrink / ((top + 1) // 2)).astype(np.float16)
        zero = np.full(scale.shape, (top + 1) // 2, np.uint8)
    else:
        low = np.minimum(groups.min(-1, keepdims=True), 0) * shrink
        high = np.maximum(groups.max(-1, keepdims=True), 0) * shrink
        scale = ((high - low) / top).astype(np.float16)
        safe = np.where(scale == 0, 1, scale.astype(np.float32))
        zero = np.clip(np.round(-low / safe), 0, top).astype(np.uint8)
    safe = np.where(scale == 0, 1, scale.astype(np.float32))
    numbers = np.clip(np.round(groups / safe) + zero, 0, top)
    return numbers, scale, zero


def unpacking(packed: Packed, name: str) -> Any:
    """An `openvino.Output` of float32 (rows, width) that unpacks `packed`; the constants are called after `name`."""
    import numpy as np
    from inglenook_indexer.embed.runtime import import_openvino

    openvino = import_openvino()
    ops = openvino.opset13
    rows, groups, group = packed.numbers.shape
    whole = groups == 1
    shape = [rows, group] if whole else [rows, groups, group]
    thin = [rows, 1] if whole else [rows, groups, 1]
    if packed.grid.symmetric:
        half = 1 << (packed.grid.bits - 1)
        kind = openvino.Type.i4 if packed.grid.bits == 4 else openvino.Type.i8
        numbers = (packed.numbers.astype(np.int16) - half).astype(np.int8).view(np.uint8)
    else:
        kind = openvino.Type.u4 if packed.grid.bits == 4 else openvino.Type.u8
        numbers = packed.numbers
    values = ops.convert(_constant(numbers, shape, kind, name), np.float16)
    if not packed.grid.symmetric:
        zero = ops.convert(_constant(packed.zero, thin, kind, f"{name}/zero_point"), np.float16)
        values = ops.subtract(values, zero)
    values = ops.multiply(values, ops.constant(packed.scale.reshape(thin)))
    if not whole:
        values = ops.reshape(values, ops.constant(np.array([rows, groups * group], np.int64)), False)
    return ops.convert(values, np.float32).output(0)


def _constant(numbers: NDArray[np.uint8], shape: list[int], kind: Any, name: str) -> Any:
    import numpy as np
    from inglenook_indexer.embed.runtime import import_openvino

    openvino = import_openvino()
    flat: NDArray[Any] = numbers.reshape(-1)
    if kind in (openvino.Type.u4, openvino.Type.i4):
        if len(flat) % 2:
            flat = np.append(flat, np.uint8(0))
        flat = (flat[0::2] & 15) | (flat[1::2] << 4)  # the first in the low half
    else:
        flat = flat.view(np.int8) if kind == openvino.Type.i8 else flat
    tensor = openvino.Tensor(np.ascontiguousarray(flat), openvino.Shape(shape), kind)
    constant = openvino.op.Constant(tensor, False)  # a copy: the array dies with this call
    constant.set_friendly_name(name)
    return constant
