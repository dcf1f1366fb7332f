"""`typing`: a person's keys replayed through a real server over stdio, and warm completions at its pauses."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.corpus import DJANGO, source_distribution
from tests.benchmarks.editor import type_region, warm_requests
from tests.benchmarks.index_speed import index_process
from tests.benchmarks.result import Result, percentile
from tests.benchmarks.trace import trace
from tests.e2e.harness import session

REGIONS = (
    ("django/http/cookie.py", "    cookiedict = {}\n", "    return cookiedict\n"),
    ("django/core/paginator.py", "    def validate_number(self, number):\n", "    def get_page(self, number):\n"),
)
"""Parts of real files that are typed anew: path, first line, the line after the last."""
PROFILES = {"fast": "smollm2-135m", "balanced": "qwen2.5-coder-0.5b"}
STARTS = 9
TYPED_THROUGH_MS = 5
"""An answer this soon came from the cache."""


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`; `n` is how many warm completions are timed in each region."""
    source = corpus or source_distribution(*DJANGO)
    with tempfile.TemporaryDirectory(prefix="inglenook-bench-") as scratch:
        root = Path(scratch) / "django"
        shutil.copytree(source, root, symlinks=True)
        regions = []
        for path, first, end in REGIONS:
            text = (root / path).read_text(encoding="utf-8")
            begin = text.index(first)
            stop = text.index(end, begin + len(first))
            region = text[begin:stop].rstrip("\n")  # its last line ends in what follows: nobody types against code
            regions.append((path, text[:begin], region, text[begin + len(region) :]))
            # The index must not know what is about to be typed.
            (root / path).write_text(text[:begin] + text[stop:], encoding="utf-8")
        os.environ.setdefault("INGLENOOK_MODELS", str(models()))
        os.environ["INGLENOOK_CACHE"] = str(Path(scratch) / "cache")
        index_process(root, dict(os.environ))
        keep_starts(result, root)
        for profile, model in PROFILES.items():
            asyncio.run(one_model(result, root, regions, profile, model, n))
            summarise(result, model)


def models() -> Path:
    """Where the user's models are, before the benchmark hides the rest of the cache."""
    from inglenook_server.models import models_root

    return models_root()


def keep_starts(result: Result, root: Path) -> None:
    """Milliseconds from spawning the server to its answer to `initialize`, in a workspace that is indexed."""

    async def start() -> float:
        async with session(root, settings={"index": {"background": False, "watch": False}}) as editor:
            return editor.initialize_s * 1000

    row = result.row("starts", lambda: {"ms": [asyncio.run(start()) for _ in range(STARTS)]})
    times = row["ms"]
    assert isinstance(times, list)
    result.summary["typing.initialize_p50_ms"] = percentile(times, 50)


Region = tuple[str, str, str, str]


async def one_model(result: Result, root: Path, regions: list[Region], profile: str, model: str, n: int) -> None:
    """Warm completions first, then the trace, in one server."""
    if all(f"{model}.{what}.{number}" in result.rows for what in ("warm", "trace") for number in range(len(regions))):
        return
    settings = {"generation": {"profile": profile}, "completion": {"multiLine": False}}
    async with session(root, settings=settings) as editor:
        await editor.ready()
        for number, (path, before, region, after) in enumerate(regions):
            if f"{model}.warm.{number}" not in result.rows:
                rows = await warm_requests(editor, path, before, region, after, pauses(region, n))
                keep(result, f"{model}.warm.{number}", {"requests": rows})
    async with session(root, settings={"generation": {"profile": profile}}) as editor:
        await editor.ready()
        for number, (path, before, region, after) in enumerate(regions):
            if f"{model}.trace.{number}" not in result.rows:
                asked = await type_region(editor, path, before, after, trace(region))
                keep(result, f"{model}.trace.{number}", {"region": region, "asked": asked})
    if importlib.util.find_spec("llama_cpp") is not None:
        await beside(result, regions, model)


async def beside(result: Result, regions: list[Region], model: str) -> None:
    """The same trace into a plain client of llama.cpp, where that was built on this machine."""
    from tests.benchmarks import typing_llama

    client = typing_llama.Client(model)
    for number, (_, before, region, after) in enumerate(regions):
        if f"{model}.llama.{number}" not in result.rows:
            asked = await typing_llama.type_region(client, before, after, trace(region))
            keep(result, f"{model}.llama.{number}", {"region": region, "asked": asked})


def keep(result: Result, key: str, row: dict[str, object]) -> None:
    """Put a finished row into the result."""
    made: Callable[[], dict[str, object]] = lambda: row  # noqa: E731
    result.row(key, made)


def pauses(region: str, n: int) -> list[int]:
    """`n` cursor positions, evenly spread over those where a person stops: after `= `, `(`, `.` or an indentation."""
    found = [match.end() for match in re.finditer(r"= |\(|\.(?=\w)|\n +(?=\w)", region)]
    step = max(len(found) / n, 1.0)
    return [found[int(number * step)] for number in range(min(n, len(found)))]


def summarise(result: Result, model: str) -> None:
    """Figures of one model over all regions."""
    rows = result.rows
    warm = [one for key in rows if key.startswith(f"{model}.warm.") for one in rows[key]["requests"]]
    answered = [one for one in warm if one["text"] and one["ms"] > TYPED_THROUGH_MS]
    at = f"typing.{model}.ours"
    summary = result.summary
    summary[f"{at}.warm_total_p50_ms"] = percentile([one["ms"] for one in answered], 50)
    summary[f"{at}.warm_total_p95_ms"] = percentile([one["ms"] for one in answered], 95)
    summary[f"{at}.warm_first_token_p50_ms"] = percentile([one["first_token_ms"] for one in answered], 50)
    summary[f"{at}.warm_tokens_p50"] = percentile([one["generated_tokens"] for one in answered], 50)
    summary[f"{at}.warm_requests"] = len(answered)
    around = [one["timings"].get("context", 0.0) + one["timings"].get("prompt", 0.0) for one in answered]
    summary[f"{at}.context_and_prompt_p50_ms"] = percentile(around, 50)
    summary[f"{at}.context_and_prompt_p95_ms"] = percentile(around, 95)
    traced(summary, at, [rows[key] for key in rows if key.startswith(f"{model}.trace.")])
    theirs = [rows[key] for key in rows if key.startswith(f"{model}.llama.")]
    if theirs:
        traced(summary, f"typing.{model}.llama.cpp", theirs)
        ours = summary[f"{at}.wait_per_key_ms"]
        summary[f"typing.{model}.ratio.wait_per_key"] = summary[f"typing.{model}.llama.cpp.wait_per_key_ms"] / ours


def traced(summary: dict[str, float], at: str, traces: Sequence[dict[str, Any]]) -> None:
    """Figures of the typing itself."""
    asked = [one for row in traces for one in row["asked"]]
    whole = [one for one in asked if not one["cancelled"]]
    by_model = [one["ms"] for one in whole if one["suggestion"] and one["ms"] > TYPED_THROUGH_MS]
    cached = [one["ms"] for one in whole if one["suggestion"] and one["ms"] <= TYPED_THROUGH_MS]
    summary[f"{at}.wait_per_key_ms"] = sum(one["ms"] for one in asked) / len(asked)
    summary[f"{at}.p50_ms"] = percentile(by_model, 50)
    summary[f"{at}.p95_ms"] = percentile(by_model, 95)
    if cached:
        summary[f"{at}.typed_through_ms"] = percentile(cached, 50)
    summary[f"{at}.typed_through"] = len(cached)
    summary[f"{at}.cancelled"] = sum(one["cancelled"] for one in asked)
    summary[f"{at}.keys"] = len(asked)
    saved = sum(chars_saved(row["region"], row["asked"]) for row in traces)
    summary[f"{at}.chars_saved"] = saved / sum(len(row["region"]) for row in traces)


def chars_saved(region: str, asked: list[dict[str, object]]) -> int:
    """Characters that need not have been typed, had each correct start of a suggestion been accepted in a pause."""
    free: set[int] = set()
    for one in asked:
        position = one["position"]
        assert isinstance(position, int)
        suggestion = str(one["suggestion"]) if one["thinking"] else ""
        rest = region[position:]
        same = next(
            (at for at, (ours, theirs) in enumerate(zip(suggestion, rest, strict=False)) if ours != theirs),
            min(len(suggestion), len(rest)),
        )
        free.update(range(position, position + same))
    return len(free)
