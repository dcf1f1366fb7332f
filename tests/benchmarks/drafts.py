"""`drafts`: what drafts looked up in the prompt bring, and what the repository's own text in the prompt adds to that.

The engine takes drafts from the prompt alone, so text of the repository becomes a draft by standing in the prompt:
`ours` has it, `fim` has the same cursor without. Positions of the fitting packages; each is decoded greedily with
drafts and without, by engines that are otherwise the same. Times are of the tokens after the first.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from inglenook_indexer import Index
from inglenook_indexer.system.location import cache_root
from inglenook_server.generation.base import Generation, Infill, Options
from inglenook_server.generation.decoding import Reader
from inglenook_server.generation.openvino.engine import OpenVinoGenerator
from inglenook_server.settings import CompletionSettings

from tests.benchmarks.completion_conditions import Bench, write
from tests.benchmarks.completion_packages import SETS, fetched
from tests.benchmarks.generators import here
from tests.benchmarks.repo_lines import Position, positions
from tests.benchmarks.result import Result

TOKENS = 24


class Plain(OpenVinoGenerator):
    """The same engine without drafts."""

    @contextmanager
    def _reader(self, ids: list[int], kind: type | None) -> Iterator[Reader]:
        with super()._reader(ids, kind) as reader:
            reader.draft = 0
            yield reader


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`; `n` positions of each package."""
    del corpus
    for one in here():
        model, folder = one.name, one.openvino
        with closing(OpenVinoGenerator(model, folder)) as lookup, closing(Plain(model, folder)) as plain:
            for package in SETS["fit"]:
                home = fetched(package)
                index = Index(home, cache_root() / "benchmarks" / "completion" / package.name)
                index.refresh()
                bench = Bench(home, Recorder(lookup), CompletionSettings(), index)
                for number, place in enumerate(positions(home, n)):
                    key = f"{model}.{package.name}.{number}"
                    row = result.row(key, lambda place=place, bench=bench: _row(bench, place, plain))
                    sys.stderr.write(f"{key} {row}\n")
                bench.memory.close()
                index.close()
        rows = [row for key, row in result.rows.items() if row and key.startswith(f"{model}.")]
        for name in ("fim", "ours"):
            for way in ("lookup", "plain"):
                times = [row[f"{name}.{way}"] for row in rows]
                result.summary[f"drafts.{model}.{name}.{way}_ms_per_token"] = statistics.median(times)
            ratios = [row[f"{name}.plain"] / row[f"{name}.lookup"] for row in rows]
            result.summary[f"drafts.{model}.{name}.speedup"] = statistics.geometric_mean(ratios)


class Recorder:
    """A generator that remembers what it was last asked to complete."""

    def __init__(self, inner: OpenVinoGenerator) -> None:
        self._inner = inner
        self.prompt: Infill | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def generate(self, prompt: Infill, *rest: Any, **more: Any) -> Generation:
        """Remember, and generate."""
        self.prompt = prompt
        return self._inner.generate(prompt, *rest, **more)


def _row(bench: Bench, place: Position, plain: OpenVinoGenerator) -> dict[str, float]:
    """Milliseconds a token of each prompt and each way; nothing where no completion is offered."""
    recorder = bench.generator
    assert isinstance(recorder, Recorder)
    row: dict[str, float] = {}
    for name in ("fim", "ours"):
        recorder.prompt = None
        write(bench, place, name)
        if recorder.prompt is None:
            return {}
        for way, engine in (("lookup", recorder), ("plain", plain)):
            usage = engine.generate(recorder.prompt, Options(TOKENS)).usage
            row[f"{name}.{way}"] = (usage.total_ms - usage.first_token_ms) / max(1, usage.generated_tokens - 1)
    return row
