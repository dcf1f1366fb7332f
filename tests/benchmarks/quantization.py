"""`quantization`: ways to store the default generators' weights, judged by what is lost and by what it costs.

Each mix is made from the published file as `convert` makes it, or by NNCF from calibration text where NNCF is installed
(it is no dependency), loaded by the engine in a process of its own, and deleted. `f16` is the published file unpacked:
what the others are compared with. `--n` is the number of HumanEval-Infilling tasks; needs `INGLENOOK_EVAL_DATA`.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inglenook_indexer.system.location import cache_root

from tests.benchmarks.corpus import DJANGO, source_distribution
from tests.benchmarks.generators import MODELS, here
from tests.benchmarks.result import Result, percentile

TOLERATED = 0.01
"""Rise of perplexity over the published file's that a choice may have."""
_ENDS = {"embed_tokens": "int8", "lm_head": "int8"}
_GATE_UP = ("gate_proj", "up_proj")
MIXES: dict[str, Mapping[str, str]] = {
    "f16": {"": "F16"},
    "int8": {"": "int8"},
    "down-int4-32": {"down_proj": "int4-32", "": "int8"},
    "gate+up-int4-32": {**dict.fromkeys(_GATE_UP, "int4-32"), "": "int8"},
    "gguf-q8_0": {"": "Q8_0"},
    "q4_k-int4-32": {"Q4_K": "int4-32", "": "int8"},
    "head-int4-32": {"lm_head": "int4-32", "": "int8"},
    "mlp-int4-32": {"mlp": "int4-32", "": "int8"},
    "int4-32": {**_ENDS, "": "int4-32"},
    "int4-64": {**_ENDS, "": "int4-64"},
    "int4-128": {**_ENDS, "": "int4-128"},
    "int4-sym-64": {**_ENDS, "": "int4-sym-64"},
    "int4-64-down-int8": {**_ENDS, "down_proj": "int8", "": "int4-64"},
}
"""As `ModelSpec.quantization` has it."""
DATA_AWARE: dict[str, dict[str, Any]] = {
    "gate+up-int4-64-awq": {"parts": _GATE_UP, "group_size": 64, "awq": True, "scale_estimation": True},
    "mlp-int4-32-awq": {"parts": ("mlp",), "group_size": 32, "awq": True, "scale_estimation": True},
}
"""What NNCF makes of some projections; the rest is `int8` of ours."""


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result` for each model that is installed."""
    root = corpus or source_distribution(*DJANGO)
    for found in here():
        model, gguf = found.name, found.gguf
        assert gguf is not None
        home = cache_root() / "quantization" / model
        data_aware = DATA_AWARE if importlib.util.find_spec("nncf") else {}
        for mix in (*MIXES, *data_aware):

            def one(mix: str = mix, home: Path = home, gguf: Path = gguf) -> dict[str, object]:
                return _one(mix, home, gguf, root, n)

            row = result.row(f"{model}.{mix}", one)
            sys.stderr.write(f"{model} {mix} {json.dumps({**row, 'logs': 0})}\n")
        summarise(result, model)
        shutil.rmtree(home, ignore_errors=True)
    result.appendix = table(result)
    from tests.benchmarks.quantization_plot import draw

    draw(result.summary, result.folder / "quantization.svg")


def _one(mix: str, home: Path, gguf: Path, root: Path, n: int) -> dict[str, object]:
    folder = home / mix
    if not (folder / "openvino_model.bin").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if mix in MIXES:
            _python("tests.benchmarks.quantization", str(gguf), str(folder), json.dumps(MIXES[mix]))
        else:
            _python("tests.benchmarks.quantization_nncf", str(home / "f16"), str(folder), json.dumps(DATA_AWARE[mix]))
    done = _python("tests.benchmarks.quantization_probe", str(folder), str(root), str(n))
    row: dict[str, object] = json.loads(done.splitlines()[-1])
    if mix != "f16":
        shutil.rmtree(folder)
    return row


def _python(module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, env=dict(os.environ)).stdout


def summarise(result: Result, model: str) -> None:
    """Keys from rows. `rise_error` is the standard error of the rise, token by token against `f16`."""
    reference: Any = result.rows[f"{model}.f16"]["logs"]
    for key, row in result.rows.items():
        if not key.startswith(f"{model}."):
            continue
        mix = key.removeprefix(f"{model}.")
        logs: Any = row["logs"]
        losses = [before - after for before, after in zip(reference, logs, strict=True)]
        mean = sum(losses) / len(losses)
        spread = math.sqrt(sum((loss - mean) ** 2 for loss in losses) / max(1, len(losses) - 1) / len(losses))
        at = f"quantization.{model}.{mix}"
        result.summary[f"{at}.perplexity"] = math.exp(-sum(logs) / len(logs))
        result.summary[f"{at}.rise"] = math.exp(mean) - 1
        result.summary[f"{at}.rise_error"] = spread
        for figure in ("em", "decode_ms", "decode_cpu_ms", "prefill_1000_ms", "prefill_1000_cpu_ms", "warm_32_ms"):
            values: Any = row[figure]
            result.summary[f"{at}.{figure}"] = percentile(values, 50) if isinstance(values, list) else float(values)
        result.summary[f"{at}.rss_mb"] = float(str(row["rss_mb"]))
        result.summary[f"{at}.bytes"] = float(str(row["bytes"]))


_COLUMNS = {
    "rise": ("perplexity, rise", lambda value: f"{value:+.2%}"),
    "rise_error": ("±", lambda value: f"{value:.2%}"),
    "em": ("exact match", lambda value: f"{value:.3f}"),
    "decode_ms": ("ms a token", lambda value: f"{value:.1f}"),
    "decode_cpu_ms": ("processor ms a token", lambda value: f"{value:.1f}"),
    "prefill_1000_ms": ("1,000-token prompt, ms", lambda value: f"{value:,.0f}"),
    "warm_32_ms": ("32 tokens warm, ms", lambda value: f"{value:,.0f}"),
    "rss_mb": ("resident, MB", lambda value: f"{value:,.0f}"),
    "bytes": ("file, MB", lambda value: f"{value / 1e6:,.0f}"),
}


def table(result: Result) -> str:
    """A Markdown table of each model; a mix within the tolerated rise is in bold."""
    parts = []
    for model in MODELS:
        head = f"quantization.{model}."
        mixes = [
            key[len(head) : -len(".rise")] for key in result.summary if key.startswith(head) and key[-5:] == ".rise"
        ]
        if not mixes:
            continue
        lines = [f"## {model}\n", "| mix | " + " | ".join(title for title, _ in _COLUMNS.values()) + " |"]
        lines.append("|---|" + "---:|" * len(_COLUMNS))
        for mix in mixes:
            kept = result.summary[f"{head}{mix}.rise"] <= TOLERATED
            cells = [form(result.summary[f"{head}{mix}.{key}"]) for key, (_, form) in _COLUMNS.items()]
            lines.append(f"| {'**' if kept else ''}{mix}{'**' if kept else ''} | " + " | ".join(cells) + " |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def main() -> None:
    """Convert one file as a mix says, in this process."""
    from inglenook_server.weights.convert import convert

    convert(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3]), lambda _: None)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
