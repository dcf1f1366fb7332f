"""`adapters`: what a LoRA costs when it is fixed as the model loads, merged as house adapters are, or not there.

One process for each way; beside ours the ways of OpenVINO GenAI's pipelines, static and dynamic. Tokens are decoded
greedily without drafts, which depend on the text; the adapter is random, of rank 8 on every projection, and so weak
that all ways should write nearly the same text.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from inglenook_indexer.embed.runtime import import_genai, import_openvino
from inglenook_server.generation.decoding import PREFILL_TOKENS
from inglenook_server.generation.openvino.paged_graph import BLOCK_TOKENS, MODEL_FILE, PagedModel
from inglenook_server.generation.prompts.prompter import Prompter
from inglenook_server.models.registry import find
from inglenook_server.weights.adapter_file import match
from inglenook_server.weights.convert import convert
from inglenook_server.weights.projections import named_projections, weight_shapes

from tests.benchmarks.corpus import DJANGO, source_distribution
from tests.benchmarks.generators import here
from tests.benchmarks.result import Result, percentile

WAYS = ("none", "static", "merged", "genai-none", "genai-static", "genai-dynamic")
RANK = 8
STRENGTH = 0.01  # of the random matrices: it changes some tokens and spoils nothing
PROMPT_CHARACTERS = 4_000
DECODED = 64


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`; `n` runs of each way, in turn."""
    source = (corpus or source_distribution(*DJANGO)) / "django" / "http" / "request.py"
    for one in here():
        model, folder = one.name, one.openvino
        with tempfile.TemporaryDirectory(prefix="inglenook-adapters-") as scratch:
            adapter = write_adapter(Path(scratch) / "random", projection_shapes(folder))
            assert one.gguf is not None
            started = time.perf_counter()
            merged = Path(scratch) / "merged" / "openvino"
            convert(one.gguf, merged, find(model).quantization, lambda _: None, adapter)
            result.row(f"{model}.merging", lambda started=started: {"seconds": time.perf_counter() - started})
            for number in range(n):
                for way in WAYS:
                    place = merged if way == "merged" else folder
                    order = [way, str(place), str(adapter), str(source)]
                    row = result.row(f"{model}.{way}.{number}", lambda order=order: _apart(order))
                    sys.stderr.write(f"{model} {way}: {row['decode_ms']:.1f} ms a token\n")
        summarise(result, model, n)


def summarise(result: Result, model: str, n: int) -> None:
    """Medians of each way."""
    result.summary[f"adapters.{model}.merging_s"] = result.rows[f"{model}.merging"]["seconds"]
    for way in WAYS:
        rows = [result.rows[f"{model}.{way}.{number}"] for number in range(n)]
        for key in ("switch_s", "prefill_ms", "decode_ms", "rss_mb"):
            result.summary[f"adapters.{model}.{way}.{key}"] = percentile([row[key] for row in rows], 50)
        told = [result.rows[f"{model}.static.{number}"]["ids"] for number in range(n)]
        same = [np.mean(np.array(row["ids"]) == np.array(other)) for row, other in zip(rows, told, strict=True)]
        result.summary[f"adapters.{model}.{way}.same_as_static"] = float(np.mean(same))


def projection_shapes(folder: Path) -> dict[str, tuple[int, int]]:
    """Shape (out, in) of each named projection of a converted model, by its module's name."""
    return weight_shapes(named_projections(import_openvino().Core().read_model(folder / MODEL_FILE)))


def write_adapter(folder: Path, products: Mapping[str, tuple[int, int]]) -> Path:
    """A random adapter on every projection but the output, as peft would write it."""
    from safetensors.numpy import save_file

    folder.mkdir()
    config = {"peft_type": "LORA", "r": RANK, "lora_alpha": RANK, "task_type": "CAUSAL_LM"}
    (folder / "adapter_config.json").write_text(json.dumps(config))
    random = np.random.default_rng(0)
    tensors = {}
    for module, (rows, columns) in products.items():
        if module != "lm_head":
            at = f"base_model.model.{module}"
            tensors[f"{at}.lora_A.weight"] = random.normal(0, STRENGTH, (RANK, columns)).astype(np.float32)
            tensors[f"{at}.lora_B.weight"] = random.normal(0, STRENGTH, (rows, RANK)).astype(np.float32)
    save_file(tensors, folder / "adapter_model.safetensors")
    return folder


def _apart(order: list[str]) -> dict[str, object]:
    command = [sys.executable, "-m", "tests.benchmarks.adapter_modes", *order]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ})
    row: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return row


def run(way: str, folder: Path, adapter: Path, source: Path) -> dict[str, object]:
    """One way, in this process."""
    import psutil

    started = time.perf_counter()
    generate = (_genai if way.startswith("genai") else _ours)(way, folder, adapter)
    generate([1, 2, 3], 1)
    switch_s = time.perf_counter() - started
    ids = Prompter(folder, "this").encode_text(source.read_text(encoding="utf-8")[:PROMPT_CHARACTERS])
    first = [generate(ids, 1)[1] for _ in range(3)]
    whole = [generate(ids, DECODED) for _ in range(3)]
    prefill = percentile(first, 50)
    return {
        "switch_s": switch_s,
        "prefill_ms": prefill * 1000 / len(ids),
        "decode_ms": (percentile([ms for _, ms in whole], 50) - prefill) / (DECODED - 1),
        "rss_mb": psutil.Process().memory_info().rss / 1e6,
        "ids": whole[0][0],
    }


Generate = Callable[[list[int], int], tuple[list[int], float]]
"""(prompt, tokens) -> the tokens generated, without reuse of an earlier prompt, and milliseconds."""


def _ours(way: str, folder: Path, adapter: Path) -> Generate:
    model = PagedModel(way, folder, adapter if way == "static" else None)

    def generate(ids: list[int], tokens: int) -> tuple[list[int], float]:
        started = time.perf_counter()
        table = list(range(-(-(len(ids) + tokens) // BLOCK_TOKENS) + 1))
        for at in range(0, len(ids), PREFILL_TOKENS):
            logits = model.read(ids[at : at + PREFILL_TOKENS], at, table, 1)
        made = [int(logits[0].argmax())]
        while len(made) < tokens:
            logits = model.read(made[-1:], len(ids) + len(made) - 1, table, 1)
            made.append(int(logits[0].argmax()))
        return made, (time.perf_counter() - started) * 1000

    return generate


def _genai(way: str, folder: Path, adapter: Path) -> Generate:
    genai, openvino = import_genai(), import_openvino()
    scheduler = genai.SchedulerConfig()
    scheduler.num_kv_blocks = 256
    properties: dict[str, Any] = {}
    if way != "genai-none":
        weights, strength = match(adapter, projection_shapes(folder))
        mode = getattr(genai.AdapterConfig.Mode, f"MODE_{way.removeprefix('genai-').upper()}")
        properties["adapters"] = genai.AdapterConfig(genai.Adapter(str(weights)), strength, mode)
    pipeline = genai.ContinuousBatchingPipeline(str(folder), scheduler, "CPU", properties, {})

    def generate(ids: list[int], tokens: int) -> tuple[list[int], float]:
        config = genai.GenerationConfig()
        config.max_new_tokens = tokens
        config.ignore_eos = True
        if "adapters" in properties:
            config.adapters = properties["adapters"]
        started = time.perf_counter()
        (found,) = pipeline.generate([openvino.Tensor(np.array([ids], np.int64))], [config])
        return list(found.m_generation_ids[0]), (time.perf_counter() - started) * 1000

    return generate


if __name__ == "__main__":
    way, *paths = sys.argv[1:]
    sys.stdout.write(json.dumps(run(way, *map(Path, paths))) + "\n")
