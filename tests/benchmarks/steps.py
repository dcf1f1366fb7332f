"""`steps`: what one step of the engine costs by the number of its tokens, and what a change of that number costs.

After a prompt of `PAST` tokens, as the engine runs it, but with no rows filled up.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from inglenook_server.generation.openvino import paged_graph
from inglenook_server.generation.openvino.paged_graph import BLOCK_TOKENS, PagedModel

from tests.benchmarks.generators import here
from tests.benchmarks.result import Result

PAST = 1_000
SIZES = (1, 2, 3, 4, 5, 6, 8, 16)
TIMES = 12
"""Steps of each size in one repetition, of which the first are left out."""
LEFT_OUT = 3


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`; `n` repetitions of each size, in turn."""
    del corpus
    rows, paged_graph.ROWS = paged_graph.ROWS, 1
    try:
        for one in here():
            model = PagedModel(one.name, one.openvino)
            for number in range(n):
                result.row(
                    f"{one.name}.{number}", lambda model=model: {str(key): ms for key, ms in _row(model).items()}
                )
            found = [result.rows[f"{one.name}.{number}"] for number in range(n)]
            for key in found[0]:
                at = f"steps.{one.name}.{key}_ms"
                result.summary[at] = statistics.median(float(str(row[key])) for row in found)
    finally:
        paged_graph.ROWS = rows


def _row(model: PagedModel) -> dict[str, float]:
    """Milliseconds by tokens of a step; of one token after a step of four as "1_after_4"."""
    table = list(range(-(-(PAST + max(SIZES)) // BLOCK_TOKENS)))

    def step(tokens: int) -> float:
        started = time.perf_counter()
        model.read([100] * tokens, PAST, table, tokens)
        return (time.perf_counter() - started) * 1000

    found: dict[str, float] = {}
    for size in SIZES:
        found[str(size)] = statistics.median([step(size) for _ in range(TIMES)][LEFT_OUT:])
    changed = []
    for _ in range(TIMES):
        step(4)
        changed.append(step(1))
    found["1_after_4"] = statistics.median(changed[LEFT_OUT:])
    return found
