"""Any safetensors checkpoint on PyTorch: the reference for correctness, the engine for GPUs, and what training loads.

Slower on a CPU than the OpenVINO engine. Keeps the KV caches of the last completion and the last chat and reads only
what differs from them. Knows nothing of where checkpoints and adapters come from.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inglenook_server.errors import GenerationError
from inglenook_server.generation.base import OnStep
from inglenook_server.generation.decoding import Reader
from inglenook_server.generation.free_memory import TORCH_FACTOR, check_memory
from inglenook_server.generation.kv_blocks import common
from inglenook_server.generation.local import LocalGenerator
from inglenook_server.generation.native_errors import failure
from inglenook_server.generation.prompts.prompter import Prompter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TORCH_EXTRA = "pip install 'inglenook[torch]'"
DRAFT_TOKENS = 5


def best_dtype(folder: Path) -> str:
    """The number format for running or training a checkpoint on this machine.

    bfloat16 where matrices of it are fast: on GPUs and CPUs with AMX. On other CPUs float32 takes two thirds of the
    time even where AVX-512 knows bfloat16 (2.2 against 3.3 s a row of 512 tokens, 135 million parameters), but twice
    the memory, so it is taken only if that is there. Its text also does not depend on what was in the KV cache.
    """
    import psutil

    torch = _torch()
    capabilities: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()
    if capabilities.get("amx_bf16") or torch.cuda.is_available() or torch.backends.mps.is_available():
        return "bfloat16"
    weights = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    needed = 3 * weights + 4 * 10**9  # both copies while it loads, and a row's activations
    return "float32" if psutil.virtual_memory().available > needed else "bfloat16"


def _torch() -> Any:
    try:
        import torch
        import transformers  # noqa: F401
    except ImportError as error:
        raise GenerationError("The transformers engine needs PyTorch, which is not installed.", TORCH_EXTRA) from error
    return torch


def _device(torch: Any) -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


class TorchGenerator(LocalGenerator):
    """A causal language model in PyTorch, with a peft adapter or without."""

    engine = "transformers"

    def __init__(
        self,
        folder: Path,
        name: str,
        adapter: Path | None = None,
        *,
        threads: int = 0,
        dtype: str = "",
        on_step: OnStep | None = None,
    ) -> None:
        """Load the checkpoint in `folder`; seconds. `dtype` is a torch type's name; empty chooses by `best_dtype`.

        Raises GenerationError; AdapterError when the adapter is damaged or was made for another model.
        """
        torch = _torch()
        from transformers import AutoModelForCausalLM
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        if adapter is not None:
            _require_model(adapter, name)
        if threads or torch.get_num_threads() > _cores():
            torch.set_num_threads(threads or _cores())
        check_safe(folder, name)
        device = _device(torch)
        if device == "cpu":
            check_memory(name, folder, "*.safetensors", TORCH_FACTOR)
        super().__init__(name, Prompter(folder, name), on_step)
        self._caches: dict[type | None, _Reader] = {}
        try:
            model = AutoModelForCausalLM.from_pretrained(
                folder,
                dtype=getattr(torch, dtype or best_dtype(folder)),
                local_files_only=True,
                use_safetensors=True,
                trust_remote_code=False,
            ).to(device)
        except (OSError, ValueError, RuntimeError, KeyError, MemoryError) as error:
            raise GenerationError(f"The checkpoint of {name} can't be loaded: {error}.") from error
        self._model: Any = model.eval()
        if adapter is not None:
            self.with_adapter(adapter)

    @property
    def model(self) -> Any:
        """The transformers or peft model. Raises GenerationError once closed."""
        if self._model is None:
            raise GenerationError("The model was unloaded.", "try again")
        return self._model

    def with_adapter(self, adapter: Path | None) -> TorchGenerator:
        """Change the adapter in place, without reading the base again, once what runs has ended; under a second.

        Cached keys and values go: they were made with the other weights.
        """
        from inglenook_server.weights.adapter_file import match

        if adapter is not None:
            _require_model(adapter, self.name)
        self._steps.enter_alone()
        try:
            model = self.model  # it may have been closed while this waited
            base = model.unload() if self.adapter else model
            self.adapter = ""
            self.forget()
            self._model = base
            if adapter is not None:
                match(adapter, {name: tuple(part.weight.shape) for name, part in base.named_modules() if _linear(part)})
                self._model = _with_adapter(base, adapter).eval()
                self.adapter = adapter.name
        finally:
            self._steps.leave()
        return self

    def forget(self) -> None:
        """Drop the KV caches: needed after the weights have changed."""
        self._caches.clear()

    @contextmanager
    def _reader(self, ids: list[int], kind: type | None) -> Iterator[Reader]:
        model = self.model
        # Given back only when the caller has left it whole.
        reader = self._caches.pop(kind, None) or _Reader(model)
        try:
            with _torch().inference_mode():
                reader.go_back(ids)
                yield reader
        except (RuntimeError, MemoryError) as error:
            raise failure(error) from error
        if kind is not None and model is self._model:
            self._caches[kind] = reader

    def _release(self) -> None:
        self._model = None
        self.forget()


class _Reader:
    """Keys and values of the tokens read last."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._forget()

    @property
    def _croppable(self) -> bool:
        """Whether tokens can be taken off the end: not where a sliding window has forgotten what was before."""
        return all(type(layer).__name__ == "DynamicLayer" for layer in self._values.layers)

    def go_back(self, ids: list[int]) -> None:
        """Keep what is a beginning of `ids`."""
        kept = common(self.ids, ids)
        if kept < len(self.ids):
            if kept and self._croppable:
                self.rewind(len(self.ids) - kept)
            else:
                self._forget()

    def read(self, ids: Sequence[int], keep: int) -> NDArray[np.float32]:
        torch = _torch()
        batch = torch.tensor([list(ids)], device=self._model.device)
        out = self._model(input_ids=batch, past_key_values=self._values, use_cache=True, logits_to_keep=keep)
        self.ids.extend(ids)
        logits: NDArray[np.float32] = out.logits[0].float().cpu().numpy()
        return logits

    def rewind(self, count: int) -> None:
        self._values.crop(-count)  # negative: so many tokens off the end
        del self.ids[-count:]

    def _forget(self) -> None:
        from transformers import DynamicCache

        self.ids: list[int] = []
        self._values = DynamicCache(config=self._model.config)
        self.draft = DRAFT_TOKENS if self._croppable else 0


def check_safe(folder: Path, name: str) -> None:
    """Raise GenerationError for a checkpoint that holds weights only as pickles, or wants its own code to run."""
    import json

    if folder.is_dir() and not any(folder.glob("*.safetensors")):
        pickles = any(folder.glob("*.bin")) or any(folder.glob("*.pt")) or any(folder.glob("*.pth"))
        why = "only as pickles, which can run code" if pickles else "not as safetensors"
        raise GenerationError(f"{name} has its weights {why}.", "convert it to safetensors first")
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise GenerationError(f"{folder} has no config.json that can be read.", "inglenook models list") from error
    if config.get("auto_map"):
        raise GenerationError(f"{name} wants code of its own to be run, which is never done.", "choose another model")


def _cores() -> int:
    import psutil

    return psutil.cpu_count(logical=False) or 1


def _linear(module: Any) -> bool:
    from torch import nn

    return isinstance(module, nn.Linear)


def _require_model(adapter: Path, name: str) -> None:
    """Hold an adapter of a workspace to its card; one that was trained elsewhere has none."""
    from inglenook_server.adapters.registry import CARD, require_model

    if (adapter / CARD).is_file():
        require_model(adapter, name)


def _with_adapter(model: Any, adapter: Path) -> Any:
    try:
        from peft import PeftModel
    except ImportError as error:
        raise GenerationError("Adapters on PyTorch need peft, which is not installed.", TORCH_EXTRA) from error
    with warnings.catch_warnings():  # peft asks transformers for attributes by their old names
        warnings.simplefilter("ignore", FutureWarning)
        return PeftModel.from_pretrained(model, str(adapter), local_files_only=True)
