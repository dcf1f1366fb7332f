"""What all weights of a group have in common as a product of its own: with the sums of the inputs, group by group.

(numbers * scale + offset) @ x = (numbers * scale) @ x + offset @ sums(x). The second product has a column for each
group of 32, so that it costs a 32nd; the first stays one that the engine multiplies by without unpacking it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from inglenook_indexer.embed.runtime import import_openvino

from inglenook_server.weights.quantize import Grid, pack, unpacking

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def add_offsets(products: Mapping[str, Any], offsets: Mapping[str, NDArray[np.float32]]) -> None:
    """Add `offsets` (rows, groups) to the products of an `openvino.Model`, both by module.

    The products' inputs have their true shapes. Sums are made once for all products with the same input.
    """
    ops = import_openvino().opset13
    sums: dict[tuple[str, int], Any] = {}
    for module, offset in offsets.items():
        product = products[module]
        given = product.input(0).get_source_output()
        key = given.get_node().get_friendly_name(), given.get_index()
        if key not in sums:
            sums[key] = _sums(given, offset.shape[1])
        consumers = list(product.output(0).get_target_inputs())
        # Eight bits suffice for them, and are a quarter bit a weight.
        stored = unpacking(pack([offset], offset.shape, Grid(8)), f"{module}.offset")
        both = ops.add(product.output(0), ops.matmul(sums[key], stored, False, True))
        for port in consumers:
            port.replace_source_output(both.output(0))


def _sums(given: Any, groups: int) -> Any:
    """Of an output [batch, tokens, width] the sums of its groups [batch, tokens, groups]."""
    import numpy as np

    ops = import_openvino().opset13
    cut = ops.reshape(given, ops.constant(np.array([0, 0, groups, -1], np.int64)), True)
    return ops.reduce_sum(cut, ops.constant(np.array([-1], np.int64)), False)
