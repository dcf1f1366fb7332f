"""The matrix products of a converted model by the names PyTorch has for them. Knows no adapter and no file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from inglenook_server.errors import ModelError

PROJECTIONS = (
    "self_attn.q_proj",
    "self_attn.k_proj",
    "self_attn.v_proj",
    "self_attn.o_proj",
    "mlp.gate_proj",
    "mlp.up_proj",
    "mlp.down_proj",
)
"""The order in which OpenVINO GenAI's GGUF reader makes the products of one layer."""
_PREFIX, _SUFFIX = "__module.", "/ov_ext::linear/MatMul"


def name_projections(model: Any, layers: int) -> None:
    """Give the matrix products of an `openvino.Model` the names PyTorch's tracing gives them, which LoRA is matched by.

    They are told apart by the order of their making, which the number in the automatic name keeps: seven a layer, the
    output last. Raises ModelError when the graph does not have that shape.
    """
    products = [
        node
        for node in model.get_ops()
        if node.get_type_name() == "MatMul" and len(node.input(1).get_partial_shape()) == 2
    ]
    products.sort(key=lambda node: int(re.sub(r"\D", "", node.get_friendly_name()) or 0))
    expected = layers * len(PROJECTIONS) + 1
    if len(products) != expected:
        raise ModelError(f"The model has {len(products)} matrix products where {expected} were expected.")
    for number, node in enumerate(products[:-1]):
        layer, place = divmod(number, len(PROJECTIONS))
        node.set_friendly_name(node_name(f"model.layers.{layer}.{PROJECTIONS[place]}"))
    products[-1].set_friendly_name(node_name("lm_head"))


def named_projections(model: Any) -> dict[str, Any]:
    """The matrix products of an `openvino.Model` that have such a name, by their PyTorch module."""
    return {
        module: node
        for node in model.get_ops()
        if node.get_type_name() == "MatMul" and (module := _module_name(node.get_friendly_name()))
    }


def weight_shapes(products: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """(out, in) of the weights of each product."""
    return {module: tuple(product.input(1).get_partial_shape().to_shape()) for module, product in products.items()}


def node_name(module: str) -> str:
    """The graph node of a PyTorch module such as `model.layers.0.mlp.up_proj`."""
    return f"{_PREFIX}{module}{_SUFFIX}"


def _module_name(node: str) -> str:
    """The PyTorch module of a graph node, or empty: the reverse of `node_name`."""
    if not (node.startswith(_PREFIX) and node.endswith(_SUFFIX)):
        return ""
    return node[len(_PREFIX) : -len(_SUFFIX)]
