"""Whether an adapter fits a converted model, and how strongly it is applied. Knows no engine.

An adapter that changes nothing, or half of what it should, would look like one that works: every tensor must have its
place in the model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_server.errors import AdapterError
from inglenook_server.weights.file_record import altered, read

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"
_PREFIX = "base_model.model."
_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"


def match(adapter: Path, weights: Mapping[str, tuple[int, int]]) -> tuple[Path, float]:
    """The adapter's weights and its strength (lora_alpha / r), for a model whose projections have these shapes.

    `weights` has (out, in) by module name. Raises AdapterError unless each tensor belongs to one and has its shape, and
    where a file is not what was recorded when it was trained.
    """
    if wrong := altered(adapter, read(adapter) or {}):
        raise AdapterError(f"{wrong} of the adapter in {adapter} is not what was trained.", _MEND)
    alpha, rank = _strength(adapter)
    shapes = _shapes(adapter / WEIGHTS)
    if not shapes:
        raise AdapterError(f"The adapter in {adapter} has no weights.", _MEND)
    for tensor, shape in shapes.items():
        module, _, part = tensor.removeprefix(_PREFIX).removesuffix(".weight").rpartition(".")
        weight = weights.get(module)
        wanted = None
        if weight is not None and part in ("lora_A", "lora_B"):
            wanted = (rank, weight[1]) if part == "lora_A" else (weight[0], rank)
        if wanted != shape:
            raise AdapterError(
                f"The adapter in {adapter} was made for another model: {tensor} has no place in this one.", _MEND
            )
    return adapter / WEIGHTS, alpha / rank


_MEND = "inglenook adapters off, or train one for this model: inglenook adapt"


def _strength(adapter: Path) -> tuple[float, int]:
    try:
        config = json.loads((adapter / CONFIG).read_text(encoding="utf-8"))
        alpha, rank = float(config["lora_alpha"]), int(config["r"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AdapterError(f"{CONFIG} in {adapter} can't be read.", _MEND) from error
    if rank <= 0:
        raise AdapterError(f"{CONFIG} in {adapter} has rank {rank}.", _MEND)
    if config.get("use_rslora") or config.get("rank_pattern") or config.get("alpha_pattern"):
        raise AdapterError(f"The adapter in {adapter} uses a kind of scaling that can't be served.", _MEND)
    return alpha, rank


def _shapes(weights: Path) -> dict[str, tuple[int, ...]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(str(weights), framework="numpy") as file:
            return {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise AdapterError(f"{weights} can't be read: {error}.", _MEND) from error


def pairs(weights: Path) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """The matrices A (rank, in) and B (out, rank) of a file that `match` has checked, by module name."""
    import numpy as np
    from safetensors.numpy import load_file

    tensors = {name: tensor.astype(np.float32) for name, tensor in load_file(weights).items()}
    return {
        name.removeprefix(_PREFIX).removesuffix(_DOWN): (tensors[name], tensors[f"{name.removesuffix(_DOWN)}{_UP}"])
        for name in tensors
        if name.endswith(_DOWN)
    }
