"""A converted model with a paged key-value cache: tokens in, logits out. Knows no text, no sampling and no caller.

What OpenVINO GenAI does in its pipelines, one step lower: the same graph with the same attention kernels, but the
cache is ours, so that a prompt goes on at the very token where it differs from an earlier one, a wrong draft costs
nothing but its step, and any draft can be checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inglenook_indexer.embed.runtime import import_openvino, import_transformations
from inglenook_indexer.system.memory_limit import NO_MEMORY

from inglenook_server.errors import GenerationError
from inglenook_server.generation.free_memory import unload_mapped
from inglenook_server.generation.native_errors import failure
from inglenook_server.weights.projections import named_projections, weight_shapes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MODEL_FILE = "openvino_model.xml"
BLOCK_TOKENS = 32
"""Tokens in one block of the key-value cache, as the CPU plugin lays it out."""
CACHE_BLOCKS = 320
"""10,240 tokens, live prompts and kept ones together: 120-240 MB with the default models, once they are used. Of 16
bits a number: of eight, the runtime scales a block's keys anew with each token written to it, and what is generated
then depends on what was there before; with a scale for each token the default model loses 2.5 % of its perplexity."""
PROPERTIES: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY", "KV_CACHE_PRECISION": "f16"}
"""What the runtime is told. A processor with 16-bit products (AMX) uses them, and rounds a prompt that is read at once
otherwise than its last token alone: where two tokens are nearly as likely, the text may depend on that."""
ROWS = 4
"""Steps are filled up to a multiple of so many tokens. Whoever multiplies one row by a matrix waits for the matrix, so
that four rows take hardly longer (24.4 against 24.2 ms with the default model); and each change of the number costs
4 ms, in which the runtime lays out its buffers anew, the first time more. See tests/benchmarks/results/steps.md."""
_SAMPLED = "sampled_tokens_indices"


class PagedModel:
    """The model of one folder, compiled for the CPU. Not thread-safe."""

    def __init__(self, name: str, folder: Path, adapter: Path | None = None, *, threads: int = 0) -> None:
        """Load in 1-3 s. `adapter` is a folder written by peft. Raises GenerationError, AdapterError."""
        openvino = import_openvino()
        properties = dict(PROPERTIES)
        if threads:
            properties["INFERENCE_NUM_THREADS"] = threads
        try:
            model = openvino.Core().read_model(folder / MODEL_FILE)
            if adapter:
                _adapt(model, adapter)
            _page(model)
            self._request = openvino.Core().compile_model(model, "CPU", properties).create_infer_request()
            self._caches = self._allocate()
            # The first step packs the weights and compiles kernels; nobody should wait for that later.
            self.read([0] * ROWS, 0, [0], 1)
            unload_mapped((folder / MODEL_FILE).with_suffix(".bin"))
        except (RuntimeError, MemoryError) as error:
            why = failure(error)
            mend = why.mend if why.message == NO_MEMORY else f"inglenook models pull {name}"
            raise GenerationError(f"{name} could not be loaded: {why.message}", mend) from error

    def read(self, ids: Sequence[int], past: int, table: Sequence[int], keep: int) -> NDArray[np.float32]:
        """Read `ids` after `past` tokens in the cache; logits [keep, vocabulary] after the last `keep` of them.

        `table` has the numbers of the blocks that hold the sequence, with room for past + `padded`(ids). The logits
        are valid until the next call. Raises GenerationError.
        """
        import numpy as np

        openvino = import_openvino()
        count = len(ids)
        rows = padded(count)
        blocks = -(-(past + rows) // BLOCK_TOKENS)
        inputs = {
            "input_ids": np.array([*ids, *[0] * (rows - count)], np.int64),
            "position_ids": np.arange(past, past + rows, dtype=np.int64),
            "past_lens": np.array([past], np.int32),
            "subsequence_begins": np.array([0, rows], np.int32),
            "block_indices": np.array(table[:blocks], np.int32),
            "block_indices_begins": np.array([0, blocks], np.int32),
            "max_context_len": np.array(past + rows, np.int32),
            _SAMPLED: np.arange(count - keep, count, dtype=np.int64),
        }
        try:
            for name, value in inputs.items():
                self._request.set_tensor(name, openvino.Tensor(value))
            self._request.infer()
        except (RuntimeError, MemoryError) as error:
            raise failure(error) from error
        logits: NDArray[np.float32] = self._request.get_output_tensor(0).data
        return logits.reshape(keep, -1)

    def copy_block(self, source: int, target: int) -> None:
        """Make block `target` of the cache a copy of block `source`."""
        for cache in self._caches:
            cache[target] = cache[source]

    def _allocate(self) -> list[Any]:
        """The cache's tensors, one of keys and one of values a layer, each [block, ...]; memory comes when used."""
        openvino = import_openvino()
        views = []
        for port in self._request.get_compiled_model().inputs:
            if "cache." in port.get_any_name():
                _, *inner = port.get_partial_shape()
                shape = openvino.Shape([CACHE_BLOCKS, *(side.get_length() for side in inner)])
                tensor = openvino.Tensor(port.get_element_type(), shape)
                self._request.set_tensor(port.get_any_name(), tensor)
                views.append(tensor.data)
        return views


def padded(rows: int) -> int:
    """How many rows a step with so many tokens really has."""
    return -(-rows // ROWS) * ROWS


def _page(model: Any) -> None:
    """Give an `openvino.Model` that keeps its state a paged cache for inputs, and logits of chosen rows only."""
    import numpy as np

    ops = import_openvino().opset13
    import_transformations().paged_attention_transformation(model)
    head = model.get_results()[0]
    while head.get_type_name() != "MatMul":
        if not head.inputs():
            raise RuntimeError("The graph has no output matrix.")
        head = head.input(0).get_source_output().get_node()
    chosen = ops.parameter([-1], np.int64, name=_SAMPLED)
    chosen.output(0).get_tensor().set_names({_SAMPLED})
    rows = head.input(0).get_source_output()
    head.input(0).replace_source_output(ops.gather(rows, chosen, ops.constant(0)).output(0))
    model.add_parameters([chosen])
    model.validate_nodes_and_infer_types()


def _adapt(model: Any, adapter: Path) -> None:
    """Add the products of a low-rank adapter to those of an `openvino.Model`. Raises AdapterError."""
    from inglenook_server.weights.adapter_file import match, pairs

    ops = import_openvino().opset13
    products = named_projections(model)
    weights, strength = match(adapter, weight_shapes(products))
    for module, (down, up) in pairs(weights).items():
        product = products[module]
        consumers = list(product.output(0).get_target_inputs())
        narrow = ops.matmul(product.input(0).get_source_output(), ops.constant(down), False, True)
        change = ops.matmul(narrow, ops.constant(strength * up), False, True)
        both = ops.add(product.output(0), change)
        for port in consumers:
            port.replace_source_output(both.output(0))
