"""The OpenVINO engine: a converted model on the CPU, a paged cache that prompts share, drafts looked up in the text.

Knows nothing of downloads, retrieval or editors.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Many
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_server.generation.base import OnStep
from inglenook_server.generation.decoding import Reader
from inglenook_server.generation.free_memory import check_memory
from inglenook_server.generation.kv_blocks import Blocks, Sequence
from inglenook_server.generation.local import LocalGenerator
from inglenook_server.generation.openvino.paged_graph import BLOCK_TOKENS, CACHE_BLOCKS, ROWS, PagedModel, padded
from inglenook_server.generation.prompts.prompter import Prompter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 8_192
"""Tokens of one prompt with its answer, at most: room is left in the cache for a completion beside a long chat."""


class OpenVinoGenerator(LocalGenerator):
    """A model converted by `convert`, or exported by Optimum, loaded in this process."""

    engine = "openvino"

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        adapter: Path | None = None,
        threads: int = 0,
        prompter: Prompter | None = None,
        on_step: OnStep | None = None,
    ) -> None:
        """Load the model in `folder`, 1-3 s. `adapter` is a folder written by peft; it stays for the model's life.

        `prompter` is that of the same folder, where it has been read already.

        Raises GenerationError when the model can't be loaded or would not fit into memory, AdapterError when the
        adapter was not made for it.
        """
        check_memory(name, folder)
        super().__init__(name, prompter or Prompter(folder, name, most=LONGEST), on_step)
        self.adapter = adapter.name if adapter else ""
        self._folder = folder
        self._threads = threads
        self._model: PagedModel | None = PagedModel(name, folder, adapter, threads=threads)
        self._blocks = Blocks(CACHE_BLOCKS, BLOCK_TOKENS, self._model.copy_block)

    def with_adapter(self, adapter: Path | None) -> OpenVinoGenerator:
        """A second model from the same file, 1-3 s; its cache is its own, so no block is ever read across adapters."""
        return OpenVinoGenerator(
            self.name,
            self._folder,
            adapter=adapter,
            threads=self._threads,
            prompter=self._prompter,
            on_step=self._on_step,
        )

    @contextmanager
    def _reader(self, ids: list[int], kind: type | None) -> Iterator[Reader]:
        assert self._model is not None
        sequence = self._blocks.begin(ids)
        try:
            yield _Reader(self._model, self._blocks, sequence)
        finally:
            self._blocks.end(sequence)

    def _release(self) -> None:
        self._model = None
        self._blocks = Blocks(0, BLOCK_TOKENS, lambda source, target: None)


class _Reader:
    """A sequence of the cache that is read on."""

    draft = ROWS - 1

    def __init__(self, model: PagedModel, blocks: Blocks, sequence: Sequence) -> None:
        self._model = model
        self._blocks = blocks
        self._sequence = sequence
        self.ids = sequence.ids

    def read(self, ids: Many[int], keep: int) -> NDArray[np.float32]:
        self._blocks.make_room(self._sequence, padded(len(ids)))
        logits = self._model.read(ids, len(self.ids), self._sequence.table, keep)
        self.ids.extend(ids)
        return logits

    def rewind(self, count: int) -> None:
        del self.ids[-count:]
