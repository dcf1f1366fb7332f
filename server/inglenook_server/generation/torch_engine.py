"""Any safetensors checkpoint on PyTorch: the reference for correctness, the engine for GPUs, and what training loads.

Slower on a CPU than the OpenVINO engine. Keeps the KV caches of the last completion and the last chat and reads only
what differs from them. Knows nothing of where checkpoints and adapters come from.
"""

from __future__ import annotations

import time
import warnings
from pathlib import Path
from typing import Any

from inglenook_server.errors import GenerationError
from inglenook_server.generation.base import (
    Cancelled,
    Generation,
    Infill,
    OnText,
    Options,
    Prompt,
    Usage,
    mean,
)
from inglenook_server.generation.batching import failure
from inglenook_server.generation.memory import TORCH_FACTOR, check_memory
from inglenook_server.generation.prompter import Prompter
from inglenook_server.generation.torch_run import Cache, Run
from inglenook_server.generation.turns import Turns

TORCH_EXTRA = "pip install 'inglenook[torch]'"


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


class TorchGenerator:
    """A causal language model in PyTorch, with a peft adapter or without."""

    engine = "transformers"

    def __init__(
        self, folder: Path, name: str, adapter: Path | None = None, *, threads: int = 0, dtype: str = ""
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
        self.name = name
        self.adapter = ""
        self._prompter = Prompter(folder, name)
        self.tokenizer = self._prompter.tokenizer
        self._turns = Turns()
        self._caches: dict[type, Cache] = {}
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
            raise GenerationError(f"{self.name} is closed.", "try again")
        return self._model

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together."""
        return self._prompter.context_length

    @property
    def infills(self) -> bool:
        """Whether the vocabulary has fill-in-the-middle tokens."""
        return self._prompter.infills

    def count(self, text: str) -> int:
        """Tokens in `text`, without special ones."""
        return self._prompter.count(text)

    def render(self, prompt: Prompt) -> str:
        """The exact text the model sees for `prompt`, sentinels included; what is healed is not in it."""
        return self._prompter.render(prompt)

    def generate(
        self,
        prompt: Prompt,
        options: Options,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
    ) -> Generation:
        """Generate; a completion goes before a chat, between two of its tokens. Raises GenerationError."""
        torch = _torch()
        begin = time.perf_counter()
        model = self.model
        encoded = self._prompter.encode(prompt)
        room = self.context_length - len(encoded.ids)
        urgent = isinstance(prompt, Infill)
        stop = cancelled or (lambda: False)

        def paused() -> bool:
            if not urgent:
                self._turns.step_aside()
            return stop()

        def usage(run: Run | None) -> Usage:
            first = 1e3 * (run.first_token - begin) if run and run.first_token else 0.0
            return Usage(len(encoded.ids), run.generated if run else 0, first, 1e3 * (time.perf_counter() - begin))

        if not self._turns.enter(urgent=urgent, cancelled=stop):
            return Generation("", "cancelled", usage(None))
        try:
            run = Run(model, self.tokenizer, encoded, options, on_text, paused)
            with torch.inference_mode():
                # Given back only when this call has left it whole.
                cache = self._caches.pop(type(prompt), None)
                reason = run.run(cache, min(options.max_tokens, room))
                if run.cache is not None and model is self._model:
                    self._caches[type(prompt)] = run.cache
        except (RuntimeError, MemoryError) as error:
            raise failure(error) from error
        finally:
            self._turns.leave()
        return Generation(run.stream.text, reason, usage(run))

    def log_probabilities(self, text: str) -> tuple[float, ...]:
        """Natural-log probability of each token of `text` but the first. Raises GenerationError."""
        torch = _torch()
        model = self.model
        ids = self._prompter.encode_text(text)
        self._turns.enter(urgent=False, cancelled=lambda: False)
        try:
            with torch.inference_mode():
                batch = torch.tensor([ids], device=model.device)
                logits = model(input_ids=batch, use_cache=False).logits[0, :-1].float()
                return tuple((-torch.nn.functional.cross_entropy(logits, batch[0, 1:], reduction="none")).tolist())
        finally:
            self._turns.leave()

    def score(self, text: str) -> float:
        """The mean of `log_probabilities`."""
        return mean(self.log_probabilities(text))

    def with_adapter(self, adapter: Path | None) -> TorchGenerator:
        """Change the adapter in place, without reading the base again, once what runs has ended; under a second.

        Cached keys and values go: they were made with the other weights.
        """
        from inglenook_server.generation.lora import match

        model = self.model
        if adapter is not None:
            _require_model(adapter, self.name)
        self._turns.enter(urgent=False, cancelled=lambda: False)
        try:
            base = model.unload() if self.adapter else model
            self.adapter = ""
            self.forget()
            self._model = base
            if adapter is not None:
                match(adapter, {name: tuple(part.weight.shape) for name, part in base.named_modules() if _linear(part)})
                self._model = _with_adapter(base, adapter).eval()
                self.adapter = adapter.name
        finally:
            self._turns.leave()
        return self

    def forget(self) -> None:
        """Drop the KV caches: needed after the weights have changed."""
        self._caches.clear()

    def close(self) -> None:
        """Give the memory back."""
        self._model = None
        self.forget()


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
