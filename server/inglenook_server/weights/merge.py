"""A house adapter becomes part of a model's weights, before these are rounded: then it costs nothing a token.

Added to weights that are rounded already it would drown: rounding them a second time shifts each by a third of a step,
ten times what a trained adapter changes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from inglenook_indexer.embed.runtime import import_openvino

from inglenook_server.weights.adapter_file import match, pairs
from inglenook_server.weights.projections import named_projections, weight_shapes


def merge(model: Any, adapter: Path) -> None:
    """Add `adapter` to the 16-bit weights of an `openvino.Model`. Raises AdapterError where it was made for another."""
    import numpy as np

    openvino = import_openvino()
    products = named_projections(model)
    weights, strength = match(adapter, weight_shapes(products))
    for module, (down, up) in pairs(weights).items():
        constant = products[module].input(1).get_source_output().get_node().input(0).get_source_output().get_node()
        merged = constant.data.astype(np.float32) + strength * (up @ down)
        changed = openvino.op.Constant(merged.astype(np.float16))
        changed.set_friendly_name(constant.get_friendly_name())
        for port in constant.output(0).get_target_inputs():
            port.replace_source_output(changed.output(0))
