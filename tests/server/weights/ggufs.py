"""Tiny GGUF files of random weights that OpenVINO builds a graph of."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, quants
from numpy.typing import NDArray

from tests.server.generation.prompts.test_tokens import fields

HIDDEN, FFN, HEADS, KV_HEADS, LAYERS = 256, 288, 4, 2, 2


def keys(architecture: str) -> dict[str, Any]:
    """The keys of such a file but for its architecture."""
    described = {key: value for key, value in fields().items() if key.startswith("tokenizer.")}
    return {
        **described,
        "general.file_type": 1,
        f"{architecture}.context_length": 128,
        f"{architecture}.embedding_length": HIDDEN,
        f"{architecture}.feed_forward_length": FFN,
        f"{architecture}.block_count": LAYERS,
        f"{architecture}.attention.head_count": HEADS,
        f"{architecture}.attention.head_count_kv": KV_HEADS,
        f"{architecture}.attention.layer_norm_rms_epsilon": 1e-5,
        f"{architecture}.rope.freq_base": 10_000.0,
    }


def weights(*, output: bool = False) -> dict[str, NDArray[np.float32]]:
    """Random weights by tensor; `output` gives the output a matrix of its own."""
    random = np.random.default_rng(0)
    vocabulary = len(fields()["tokenizer.ggml.tokens"])
    shapes: dict[str, tuple[int, ...]] = {"token_embd": (vocabulary, HIDDEN), "output_norm": (HIDDEN,)}
    shapes |= {"output": (vocabulary, HIDDEN)} if output else {}
    key_rows = HIDDEN // HEADS * KV_HEADS
    for layer in range(LAYERS):
        at = f"blk.{layer}."
        shapes |= {f"{at}attn_norm": (HIDDEN,), f"{at}ffn_norm": (HIDDEN,)}
        shapes |= {f"{at}attn_q": (HIDDEN, HIDDEN), f"{at}attn_output": (HIDDEN, HIDDEN)}
        shapes |= dict.fromkeys((f"{at}attn_k", f"{at}attn_v"), (key_rows, HIDDEN))
        shapes |= dict.fromkeys((f"{at}ffn_gate", f"{at}ffn_up"), (FFN, HIDDEN)) | {f"{at}ffn_down": (HIDDEN, FFN)}
    return {f"{name}.weight": random.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}


def random_q4_k(rows: int, width: int) -> NDArray[np.uint8]:
    """Random blocks of Q4_K, which Python's GGUF library reads but does not write: weights from -0.3 to 0.3 or so."""
    random = np.random.default_rng(rows + width)
    blocks = random.integers(0, 256, (rows * width // 256, 144)).astype(np.uint8)
    scales = np.array([0.02 / 32, 0.1 / 32], np.float16)  # of the scales, and of the minimums
    blocks[:, :4] = scales.view(np.uint8)
    return blocks.reshape(rows, -1)


def write(
    path: Path,
    tensors: Mapping[str, NDArray[np.float32]],
    kinds: Mapping[str, str],
    architecture: str = "llama",
    **changes: Any,
) -> Path:
    """Write the file; `kinds` says the GGML type by a part of a matrix's name, "" for the rest. Vectors are F32."""
    writer = GGUFWriter(path, architecture)
    for key, value in {**keys(architecture), **changes}.items():
        if isinstance(value, list):
            writer.add_array(key, value)
        elif isinstance(value, str):
            writer.add_string(key, value)
        elif isinstance(value, float):
            writer.add_float32(key, value)
        else:
            writer.add_uint32(key, value)
    for name, values in tensors.items():
        kind = "F32" if values.ndim == 1 else next(kind for part, kind in kinds.items() if part in name)
        target = GGMLQuantizationType[kind]
        stored = random_q4_k(*values.shape) if kind == "Q4_K" else quants.quantize(values, target)
        writer.add_tensor(name, stored, raw_dtype=target)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
