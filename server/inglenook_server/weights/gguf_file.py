"""A GGUF file: its keys, its vectors, and its matrices a few rows at a time, by the names PyTorch has for them.

Nothing of a matrix stays in memory, and no page of the file stays mapped: a file may be larger than the memory. Knows
no graph and no grid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inglenook_server.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ROWS = 1024
"""Rows read at once: some megabytes."""
_MODULES = {
    "token_embd": "model.embed_tokens",
    "output": "lm_head",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
_PAIRED = {"attn_q": "head_count", "attn_k": "head_count_kv"}
"""Matrices whose rows a file of the architecture "llama" has in pairs, and the key that tells their heads."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """One matrix of weights in a file."""

    tensor: str
    """Its name in the file, as in "blk.3.ffn_up.weight"."""
    module: str
    """Its name in PyTorch, as in "model.layers.3.mlp.up_proj"."""
    kind: str
    """Its GGML type."""
    shape: tuple[int, int]
    """(out, in)."""
    path: Path
    offset: int
    row_bytes: int
    heads: int = 0
    """Heads whose rows stand in pairs (0, half, 1, half + 1, ...) in the file, and in halves everywhere else; or 0."""

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self.shape[0] * self.row_bytes

    def stored(self) -> Iterator[NDArray[np.uint8]]:
        """The rows as the file has them, (rows, bytes), some at a time."""
        import numpy as np

        for at in range(0, self.shape[0], ROWS):
            yield self._at(np.arange(at, min(at + ROWS, self.shape[0])))

    def values(self) -> Iterator[NDArray[np.float32]]:
        """The rows as numbers, (rows, in), some at a time."""
        for rows in self.stored():
            yield self._numbers(rows)

    def values_at(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """The rows with these numbers, as numbers."""
        return self._numbers(self._at(rows))

    def _at(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        import numpy as np

        if self.heads:
            rows = np.arange(self.shape[0]).reshape(self.heads, -1, 2).swapaxes(1, 2).ravel()[rows]
        # Mapped for this read alone, so that the pages are given back.
        mapped = np.memmap(self.path, np.uint8, "r", self.offset, (self.shape[0], self.row_bytes))
        return np.array(mapped[rows])

    def _numbers(self, rows: NDArray[np.uint8]) -> NDArray[np.float32]:
        import numpy as np
        from gguf import GGMLQuantizationType, quants

        return np.asarray(quants.dequantize(rows, GGMLQuantizationType[self.kind]), np.float32)


class GgufFile:
    """What one file holds."""

    fields: dict[str, Any]
    """Values by key."""
    kinds: dict[str, tuple[Any, Any]]
    """The type of each value, and of its items where it is a list."""
    architecture: str
    layers: int
    vectors: dict[str, NDArray[np.float32]]
    """Norms and biases by their name in the file."""
    matrices: tuple[Matrix, ...]
    """Those that a decoder has; others are left out."""

    def __init__(self, path: Path) -> None:
        """Read the file's head and its vectors. Raises ModelError."""
        from gguf import GGUFReader

        try:
            self._read(path, GGUFReader(path))
        except (ValueError, KeyError, IndexError, OverflowError, TypeError) as error:
            raise ModelError(f"{path.name} is not a readable GGUF file: {error}.") from error

    def _read(self, path: Path, reader: Any) -> None:
        import numpy as np
        from gguf import quants

        self.fields = {key: field.contents() for key, field in reader.fields.items()}
        self.kinds = {key: (field.types[0], field.types[-1]) for key, field in reader.fields.items() if field.types}
        self.architecture = str(self.fields["general.architecture"])
        self.layers = int(self.fields[f"{self.architecture}.block_count"])
        self.vectors, matrices = {}, []
        for tensor in reader.tensors:
            if len(tensor.shape) == 1:
                values = quants.dequantize(tensor.data, tensor.tensor_type)
                self.vectors[tensor.name] = np.array(values, np.float32)
            elif len(tensor.shape) == 2 and (module := _module(tensor.name)):
                width, rows = (int(side) for side in tensor.shape)
                matrices.append(
                    Matrix(
                        tensor=tensor.name,
                        module=module,
                        kind=tensor.tensor_type.name,
                        shape=(rows, width),
                        path=path,
                        offset=int(tensor.data_offset),
                        row_bytes=int(tensor.n_bytes) // rows,
                        heads=self._heads(tensor.name),
                    )
                )
        self.matrices = tuple(matrices)

    def _heads(self, tensor: str) -> int:
        key = _PAIRED.get(tensor.split(".")[-2])
        if key is None or self.architecture != "llama":
            return 0
        heads = f"{self.architecture}.attention."
        return int(self.fields.get(f"{heads}{key}", self.fields[f"{heads}head_count"]))


def _module(tensor: str) -> str:
    """The module in PyTorch whose weights a tensor has, or empty."""
    found = re.fullmatch(r"(?:blk\.(\d+)\.)?(\w+)\.weight", tensor)
    name = _MODULES.get(found[2], "") if found else ""
    if not found or not name:
        return ""
    return f"model.layers.{found[1]}.{name}" if found[1] else name
