"""`engines`: our engines beside natively built llama.cpp, the same model and the same prompts, one process each.

llama.cpp takes part where llama-cpp-python was built from its source distribution on this machine; it gets its prompt
cache and its own lookup decoding. Perplexity is of the weights as each engine uses them, on files of the corpus.
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
from pathlib import Path
from typing import Any

from tests.benchmarks.corpus import DJANGO, source_distribution
from tests.benchmarks.result import Result, percentile

MODELS = ("smollm2-135m", "qwen2.5-coder-0.5b")
ENGINES = ("openvino", "transformers", "llama.cpp")
SOURCES = ("django/http/cookie.py", "django/core/paginator.py", "django/utils/text.py", "django/http/request.py")
"""Held out: prompts and perplexity are taken from these. Published before the models, so read ratios, not values."""
PROMPT_TOKENS = 1_000
WARM_TOKENS = 32
TYPED = 10
"""Characters typed between two warm prompts."""
SCORED_CHARACTERS = 3_000
"""Of each source."""
TIMES = ("cold_ttft_ms", "warm_ttft_ms", "warm_total_ms", "decode_tps")


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`; `n` repetitions of each condition, engines interleaved per repetition."""
    root = corpus or source_distribution(*DJANGO)
    for model in MODELS:
        if not _installed(model):
            continue
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
            result.summary[f"{at}.rss_mb"] = max(row["rss_mb"] for row in found)
            result.summary[f"{at}.perplexity"] = found[0]["perplexity"]


def _installed(model: str) -> bool:
    from inglenook_server.errors import ModelError
    from inglenook_server.models import installed

    try:
        return bool(installed(model))
    except ModelError:
        return False


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
    import psutil

    make = llama if engine == "llama.cpp" else ours
    generate, logs, count = make(model, engine)
    first, second = prompts(root, number, count)
    cold = generate(first, 1)
    warm = generate(second, WARM_TOKENS)
    decoding = warm["total_ms"] - warm["ttft_ms"]
    # Memory as it is while completing; scoring takes a second set of weights in one engine, all logits in the other.
    rss = psutil.Process().memory_info().rss / 1e6
    row: dict[str, object] = {
        "cold_ttft_ms": cold["ttft_ms"],
        "warm_ttft_ms": warm["ttft_ms"],
        "warm_total_ms": warm["total_ms"],
        "decode_tps": (warm["tokens"] - 1) / decoding * 1000 if warm["tokens"] > 1 else 0.0,
        "rss_mb": rss,
        "tokens": warm["tokens"],
        "perplexity": 0.0,
    }
    if number == 0:
        found: list[float] = []
        for name in SOURCES:
            found += logs((root / name).read_text(encoding="utf-8")[:SCORED_CHARACTERS])
        row["perplexity"] = math.exp(-sum(found) / len(found))
    return row


Parts = tuple[Callable[[str, int], dict[str, float]], Callable[[str], list[float]], Callable[[str], int]]


def ours(model: str, engine: str) -> Parts:
    """One of our engines through its own interface."""
    from inglenook_server.generation.base import Infill, Options
    from inglenook_server.generation.load import load_generator
    from inglenook_server.settings import GenerationSettings

    generator = load_generator(GenerationSettings(model=model, engine=engine))  # type: ignore[arg-type]

    def generate(text: str, tokens: int) -> dict[str, float]:
        usage = generator.generate(Infill(text), Options(max_tokens=tokens)).usage
        return {"ttft_ms": usage.first_token_ms, "total_ms": usage.total_ms, "tokens": usage.generated_tokens}

    return generate, lambda text: list(generator.log_probabilities(text)), generator.count


def llama(model: str, _: str) -> Parts:
    """llama.cpp on the published file, with the sentinels in the prompt where its vocabulary has them."""
    from inglenook_server.generation.base import Infill
    from inglenook_server.generation.prompter import Prompter
    from inglenook_server.models import installed
    from llama_cpp import Llama
    from llama_cpp.llama_speculative import LlamaPromptLookupDecoding

    here = installed(model)
    prompter = Prompter(here.openvino, model)
    lookup = LlamaPromptLookupDecoding(max_ngram_size=3, num_pred_tokens=5)
    engine = Llama(str(here.gguf), n_ctx=2_048, n_batch=512, verbose=False, draft_model=lookup)

    def generate(text: str, tokens: int) -> dict[str, float]:
        ids = prompter.encode(Infill(text)).ids
        begin = time.perf_counter()
        first, made = 0.0, 0
        for token in engine.generate(ids, temp=0.0):  # keeps the common prefix of the last prompt by itself
            first = first or time.perf_counter() - begin
            made += 1
            if made >= tokens or token == engine.token_eos():
                break
        return {"ttft_ms": first * 1000, "total_ms": (time.perf_counter() - begin) * 1000, "tokens": made}

    def logs(text: str) -> list[float]:
        nonlocal engine
        import numpy

        ids = prompter.encode_text(text)
        engine.close()
        gc.collect()
        engine = Llama(str(here.gguf), n_ctx=2_048, n_batch=512, verbose=False, logits_all=True)
        engine.eval(ids)
        scores = engine.scores[: len(ids) - 1].astype(numpy.float64)
        top = scores.max(-1, keepdims=True)
        norms = top[:, 0] + numpy.log(numpy.exp(scores - top).sum(-1))
        return [float(scores[at, ids[at + 1]] - norms[at]) for at in range(len(ids) - 1)]

    return generate, logs, prompter.count


def main() -> None:
    """One engine in this process; the row as JSON on stdout."""
    model, engine, root, number = sys.argv[1:]
    row = one_run(model, engine, Path(root), int(number))
    sys.stdout.write(json.dumps(row) + "\n")
    sys.stdout.flush()
    os._exit(0)  # some runtimes' destructors abort


if __name__ == "__main__":
    main()
