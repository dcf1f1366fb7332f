"""The OpenVINO GenAI engine: continuous batching on the CPU with a cached prefix and drafts looked up in the prompt.

The batching loop is ours (`batching`), because only between two of its steps can a request be cancelled while its
prompt is still being read, or make room for a more urgent one. Knows nothing of downloads, retrieval or editors.
"""

from __future__ import annotations

import threading
import time
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
    mean,
)
from inglenook_server.generation.batching import Loop, Request, failure
from inglenook_server.generation.memory import check_memory, unload_mapped
from inglenook_server.generation.prompter import Prompter
from inglenook_server.generation.stream import TextStream

MODEL_FILE = "openvino_model.xml"
BLOCK_TOKENS = 32
"""Tokens in one block of the key-value cache, as the CPU plugin lays it out."""
CACHE_BLOCKS = 512
"""16,384 tokens, live prompts and cached prefixes together: 100-200 MB with the default models."""
PREFILL_TOKENS = 256
"""Prompt tokens read in one step. A step can't be interrupted, so this decides how soon a cancel bites and a completion
gets its turn: 0.2-0.3 s while a cold prompt is read by a 135-million-parameter model on two cores, against 1.7 s for a
prompt read at once. Steps of 128 tokens read a prompt no faster."""
DRAFT_TOKENS = 2
DRAFT_NGRAM = 3
"""Prompt lookup: the last three tokens, else two, else one, are looked up in the prompt, and what followed there is the
draft. Many drafts are wrong, and every token that is checked costs: over twelve warm completions five tokens took a
fifth longer with the small model and a twentieth with the default one; one token as long with the small one."""


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
        self._prompter = Prompter(folder, name, most=CACHE_BLOCKS * BLOCK_TOKENS - BLOCK_TOKENS)
        self._ends = self._prompter.tokenizer.special_ids
        self._scoring = threading.Lock()
        self._scorer: Any = None
        self._loop = Loop(self._load(lookup=True), _tensor)

    @property
    def context_length(self) -> int:
        """Tokens that prompt and answer may hold together: what the model was made for, and what the cache holds."""
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
        """Generate, beside whatever else is being generated; a completion before a chat.

        A cancel is answered at once; the engine stops at its next step. Raises GenerationError when the prompt is too
        long or the engine fails.
        """
        started = time.perf_counter()
        self._forget_scorer()
        encoded = self._prompter.encode(prompt)
        room = self.context_length - len(encoded.ids)
        limit = min(options.max_tokens + encoded.healed_tokens, room)
        request = self._loop.submit(
            encoded.ids,
            limit,
            urgent=isinstance(prompt, Infill),
            configure=lambda left, made: self._config(options, left, made, encoded.healed),
        )
        clock = _Clock(started)
        stream = TextStream(options.stop, swallow=encoded.healed)
        try:
            reason = self._read(request, stream, clock, on_text, cancelled or (lambda: False))
        finally:
            request.cancel()
        usage = Usage(len(encoded.ids), clock.tokens, clock.first_token, clock.now())
        return Generation(stream.text, reason, usage, request.log_probability)

    def log_probabilities(self, text: str) -> tuple[float, ...]:
        """Natural-log probability of each token of `text` but the first. Raises GenerationError."""
        openvino_genai = import_genai()

        ids = self._prompter.encode_text(text)
        with self._scoring:
            self._loop.check()
            if self._scorer is None:
                # A pipeline of its own: log-probabilities of a prompt are lost wherever its prefix was cached.
                self._scorer = self._load(lookup=False)
            config = openvino_genai.GenerationConfig()
            config.max_new_tokens = 1
            config.ignore_eos = True
            config.echo = True
            config.logprobs = 1
            handle = self._scorer.add_request(0, _tensor(ids), config)
            logs: list[float] = []
            while self._scorer.has_non_finished_requests():
                self._scorer.step()
                while handle.can_read():
                    for output in handle.read().values():
                        logs.extend(output.generated_log_probs)
        if len(logs) < len(ids):
            raise GenerationError("The engine gave no log-probabilities for this text.")
        return tuple(map(float, logs[1 : len(ids)]))

    def score(self, text: str) -> float:
        """The mean of `log_probabilities`."""
        return mean(self.log_probabilities(text))

    def with_adapter(self, adapter: Path | None) -> OpenVinoGenerator:
        """A second pipeline on the same file, 2-3 s; its cache is its own, so no block is ever read across adapters."""
        return OpenVinoGenerator(self.name, self._folder, adapter=adapter, threads=self._threads)

    def close(self) -> None:
        """Give the memory back."""
        self._loop.close()
        self._forget_scorer()

    def _forget_scorer(self) -> None:
        """Drop the second set of weights: not beside the one that generates."""
        if self._scorer is not None:
            with self._scoring:
                self._scorer = None

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
            _warm_up(pipeline, lookup=lookup)
            unload_mapped((self._folder / MODEL_FILE).with_suffix(".bin"))
        except (RuntimeError, MemoryError) as error:
            raise GenerationError(
                f"{self.name} could not be loaded: {failure(error).message}", f"inglenook models pull {self.name}"
            ) from error
        return pipeline

    def _config(self, options: Options, left: int, made: int, healed: str) -> Any:
        openvino_genai = import_genai()

        config = openvino_genai.GenerationConfig()
        config.max_new_tokens = left
        config.logprobs = 1
        config.stop_token_ids = set(self._ends)
        config.num_assistant_tokens = DRAFT_TOKENS
        config.max_ngram_size = DRAFT_NGRAM
        if options.temperature > 0:
            config.do_sample = True
            config.rng_seed = options.seed + made  # who was parked must not draw the same lots again
            config.temperature = options.temperature
            config.top_p = options.top_p
        if healed and not made:
            config.structured_output_config = openvino_genai.StructuredOutputConfig(grammar=heal.grammar(healed))
        return config

    def _read(
        self,
        request: Request,
        stream: TextStream,
        clock: _Clock,
        on_text: OnText | None,
        cancelled: Cancelled,
    ) -> StopReason:
        """Put the tokens through the stream as they come; why they ended."""
        decode = self._prompter.tokenizer.decoder()
        while True:
            if cancelled():
                return "cancelled"
            tokens = request.read()
            if tokens is None:
                break
            clock.count(len(tokens))
            for number in tokens:
                if number in self._ends:
                    _emit(stream.finish(), on_text)
                    return "stop"
                _emit(stream.push(decode([number])), on_text)
                if stream.stopped:
                    return "stop"
        _emit(stream.finish(), on_text)
        return "stop" if request.whole else "length"


class _Clock:
    """Counts tokens and milliseconds of one call."""

    def __init__(self, started: float) -> None:
        self._started = started
        self.first_token = 0.0
        self.tokens = 0

    def count(self, tokens: int) -> None:
        if tokens:
            self.first_token = self.first_token or self.now()
            self.tokens += tokens

    def now(self) -> float:
        return (time.perf_counter() - self._started) * 1000


def _warm_up(pipeline: Any, *, lookup: bool) -> None:
    config = import_genai().GenerationConfig()
    config.max_new_tokens = 1
    if lookup:
        config.num_assistant_tokens = DRAFT_TOKENS
        config.max_ngram_size = DRAFT_NGRAM
        # The first grammar takes 20-60 ms longer than any later one.
        grammar = heal.grammar(" ")
        config.structured_output_config = import_genai().StructuredOutputConfig(grammar=grammar)
    pipeline.generate([_tensor([1])], [config])


def _emit(piece: str, on_text: OnText | None) -> None:
    if piece and on_text is not None:
        on_text(piece)


def _tensor(ids: list[int]) -> Any:
    import numpy

    return import_openvino().Tensor(numpy.array([ids], dtype=numpy.int64))
