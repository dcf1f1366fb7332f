"""Any safetensors checkpoint on PyTorch: the reference for correctness, the engine for GPUs, and what training loads.

Slower on a CPU than the OpenVINO engine. Keeps the KV cache of the last prompt and reads only what differs from it.
Knows nothing of where checkpoints and adapters come from.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from inglenook_server.errors import GenerationError
from inglenook_server.generation import heal
from inglenook_server.generation.base import (
    Cancelled,
    Chat,
    Generation,
    OnText,
    Options,
    Prompt,
    StopReason,
    Usage,
)
from inglenook_server.generation.fim import find_sentinels, infill_prompt
from inglenook_server.generation.stream import TextStream
from inglenook_server.generation.tokens import ModelTokenizer, Piece

PREFILL_TOKENS = 256
"""Read at a time: a cancelled prompt then ends within 0.3 s on two cores with the small model."""
CANDIDATES = 256
"""Most likely tokens looked through for one that goes on with a healed word."""
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


@dataclass
class _Cache:
    """Keys and values of the tokens read last."""

    ids: list[int]
    values: Any


class TorchGenerator:
    """A causal language model in PyTorch, with a peft adapter or without."""

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
            from inglenook_server.adapters.registry import require_model

            require_model(adapter, name)
        if threads or torch.get_num_threads() > _cores():
            torch.set_num_threads(threads or _cores())
        self.tokenizer = ModelTokenizer(folder)
        self._sentinels = find_sentinels(self.tokenizer.special)
        self._name = name
        self._adapter = adapter.name if adapter else ""
        self._cache: _Cache | None = None
        try:
            model = AutoModelForCausalLM.from_pretrained(
                folder, dtype=getattr(torch, dtype or best_dtype(folder)), local_files_only=True, use_safetensors=True
            ).to(_device(torch))
            if adapter is not None:
                model = _with_adapter(model, adapter)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise GenerationError(f"The checkpoint of {name} can't be loaded: {error}.") from error
        self._model: Any = model.eval()

    @property
    def name(self) -> str:
        """The model's name."""
        return self._name

    @property
    def engine(self) -> str:
        """Always "transformers"."""
        return "transformers"

    @property
    def adapter(self) -> str:
        """The adapter's name, or empty."""
        return self._adapter

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together."""
        return self.tokenizer.context_length

    @property
    def infills(self) -> bool:
        """Whether the vocabulary has fill-in-the-middle tokens."""
        return self._sentinels is not None

    @property
    def model(self) -> Any:
        """The loaded transformers (or peft) module, for training. Raises GenerationError after `close`."""
        if self._model is None:
            raise GenerationError(f"The model {self._name} was closed.")
        return self._model

    def count(self, text: str) -> int:
        """Tokens in `text`."""
        return len(self.tokenizer.encode(text))

    def render(self, prompt: Prompt) -> str:
        """The text the model sees, sentinels included."""
        return "".join(map(str, self._pieces(prompt)[0]))

    def generate(
        self,
        prompt: Prompt,
        options: Options,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
    ) -> Generation:
        """Generate. Raises GenerationError when the prompt is longer than the context or memory runs out."""
        model, torch = self.model, _torch()
        begin = time.perf_counter()
        pieces, swallow = self._pieces(prompt)
        ids = self.tokenizer.encode_pieces(pieces) or self.tokenizer.encode_pieces(filter(None, [self.tokenizer.start]))
        room = self.context_length - len(ids)
        if not ids or room < 1:
            raise GenerationError(
                f"The prompt has {len(ids):,} tokens; {self._name} takes 1 to {self.context_length - 1:,}.",
                "Ask about less at a time.",
            )
        run = _Run(model, self.tokenizer, options, swallow, on_text, cancelled or (lambda: False))
        run.random = torch.Generator(device=model.device).manual_seed(options.seed)
        try:
            with torch.inference_mode():
                self._cache, cache = None, self._cache  # given back only when this call has left it whole
                logits = run.prefill(ids, cache)
                reason = run.decode(logits, min(options.max_tokens, room)) if logits is not None else "cancelled"
                self._cache = run.cache
        except (RuntimeError, MemoryError) as error:
            raise GenerationError(f"PyTorch failed while generating: {error}.") from error
        usage = Usage(
            prompt_tokens=len(ids),
            generated_tokens=run.generated,
            first_token_ms=1e3 * (run.first_token - begin) if run.first_token else 0.0,
            total_ms=1e3 * (time.perf_counter() - begin),
        )
        return Generation(run.stream.text, reason, usage)

    def score(self, text: str) -> float:
        """Mean natural-log probability per token of `text`, first token left out; 0 for fewer than two tokens."""
        torch = _torch()
        ids = self.tokenizer.encode(text)[: self.context_length]
        if len(ids) < 2:
            return 0.0
        with torch.inference_mode():
            batch = torch.tensor([ids], device=self.model.device)
            logits = self.model(input_ids=batch, use_cache=False).logits[0, :-1].float()
            return float(-torch.nn.functional.cross_entropy(logits, batch[0, 1:]))

    def forget(self) -> None:
        """Drop the KV cache: needed after the weights have changed."""
        self._cache = None

    def close(self) -> None:
        """Give the memory back."""
        self._model = self._cache = None

    def _pieces(self, prompt: Prompt) -> tuple[Sequence[Piece], str]:
        """The prompt in pieces, and what healing cut from its end."""
        if isinstance(prompt, Chat):
            return self.tokenizer.chat(prompt.messages), ""
        prefix, swallow = heal.cut(prompt.prefix, self.tokenizer.words)
        return infill_prompt(replace(prompt, prefix=prefix), self._sentinels), swallow


def _cores() -> int:
    import psutil

    return psutil.cpu_count(logical=False) or 1


def _with_adapter(model: Any, adapter: Path) -> Any:
    try:
        from peft import PeftModel
    except ImportError as error:
        raise GenerationError("Adapters on PyTorch need peft, which is not installed.", TORCH_EXTRA) from error
    with warnings.catch_warnings():  # peft asks transformers for attributes by their old names
        warnings.simplefilter("ignore", FutureWarning)
        return PeftModel.from_pretrained(model, str(adapter), local_files_only=True)


class _Run:
    """One generation: the cache it fills, the text it has made."""

    def __init__(
        self,
        model: Any,
        tokenizer: ModelTokenizer,
        options: Options,
        swallow: str,
        on_text: OnText | None,
        cancelled: Cancelled,
    ) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.options = options
        self.remainder = swallow
        self.stream = TextStream(options.stop, swallow)
        self.on_text = on_text
        self.cancelled = cancelled
        self.cache: _Cache | None = None
        self.generated = 0
        self.first_token = 0.0
        self.random: Any = None

    def prefill(self, ids: list[int], cache: _Cache | None) -> Any:
        """Read the prompt, what the cache has of it left out; the logits after it, or None when cancelled."""
        from transformers import DynamicCache

        reused = 0
        if cache is not None:
            for mine, theirs in zip(ids[:-1], cache.ids, strict=False):  # the last token is read anew, for its logits
                if mine != theirs:
                    break
                reused += 1
            if reused < len(cache.ids):
                cache.values.crop(reused - len(cache.ids))  # negative: so many tokens off the end
        self.cache = _Cache(ids[:reused], cache.values if cache is not None and reused else DynamicCache())
        logits = None
        for start in range(reused, len(ids), PREFILL_TOKENS):
            if self.cancelled():
                return None
            logits = self._read(ids[start : start + PREFILL_TOKENS])
        return logits

    def decode(self, logits: Any, limit: int) -> StopReason:
        """Generate up to `limit` tokens, those that spell out a healed word not counted; why it ended."""
        decode, ends = self.tokenizer.decoder(), self.tokenizer.special_ids
        while True:
            if self.cancelled():
                return "cancelled"
            token = self._pick(logits)
            self.first_token = self.first_token or time.perf_counter()
            if token in ends:
                break
            self.generated += 1
            piece = decode([token])
            limit -= 0 if self.remainder else 1
            self.remainder = self.remainder[len(piece) :]
            self._show(self.stream.push(piece))
            if self.stream.stopped:
                return "stop"
            if limit <= 0:
                self._show(self.stream.finish())
                return "length"
            logits = self._read([token])
        self._show(self.stream.finish())
        return "stop"

    def _read(self, ids: list[int]) -> Any:
        import torch

        assert self.cache is not None
        batch = torch.tensor([ids], device=self.model.device)
        out = self.model(input_ids=batch, past_key_values=self.cache.values, use_cache=True, logits_to_keep=1)
        self.cache.ids.extend(ids)
        return out.logits[0, -1].float()

    def _pick(self, logits: Any) -> int:
        """The next token: sampled, or the likeliest; while a healed word is spelt out, one that goes on with it."""
        import torch

        allowed = self._healing(logits) if self.remainder else None
        if allowed is not None:
            logits = logits[allowed]
        if self.options.temperature <= 0:
            index = int(logits.argmax())
        else:
            odds, order = torch.softmax(logits / self.options.temperature, -1).sort(descending=True)
            odds[odds.cumsum(-1) - odds >= self.options.top_p] = 0.0  # keeps the one that crosses the border
            index = int(order[torch.multinomial(odds, 1, generator=self.random)])
        return index if allowed is None else int(allowed[index])

    def _healing(self, logits: Any) -> Any:
        """Ids of likely tokens that go on with the remainder, or the one that its plain encoding begins with."""
        import torch

        likely = logits.topk(min(CANDIDATES, len(logits))).indices.tolist()
        fitting = [number for number in likely if self._spells(number)]
        return torch.tensor(fitting or self.tokenizer.encode(self.remainder)[:1], device=logits.device)

    def _spells(self, number: int) -> bool:
        text = self.tokenizer.decode([number])
        if number in self.tokenizer.special_ids or not text:
            return False
        return self.remainder.startswith(text) or text.startswith(self.remainder)

    def _show(self, piece: str) -> None:
        if piece and self.on_text:
            self.on_text(piece)
