"""What the encoder was taught about code: a low-rank change of its weights, shipped in the package.

Merged when a checkpoint is loaded (W + B A, a fraction of a second in numpy), and into the checkpoint it was trained on
only: any other is left as it is. indexer/MODELS.md is its card. Knows nothing of OpenVINO or of where checkpoints are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ASSET = Path(__file__).parent.parent / "assets" / "minilm-code.npz"
VERSION = "code-1"
"""Of the adapter: a checkpoint with it gives other vectors than without."""

_KNOWN_BY = ("encoder.layer.0.attention.self.query.weight", "encoder.layer.5.output.dense.weight")
_FINGERPRINT = "fingerprint"


def fingerprint(weights: Mapping[str, NDArray[np.float32]]) -> str:
    """What a checkpoint is known by: a hash of two of its matrices; empty where it lacks them."""
    if any(name not in weights for name in _KNOWN_BY):
        return ""
    found = hashlib.blake2b(digest_size=16)
    for name in _KNOWN_BY:
        found.update(np.ascontiguousarray(weights[name], np.float32).tobytes())
    return found.hexdigest()


def merged(weights: dict[str, NDArray[np.float32]], asset: Path = ASSET) -> tuple[dict[str, NDArray[np.float32]], str]:
    """(weights with the adapter, its version), or the same weights and an empty version where it does not belong."""
    with np.load(asset) as data:
        if bytes(data[_FINGERPRINT]).decode() != fingerprint(weights):
            return weights, ""
        out = dict(weights)
        for key in data.files:
            name, _, side = key.rpartition(".")
            if side == "a":
                change = data[f"{name}.b"].astype(np.float32) @ data[key].astype(np.float32)
                out[f"{name}.weight"] = weights[f"{name}.weight"] + change
    return out, VERSION


def pack(
    changes: Mapping[str, NDArray[np.float32]], rank: int, base: Mapping[str, NDArray[np.float32]], asset: Path
) -> float:
    """Write matrices to be added to `base`'s weights, each as its best approximation of `rank`, in float16.

    Returns the share of their squared length that was kept. `indexer/scripts/pack_adapter.py` calls it.
    """
    arrays: dict[str, NDArray[np.generic]] = {_FINGERPRINT: np.frombuffer(fingerprint(base).encode(), np.uint8)}
    whole = kept = 0.0
    for name, change in changes.items():
        left, values, right = np.linalg.svd(change, full_matrices=False)
        root = np.sqrt(values[:rank])
        arrays[f"{name}.b"] = (left[:, :rank] * root).astype(np.float16)
        arrays[f"{name}.a"] = (root[:, None] * right[:rank]).astype(np.float16)
        whole, kept = whole + float((values**2).sum()), kept + float((values[:rank] ** 2).sum())
    np.savez(asset, **arrays)  # type: ignore[arg-type]
    return kept / whole
