"""Adapters against a small graph whose two projections have their names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from inglenook_indexer.embed.runtime import import_openvino
from inglenook_server.errors import AdapterError
from inglenook_server.weights.adapter_file import match
from inglenook_server.weights.projections import named_projections, node_name, weight_shapes
from safetensors.numpy import save_file

Shapes = dict[str, tuple[int, int]]
Q = "base_model.model.model.layers.0.self_attn.q_proj"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Shapes:
    openvino = import_openvino()
    ops = openvino.opset13

    x = ops.parameter([-1, 8], np.float32)
    product = ops.matmul(x, ops.constant(np.ones((6, 8), dtype=np.float32)), False, True)
    product.set_friendly_name(node_name("model.layers.0.self_attn.q_proj"))
    path = tmp_path_factory.mktemp("graph") / "openvino_model.xml"
    openvino.save_model(openvino.Model([product], [x]), path, compress_to_fp16=False)
    return weight_shapes(named_projections(openvino.Core().read_model(path)))


def write(folder: Path, tensors: dict[str, tuple[int, ...]], **config: Any) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "adapter_config.json").write_text(json.dumps({"r": 2, "lora_alpha": 4, **config}))
    save_file(
        {name: np.zeros(shape, dtype=np.float32) for name, shape in tensors.items()},
        folder / "adapter_model.safetensors",
    )
    return folder


FITTING = {f"{Q}.lora_A.weight": (2, 8), f"{Q}.lora_B.weight": (6, 2)}


def test_one_that_fits_gives_its_strength(model: Shapes, tmp_path: Path) -> None:
    weights, strength = match(write(tmp_path / "a", FITTING), model)
    assert weights.is_file()
    assert strength == 2.0


@pytest.mark.parametrize(
    "tensors",
    [
        {f"{Q}.lora_A.weight": (2, 9), f"{Q}.lora_B.weight": (6, 2)},
        {f"{Q}.lora_A.weight": (3, 8), f"{Q}.lora_B.weight": (6, 3)},
        {**FITTING, "base_model.model.model.layers.1.self_attn.q_proj.lora_A.weight": (2, 8)},
        {**FITTING, "base_model.model.model.embed_tokens.weight": (9, 8)},
        {},
    ],
    ids=["width", "rank", "layer", "kind", "nothing"],
)
def test_any_tensor_without_a_place_is_an_error(model: Shapes, tmp_path: Path, tensors: dict[str, Any]) -> None:
    with pytest.raises(AdapterError) as caught:
        match(write(tmp_path / "a", tensors), model)
    assert "inglenook adapters off" in caught.value.mend


@pytest.mark.parametrize("config", [{"r": 0}, {"r": "two"}, {"use_rslora": True}, {"alpha_pattern": {"q": 1}}])
def test_a_scaling_that_can_not_be_served_is_refused(model: Shapes, tmp_path: Path, config: dict[str, Any]) -> None:
    with pytest.raises(AdapterError):
        match(write(tmp_path / "a", FITTING, **config), model)


def test_a_damaged_one_is_a_sentence(model: Shapes, tmp_path: Path) -> None:
    folder = write(tmp_path / "a", FITTING)
    (folder / "adapter_model.safetensors").write_bytes(b"cut short")
    with pytest.raises(AdapterError, match="can't be read"):
        match(folder, model)
    with pytest.raises(AdapterError, match="can't be read"):
        match(tmp_path / "nowhere", model)
