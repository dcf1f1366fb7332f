from __future__ import annotations

import numpy as np
import pytest
from inglenook_server.weights.quantize import ROWS, Grid, pack


@pytest.mark.parametrize("name", ["int8", "int8-32", "int4-32", "int4-sym-16"])
@pytest.mark.parametrize("cuts", [[], [1], [ROWS], [ROWS - 1, ROWS, 2 * ROWS + 3]])
def test_a_matrix_is_rounded_alike_however_its_rows_come(name: str, cuts: list[int]) -> None:
    grid = Grid.parse(name)
    weights = np.random.default_rng(0).normal(0, 0.1, (3 * ROWS + 5, 64)).astype(np.float32)
    whole = pack([weights], weights.shape, grid)
    parts = pack(np.split(weights, cuts), weights.shape, grid)
    for one, other in ((whole.numbers, parts.numbers), (whole.scale, parts.scale), (whole.zero, parts.zero)):
        assert np.array_equal(one, other)
    step = whole.scale.astype(np.float32).max()
    assert np.abs(whole.unpack() - weights).max() <= (0.51 if grid.bits == 8 else 2) * step
