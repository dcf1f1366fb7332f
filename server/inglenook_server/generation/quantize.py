"""Rounding weights to four bits so that OpenVINO reads back what was written. Pure numpy; knows no file.

GGML's Q4_1 keeps a scale and a minimum per block of 32 weights. OpenVINO's reader keeps the scale, and instead of the
minimum a zero point that is itself rounded to four bits: an ordinary Q4_1 block loses half a step of accuracy there
(measured on SmolLM2-135M: 0.26 nats a token). Here the zero point is a whole number from the start, and the scale is
the one of several that loses least.
"""

from __future__ import annotations

from typing import Any

BLOCK = 32
"""Weights that share a scale and a zero point."""
SHRINK = (1.0, 0.95, 0.9, 0.85, 0.8)
"""Scales tried, as a share of the block's range: cutting off an outlier serves the other 31 weights."""


def quantize_q4_1(weights: Any) -> Any:
    """Float weights of shape (rows, columns) as Q4_1 bytes of shape (rows, columns / 32 x 20)."""
    import numpy as np

    rows, columns = weights.shape
    blocks = np.ascontiguousarray(weights, dtype=np.float32).reshape(-1, BLOCK)
    low = np.minimum(blocks.min(axis=1, keepdims=True), 0)
    high = np.maximum(blocks.max(axis=1, keepdims=True), 0)
    best_loss = np.full((len(blocks), 1), np.inf, dtype=np.float32)
    best_scale = np.zeros_like(best_loss)
    best_zero = np.zeros_like(best_loss)
    best_codes = np.zeros(blocks.shape, dtype=np.uint8)
    for share in SHRINK:
        scale = ((high - low) * np.float32(share / 15)).astype(np.float16).astype(np.float32)
        inverse = np.divide(1, scale, out=np.zeros_like(scale), where=scale > 0)
        zero = np.clip(np.rint(-low * np.float32(share) * inverse), 0, 15)
        codes = np.clip(np.rint(blocks * inverse) + zero, 0, 15)
        loss = np.square((codes - zero) * scale - blocks).sum(axis=1, keepdims=True)
        better = loss < best_loss
        best_loss = np.where(better, loss, best_loss)
        best_scale = np.where(better, scale, best_scale)
        best_zero = np.where(better, zero, best_zero)
        best_codes = np.where(better, codes.astype(np.uint8), best_codes)
    packed = best_codes[:, : BLOCK // 2] | (best_codes[:, BLOCK // 2 :] << 4)
    header = np.concatenate([best_scale, -best_zero * best_scale], axis=1).astype(np.float16)
    return np.concatenate([header.view(np.uint8), packed], axis=1).reshape(rows, columns // BLOCK * 20)
