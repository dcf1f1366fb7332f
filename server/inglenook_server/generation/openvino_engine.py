"""The OpenVINO GenAI engine: continuous batching on the CPU with a cached prefix and drafts looked up in the prompt.

It runs the batching loop itself instead of calling `generate`, because only between two of its steps can a request be
cancelled while its prompt is still being read. Knows nothing of downloads, retrieval or editors.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inglenook_indexer.embed.runtime import import_genai, import_openvino

from inglenook_server.errors import GenerationError
from inglenook_server.generation import heal
from inglenook_server.generation.base import (
    Cancelled,
    Generation,
    Infill,
    OnText,
    Options,
    Prompt,
    StopReason,
    Usage,
)
from inglenook_server.generation.fim import find_sentinels, infill_prompt
from inglenook_server.generation.stream import TextStream
from inglenook_server.generation.tokens import ModelTokenizer, Piece

MODEL_FILE = "openvino_model.xml"
BLOCK_TOKENS = 32
"""Tokens in one block of the key-value cache, as the CPU plugin lays it out."""
CACHE_BLOCKS = 512
"""16,384 tokens, live prompt and cached prefixes together: 100-200 MB with the default models."""
PREFILL_TOKENS = 256
"""Prompt tokens read in one step. A step can't be interrupted, so this decides how soon a cancel bites: 0.2-0.3 s
while a cold prompt is read by a 135-million-parameter model on two cores, against 1.7 s for a prompt read at once."""
DRAFT_TOKENS = 5
DRAFT_NGRAM = 3
"""Prompt lookup: the last three tokens are looked up in the prompt, and what followed there is the draft."""
MEMORY_FACTOR = 2.3
"""Resident bytes per byte of weights on disk: they are packed again for the chip while the file stays mapped."""
MEMORY_FIXED = 300_000_000
"""Bytes for the runtime, the tokenizer and the cache."""


@dataclass(slots=True)
class _Run:
    """What one pass through the loop has produced so far."""

    started: float
    first_token: float = 0.0
    tokens: int = 0
    log_sum: float = 0.0

    @property
    def log_probability(self) -> float | None:
        """Mean of the tokens' log-probabilities."""
        return self.log_sum / self.tokens if self.tokens else None


class OpenVinoGenerator:
    """A model converted by `convert`, or exported by Optimum, loaded in this process."""

    engine = "openvino"

    def __init__(self, name: str, folder: Path, *, adapter: Path | None = None, threads: int = 0) -> None:
        """Load the model in `folder`, 2-5 s. `adapter` is a folder written by peft; it stays for the model's life.

        Raises GenerationError when the model can't be loaded or would not fit into memory, AdapterError when the
        adapter was not made for it.
        """
        from inglenook_server.generation.lora import check_adapter

        self.name = name
        self.adapter = adapter.name if adapter else ""
        self._folder = folder
        self._threads = threads
        self._lora = check_adapter(adapter, folder / MODEL_FILE) if adapter else None
        check_memory(name, folder)
        self._tokenizer = ModelTokenizer(folder)
        self._sentinels = find_sentinels(self._tokenizer.special)
        self._ends = self._tokenizer.special_ids
        self._lock = threading.Lock()
        self._requests = 0
        self._scorer: Any = None
        self._pipeline: Any = self._load(lookup=True)

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together: what the model was made for, and what the cache holds."""
        return min(self._tokenizer.context_length, CACHE_BLOCKS * BLOCK_TOKENS - BLOCK_TOKENS)

    @property
    def infills(self) -> bool:
        """Whether the vocabulary has fill-in-the-middle tokens."""
        return self._sentinels is not None

    def count(self, text: str) -> int:
        """Tokens in `text`, without special ones."""
        return len(self._tokenizer.encode(text))

    def render(self, prompt: Prompt) -> str:
        """The exact text the model sees for `prompt`, sentinels included; what is healed is not in it."""
        pieces, _ = self._pieces(prompt)
        return "".join(map(str, pieces))

    def generate(
        self,
        prompt: Prompt,
        options: Options,
        on_text: OnText | None = None,
        cancelled: Cancelled | None = None,
    ) -> Generation:
        """Generate. Raises GenerationError when the prompt is too long or the engine fails."""
        with self._lock:
            pipeline = self._alive()
            self._scorer = None  # a second set of weights; not beside the one that generates
            run = _Run(time.perf_counter())
            pieces, healed = self._pieces(prompt)
            ids = self._tokenizer.encode_pieces(pieces)
            room = self.context_length - len(ids)
            if room <= 0:
                raise GenerationError(
                    f"The prompt has {len(ids):,} tokens and {self.name} reads at most {self.context_length:,}.",
                    "ask about less at once",
                )
            extra = len(self._tokenizer.encode(healed)) if healed else 0
            stream = TextStream(options.stop, swallow=healed)
            config = self._config(options, min(options.max_tokens + extra, room), healed)
            try:
                reason = self._loop(pipeline, ids, config, stream, run, on_text, cancelled)
            except RuntimeError as error:
                raise GenerationError(f"The engine failed: {_last_line(error)}", "try again") from error
            return Generation(
                text=stream.text,
                stop_reason=reason,
                usage=Usage(
                    prompt_tokens=len(ids),
                    generated_tokens=run.tokens,
                    first_token_ms=run.first_token,
                    total_ms=_since(run.started),
                ),
                log_probability=run.log_probability,
            )

    def score(self, text: str) -> float:
        """Mean natural-log probability per token of `text`, first token left out. Raises GenerationError."""
        openvino_genai = import_genai()

        with self._lock:
            self._alive()
            ids = self._tokenizer.encode(text)[: self.context_length]
            if len(ids) < 2:
                raise GenerationError("A text of fewer than two tokens can't be scored.")
            if self._scorer is None:
                # A pipeline of its own: log-probabilities of a prompt are lost wherever its prefix was cached.
                self._scorer = self._load(lookup=False)
            config = openvino_genai.GenerationConfig()
            config.max_new_tokens = 1
            config.ignore_eos = True
            config.echo = True
            config.logprobs = 1
            self._requests += 1
            handle = self._scorer.add_request(self._requests, _tensor(ids), config)
            logs: list[float] = []
            while self._scorer.has_non_finished_requests():
                self._scorer.step()
                while handle.can_read():
                    for output in handle.read().values():
                        logs.extend(output.generated_log_probs)
            if len(logs) < len(ids):
                raise GenerationError("The engine gave no log-probabilities for this text.")
            return float(sum(logs[1 : len(ids)]) / (len(ids) - 1))

    def close(self) -> None:
        """Give the memory back."""
        with self._lock:
            self._pipeline = None
            self._scorer = None

    def _alive(self) -> Any:
        if self._pipeline is None:
            raise GenerationError(f"{self.name} was unloaded.", "try again")
        return self._pipeline

    def _load(self, *, lookup: bool) -> Any:
        openvino_genai = import_genai()

        scheduler = openvino_genai.SchedulerConfig()
        scheduler.num_kv_blocks = CACHE_BLOCKS
        scheduler.max_num_batched_tokens = PREFILL_TOKENS
        scheduler.enable_prefix_caching = lookup
        properties: dict[str, Any] = {"prompt_lookup": True} if lookup else {}
        if self._threads:
            properties["INFERENCE_NUM_THREADS"] = self._threads
        if self._lora:
            weights, strength = self._lora
            properties["adapters"] = openvino_genai.AdapterConfig(
                openvino_genai.Adapter(str(weights)), strength, openvino_genai.AdapterConfig.Mode.MODE_STATIC
            )
        try:
            pipeline = openvino_genai.ContinuousBatchingPipeline(str(self._folder), scheduler, "CPU", properties, {})
            # The first call compiles kernels and puts the adapter in place; nobody should wait for that later.
            self._warm_up(pipeline, lookup=lookup)
        except RuntimeError as error:
            raise GenerationError(
                f"{self.name} could not be loaded: {_last_line(error)}", f"inglenook models pull {self.name}"
            ) from error
        return pipeline

    def _pieces(self, prompt: Prompt) -> tuple[tuple[Piece, ...], str]:
        """The prompt as the model gets it, and the end of the prefix that it has to spell out again."""
        if isinstance(prompt, Infill):
            kept, healed = heal.cut(prompt.prefix, self._tokenizer.words)
            pieces = infill_prompt(Infill(kept, prompt.suffix, prompt.path, prompt.snippets), self._sentinels)
        else:
            pieces, healed = self._tokenizer.chat(prompt.messages), ""
        if not pieces and self._tokenizer.start:
            pieces = (self._tokenizer.start,)
        return pieces, healed

    def _config(self, options: Options, max_tokens: int, healed: str) -> Any:
        openvino_genai = import_genai()

        config = openvino_genai.GenerationConfig()
        config.max_new_tokens = max_tokens
        config.logprobs = 1
        config.stop_token_ids = set(self._ends)
        config.num_assistant_tokens = DRAFT_TOKENS
        config.max_ngram_size = DRAFT_NGRAM
        if options.temperature > 0:
            config.do_sample = True
            config.rng_seed = options.seed
            config.temperature = options.temperature
            config.top_p = options.top_p
        if healed:
            config.structured_output_config = openvino_genai.StructuredOutputConfig(grammar=heal.grammar(healed))
        return config

    def _warm_up(self, pipeline: Any, *, lookup: bool) -> None:
        openvino_genai = import_genai()

        config = openvino_genai.GenerationConfig()
        config.max_new_tokens = 1
        if lookup:
            config.num_assistant_tokens = DRAFT_TOKENS
            config.max_ngram_size = DRAFT_NGRAM
        pipeline.generate([_tensor([1])], [config])

    def _loop(
        self,
        pipeline: Any,
        ids: list[int],
        config: Any,
        stream: TextStream,
        run: _Run,
        on_text: OnText | None,
        cancelled: Cancelled | None,
    ) -> StopReason:
        self._requests += 1
        handle = pipeline.add_request(self._requests, _tensor(ids), config)
        decode = self._tokenizer.decoder()
        reason: StopReason = "length"
        try:
            while pipeline.has_non_finished_requests():
                if cancelled is not None and cancelled():
                    return "cancelled"
                pipeline.step()
                while handle.can_read():
                    for output in handle.read().values():
                        generated = list(output.generated_ids)
                        run.first_token = run.first_token or _since(run.started)
                        run.tokens += len(generated)
                        run.log_sum += sum(output.generated_log_probs[: len(generated)])
                        if self._take(generated, decode, stream, on_text):
                            return "stop"
            if run.tokens == 0:
                raise GenerationError("The engine had no room for this prompt.", "try again")
            if run.tokens < config.max_new_tokens:
                reason = "stop"
        finally:
            handle.cancel()
            while pipeline.has_non_finished_requests():
                pipeline.step()
        _emit(stream.finish(), on_text)
        return reason

    def _take(self, generated: list[int], decode: Any, stream: TextStream, on_text: OnText | None) -> bool:
        """Put new tokens through the stream; True when the text has ended."""
        for number in generated:
            if number in self._ends:
                _emit(stream.finish(), on_text)
                return True
            _emit(stream.push(decode([number])), on_text)
            if stream.stopped:
                return True
        return False


def check_memory(name: str, folder: Path) -> None:
    """Raise GenerationError when the model in `folder` would not fit into the memory that is free now."""
    import psutil

    weights = sum(file.stat().st_size for file in folder.glob("openvino_model.bin"))
    wanted = weights * MEMORY_FACTOR + MEMORY_FIXED
    free = psutil.virtual_memory().available
    if wanted > free:
        raise GenerationError(
            f"{name} needs {wanted / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB are free.",
            'close something, or choose the profile "fast"',
        )


def _emit(piece: str, on_text: OnText | None) -> None:
    if piece and on_text is not None:
        on_text(piece)


def _tensor(ids: list[int]) -> Any:
    import numpy

    openvino = import_openvino()

    return openvino.Tensor(numpy.array([ids], dtype=numpy.int64))


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def _last_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
