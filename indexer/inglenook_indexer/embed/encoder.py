"""The second tier's embedder: a BERT checkpoint (all-MiniLM-L6-v2) on OpenVINO. Knows nothing of where it came from.

The graph is built here, operation by operation, from the safetensors file: converting it would need torch. Mean pooling
over the tokens, then unit length, as sentence-transformers does for this model. What was taught it about code
(`adapter.py`) is merged in on the way.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inglenook_indexer.embed.adapter import merged
from inglenook_indexer.embed.runtime import import_openvino
from inglenook_indexer.errors import StorageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAX_TOKENS = 256  # what the model was trained with; later tokens are left out
_GROUP = 128  # inputs that share a scale when they are rounded to 8 bits: with all 384, NDCG falls by .009
_BATCH = 16  # texts in one inference: larger batches only add padding on a CPU


PATHS: dict[str, dict[str, Any]] = {
    "f32": {"INFERENCE_PRECISION_HINT": "f32"},
    "native": {},
    "int8": {"DYNAMIC_QUANTIZATION_GROUP_SIZE": _GROUP},
}
"""How products are made: in 32 bits; as the processor likes best (bfloat16 where it has that); with weights in 8
bits, and what they meet rounded to 8 bits on the way. `python -m tests.benchmarks encoder` compares them.
"""


class Encoder:
    """A loaded encoder. Thread-safe; each call makes its own inference request.

    `folder` holds config.json, tokenizer.json and model.safetensors, else StorageError; `path` is a key of PATHS.
    """

    def __init__(self, folder: Path, *, threads: int = 0, path: str = "native") -> None:
        try:
            self._config: dict[str, Any] = json.loads((folder / "config.json").read_text("utf-8"))
            self._tokenizer = _tokenizer(folder / "tokenizer.json")
            weights, adapter = merged(_load(folder / "model.safetensors"))
            self._model = _compile(weights, self._config, threads, path)
        except Exception as error:
            mend = "Run `inglenook models pull all-minilm-l6-v2`."
            raise StorageError(f"The encoder in {folder} can't be loaded ({type(error).__name__}).", mend) from error
        self.name = folder.name
        self.version = ("1-int8" if path == "int8" else "1") + (f"+{adapter}" if adapter else "")
        self.dimensions = int(self._config["hidden_size"])

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Rows of unit length, (len(texts), dimensions). Texts of like length share a batch; the order stays."""
        out = np.zeros((len(texts), self.dimensions), np.float32)
        encodings = self._tokenizer.encode_batch([text or " " for text in texts])
        order = sorted(range(len(texts)), key=lambda index: len(encodings[index].ids))
        request = self._model.create_infer_request()
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            width = max(len(encodings[index].ids) for index in batch)
            ids = np.zeros((len(batch), width), np.int64)
            mask = np.zeros((len(batch), width), np.float32)
            for row, index in enumerate(batch):
                found = encodings[index].ids
                ids[row, : len(found)] = found
                mask[row, : len(found)] = 1
            out[batch] = request.infer([ids, mask])[0]
        return out


def _tokenizer(file: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.enable_truncation(_MAX_TOKENS)
    tokenizer.no_padding()
    return tokenizer


def _load(file: Path) -> dict[str, NDArray[np.float32]]:
    from safetensors.numpy import load_file

    weights: dict[str, NDArray[np.float32]] = load_file(file)
    return weights


def _compile(weights: dict[str, NDArray[np.float32]], config: dict[str, Any], threads: int, path: str) -> Any:
    """Build and compile the graph: (ids, mask) -> unit vectors."""
    core = import_openvino().Core()
    settings: dict[str, Any] = {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": 1, **PATHS[path]}
    if threads:
        settings["INFERENCE_NUM_THREADS"] = threads
    return core.compile_model(_graph(weights, config, rounded=path == "int8"), "CPU", settings)


def _graph(weights: dict[str, NDArray[np.float32]], config: dict[str, Any], *, rounded: bool = False) -> Any:
    """BERT (Devlin et al., 2019) as OpenVINO operations; `rounded` has its dense layers' weights in 8 bits."""
    ops = import_openvino().opset13

    hidden, heads = int(config["hidden_size"]), int(config["num_attention_heads"])
    epsilon = float(config["layer_norm_eps"])

    def constant(value: Any, kind: type = np.int64) -> Any:
        return ops.constant(np.array(value, kind))

    def dense(x: Any, name: str) -> Any:
        matrix = weights[f"{name}.weight"]
        product = ops.matmul(x, _eight_bits(matrix) if rounded else ops.constant(matrix), False, True)
        return ops.add(product, ops.constant(weights[f"{name}.bias"]))

    def norm(x: Any, name: str) -> Any:
        scaled = ops.mvn(x, constant([-1]), True, epsilon, "INSIDE_SQRT")
        weighted = ops.multiply(scaled, ops.constant(weights[f"{name}.weight"]))
        return ops.add(weighted, ops.constant(weights[f"{name}.bias"]))

    def split_heads(x: Any) -> Any:
        apart = ops.reshape(x, constant([0, 0, heads, hidden // heads]), True)
        return ops.transpose(apart, constant([0, 2, 1, 3]))

    ids = ops.parameter([-1, -1], np.int64, name="ids")
    mask = ops.parameter([-1, -1], np.float32, name="mask")
    x = _embeddings(ids, weights)
    x = norm(x, "embeddings.LayerNorm")
    # Padding gets so low a score that its share of attention is nothing.
    distance = ops.multiply(ops.subtract(mask, constant(1.0, np.float32)), constant(1e9, np.float32))
    bias = ops.unsqueeze(distance, constant([1, 2]))
    for number in range(int(config["num_hidden_layers"])):
        layer = f"encoder.layer.{number}"
        query, key, value = (
            split_heads(dense(x, f"{layer}.attention.self.{part}")) for part in ("query", "key", "value")
        )
        attended = ops.scaled_dot_product_attention(query, key, value, bias)
        together = ops.reshape(ops.transpose(attended, constant([0, 2, 1, 3])), constant([0, 0, hidden]), True)
        attention = ops.add(x, dense(together, f"{layer}.attention.output.dense"))
        x = norm(attention, f"{layer}.attention.output.LayerNorm")
        inner = ops.gelu(dense(x, f"{layer}.intermediate.dense"), "ERF")
        x = norm(ops.add(x, dense(inner, f"{layer}.output.dense")), f"{layer}.output.LayerNorm")
    weight = ops.unsqueeze(mask, constant([2]))
    total = ops.reduce_sum(ops.multiply(x, weight), constant([1]))
    pooled = ops.divide(total, ops.reduce_sum(weight, constant([1])))
    return import_openvino().Model([ops.normalize_l2(pooled, constant([1]), 1e-12, "max")], [ids, mask], "encoder")


def _eight_bits(matrix: NDArray[np.float32]) -> Any:
    """A matrix in 8 bits with a scale for each output, in the form that the runtime knows how to compute with."""
    ops = import_openvino().opset13

    scale = np.maximum(np.abs(matrix).max(axis=1, keepdims=True) / 127, np.finfo(np.float32).tiny)
    small = np.clip(np.rint(matrix / scale), -127, 127).astype(np.int8)
    return ops.multiply(ops.convert(ops.constant(small), "f32"), ops.constant(scale.astype(np.float32)))


def _embeddings(ids: Any, weights: dict[str, NDArray[np.float32]]) -> Any:
    """Word, position and segment vectors, added."""
    ops = import_openvino().opset13

    zero = ops.constant(np.array(0, np.int64))
    words = ops.gather(ops.constant(weights["embeddings.word_embeddings.weight"]), ids, zero)
    one = ops.constant(np.array(1, np.int64))
    width = ops.gather(ops.shape_of(ids), one, zero)
    places = ops.range(zero, width, one, "i64")
    positions = ops.gather(ops.constant(weights["embeddings.position_embeddings.weight"]), places, zero)
    segment = ops.constant(weights["embeddings.token_type_embeddings.weight"][0])
    return ops.add(ops.add(words, positions), segment)
