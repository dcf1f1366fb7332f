"""`engines`: our engines beside natively built llama.cpp, the same model and the same prompts, one process each.

llama.cpp takes part where llama-cpp-python was built from its source distribution on this machine; it gets its prompt
cache, and of its plain decoding and its own lookup decoding whichever is faster warm (lookup makes it work out every
prompt token's logits, so the cold prompt is read without). All decode greedily with as many threads as there are cores,
32 tokens after the same prompts, in a context of `CONTEXT` tokens or more. Perplexity is of the weights as each engine
uses them, on files of the corpus.
"""

from __future__ import annotations

import gc
import importlib.util
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.corpus import DJANGO, source_distribution
from tests.benchmarks.generators import here
from tests.benchmarks.result import Result, percentile

ENGINES = ("openvino", "transformers", "llama.cpp")
SOURCES = (
    "django/core/paginator.py",
    "django/utils/text.py",
    "django/http/request.py",
    "django/http/multipartparser.py",
)
"""Held out: prompts and perplexity are taken from these. Published before the models, so read ratios, not values."""
PROMPT_TOKENS = 1_000
WARM_TOKENS = 32
TYPED = 10
"""Characters typed between two warm prompts."""
SCORED_CHARACTERS = 3_000
"""Of each source."""
CONTEXT = 2_048
"""Tokens that llama.cpp has room for. Ours allocate their cache by themselves, and not less."""
CANCEL_AFTER_S = 0.1
"""Into a cold prompt: whoever types cancels then."""
TIMES = ("cold_ttft_ms", "warm_ttft_ms", "warm_total_ms", "decode_tps")
OWN_TIMES = ("prefill_chunk_ms", "cancel_ms")
"""Of our engines only: the longest step there is, after which the engine is free, and from a cancel until its caller is
answered."""
RATIOS = ("cold_ttft_ms", "warm_ttft_ms", "warm_total_ms", "rss_mb", "perplexity")


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`; `n` repetitions of each condition, engines interleaved per repetition."""
    root = corpus or source_distribution(*DJANGO)
    for model in (one.name for one in here()):
        rows: dict[str, list[dict[str, Any]]] = {engine: [] for engine in ENGINES}
        for number in range(n):
            for engine in ENGINES:
                if engine == "llama.cpp" and importlib.util.find_spec("llama_cpp") is None:
                    continue

                def one(model: str = model, engine: str = engine, number: int = number) -> dict[str, object]:
                    return _in_a_process(model, engine, root, number)

                rows[engine].append(dict(result.row(f"{model}.{engine}.{number}", one)))
        for engine, found in rows.items():
            if not found:
                continue
            at = f"engines.{model}.{engine}"
            for key in TIMES:
                result.summary[f"{at}.{key}"] = percentile([row[key] for row in found], 50)
            for key in OWN_TIMES:
                if key in found[0]:
                    result.summary[f"{at}.{key}"] = max(row[key] for row in found)
            result.summary[f"{at}.rss_mb"] = max(row["rss_mb"] for row in found)
            result.summary[f"{at}.perplexity"] = found[0]["perplexity"]
        _compare(result.summary, model)


def _compare(summary: dict[str, float], model: str) -> None:
    """Ours over llama.cpp's, where both were measured: below 1 is sooner, smaller, less surprised."""
    head = f"engines.{model}"
    for key in RATIOS:
        ours, theirs = (summary.get(f"{head}.{engine}.{key}") for engine in ("openvino", "llama.cpp"))
        if ours and theirs:
            summary[f"{head}.ratio.{key}"] = ours / theirs


def _in_a_process(model: str, engine: str, root: Path, number: int) -> dict[str, object]:
    """Memory is of one engine alone, and one engine's threads do not wait for another's."""
    command = [sys.executable, "-m", "tests.benchmarks.engines", model, engine, str(root), str(number)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, env=dict(os.environ))
    row: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return row


def prompts(root: Path, number: int, count: Callable[[str], int]) -> tuple[str, str]:
    """About `PROMPT_TOKENS` tokens that end where a line begins to be typed, and the same with some more typed."""
    text = (root / SOURCES[number % len(SOURCES)]).read_text(encoding="utf-8")
    end = min(len(text), 5_500)
    while count(text[:end]) > PROMPT_TOKENS:
        end -= 100
    head = text[:end].rpartition("\n")[0]
    return head[:-TYPED], head


def one_run(model: str, engine: str, root: Path, number: int) -> dict[str, object]:
    """Every figure of one engine with one model."""
    make = llama if engine == "llama.cpp" else ours
    parts = make(model, engine)
    first, second = prompts(root, number, parts.count)
    cold = parts.generate(first, 1)
    warm = parts.generate(second, WARM_TOKENS)
    # Memory as it is while completing; scoring takes a second set of weights in one engine, all logits in the other.
    row: dict[str, object] = {"rss_mb": parts.memory()}
    if parts.look_up is not None:
        parts.look_up()
        parts.generate(first, 1)
        other = parts.generate(second, WARM_TOKENS)
        row |= {"plain_total_ms": warm["total_ms"], "lookup_total_ms": other["total_ms"]}
        warm = min(warm, other, key=lambda one: one["total_ms"] / one["tokens"])
    decoding = warm["total_ms"] - warm["ttft_ms"]
    row |= {
        "prompt_tokens": cold["prompt_tokens"],
        "cold_ttft_ms": cold["ttft_ms"],
        "warm_ttft_ms": warm["ttft_ms"],
        "warm_total_ms": warm["total_ms"],
        "decode_tps": (warm["tokens"] - 1) / decoding * 1000 if warm["tokens"] > 1 else 0.0,
        "tokens": warm["tokens"],
        "perplexity": 0.0,
    }
    if parts.cancel is not None:
        row |= parts.cancel(prompts(root, number + 1, parts.count)[0])
    if number == 0:
        found: list[float] = []
        for name in SOURCES:
            found += parts.logs((root / name).read_text(encoding="utf-8")[:SCORED_CHARACTERS])
        row["perplexity"] = math.exp(-sum(found) / len(found))
    return row


@dataclass(frozen=True)
class Parts:
    """What is measured of an engine."""

    generate: Callable[[str, int], dict[str, float]]
    logs: Callable[[str], list[float]]
    count: Callable[[str], int]
    look_up: Callable[[], None] | None = None
    """From now on with drafts from the prompt; None where that is how it always works, or can't be."""
    cancel: Callable[[str], dict[str, float]] | None = None
    memory: Callable[[], float] = lambda: psutil.Process().memory_info().rss / 1e6
    """Megabytes of the process that the engine runs in."""


def ours(model: str, engine: str) -> Parts:
    """One of our engines through its own interface."""
    from inglenook_server.generation.base import Infill, Options
    from inglenook_server.generation.decoding import PREFILL_TOKENS
    from inglenook_server.generation.load import load_in_process
    from inglenook_server.settings import GenerationSettings

    threads = os.cpu_count() or 1
    generator = load_in_process(GenerationSettings(model=model, engine=engine, threads=threads))  # type: ignore[arg-type]

    def generate(text: str, tokens: int) -> dict[str, float]:
        usage = generator.generate(Infill(text), Options(max_tokens=tokens)).usage
        return {
            "ttft_ms": usage.first_token_ms,
            "total_ms": usage.total_ms,
            "tokens": usage.generated_tokens,
            "prompt_tokens": usage.prompt_tokens,
        }

    def cancel(text: str) -> dict[str, float]:
        # A first line of its own: nothing of this prompt is in the cache.
        whole = generate("# the prompt that is read to its end\n" + text, 1)
        steps = math.ceil(whole["prompt_tokens"] / PREFILL_TOKENS)
        due = time.perf_counter() + CANCEL_AFTER_S
        prompt = Infill("# the prompt that is cancelled\n" + text)
        found = generator.generate(prompt, Options(max_tokens=1), cancelled=lambda: time.perf_counter() > due)
        answered = time.perf_counter()
        return {
            "prefill_chunk_ms": whole["ttft_ms"] / steps,
            "cancel_ms": (answered - due) * 1000,
            "cancelled": float(found.stop_reason == "cancelled"),
        }

    def memory() -> float:
        return float(psutil.Process(generator.pid).memory_info().rss / 1e6)

    logs = lambda text: list(generator.log_probabilities(text))  # noqa: E731
    return Parts(generate, logs, generator.count, cancel=cancel, memory=memory)


def llama(model: str, _: str) -> Parts:
    """llama.cpp on the published file, with the sentinels in the prompt where its vocabulary has them."""
    from inglenook_server.generation.base import Infill
    from inglenook_server.generation.prompts.prompter import Prompter
    from inglenook_server.models import installed
    from llama_cpp import Llama
    from llama_cpp.llama_speculative import LlamaPromptLookupDecoding

    here = installed(model)
    prompter = Prompter(here.openvino, model)
    threads = os.cpu_count() or 1

    def load(**how: Any) -> Any:
        return Llama(
            str(here.gguf), n_ctx=CONTEXT, n_batch=512, n_threads=threads, n_threads_batch=threads, verbose=False, **how
        )

    engine = load()

    def look_up() -> None:
        nonlocal engine
        engine.close()
        gc.collect()
        # A draft needs the logits of every token that is checked, and this binding then keeps those of all tokens.
        engine = load(draft_model=LlamaPromptLookupDecoding(max_ngram_size=3, num_pred_tokens=5), logits_all=True)

    def generate(text: str, tokens: int) -> dict[str, float]:
        begin = time.perf_counter()
        encoded = prompter.encode(Infill(text))
        ids, first, made = encoded.ids, 0.0, 0
        for token in engine.generate(ids, temp=0.0):  # keeps the common prefix of the last prompt by itself
            first = first or time.perf_counter() - begin
            made += 1
            # The word that was cut from the prompt is to be said again, by ours as well.
            if made >= tokens + encoded.healed_tokens or token == engine.token_eos():
                break
        total = time.perf_counter() - begin
        return {"ttft_ms": first * 1000, "total_ms": total * 1000, "tokens": made, "prompt_tokens": len(ids)}

    def logs(text: str) -> list[float]:
        nonlocal engine
        import numpy

        ids = prompter.encode_text(text)
        engine.close()
        gc.collect()
        engine = load(logits_all=True)
        engine.eval(ids)
        scores = engine.scores[: len(ids) - 1].astype(numpy.float64)
        top = scores.max(-1, keepdims=True)
        norms = top[:, 0] + numpy.log(numpy.exp(scores - top).sum(-1))
        return [float(scores[at, ids[at + 1]] - norms[at]) for at in range(len(ids) - 1)]

    return Parts(generate, logs, prompter.count, look_up=look_up)


def main() -> None:
    """One engine in this process; the row as JSON on stdout."""
    model, engine, root, number = sys.argv[1:]
    row = one_run(model, engine, Path(root), int(number))
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()
    os._exit(0)  # some runtimes' destructors abort


if __name__ == "__main__":
    main()
