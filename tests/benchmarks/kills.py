"""`kills`: runs killed at random moments by the thousand; what a kill may not do is checked after every one.

The test suite does two hundred (`tests/indexer/update/test_kill.py`); this goes on with other seeds. `--n` is how many.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.benchmarks.result import Result
from tests.indexer.killing import Lane, prepare

_LANES = 2
_BLOCK = 100  # kills of one seed: then a fresh workspace, and a row that is kept


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`: every row is a seed's hundred kills. Raises AssertionError at the first thing that is lost."""
    del corpus
    prepare(_patch)
    seeds = [str(1_000 + number) for number in range(max(1, n // _BLOCK))]
    with ThreadPoolExecutor(_LANES) as pool:
        for start in range(0, len(seeds), _LANES):
            some = [seed for seed in seeds[start : start + _LANES] if seed not in result.rows]
            for seed, row in zip(some, pool.map(_block, some), strict=True):
                result.row(seed, lambda row=row: row)
                sys.stderr.write(f"seed {seed}: {row}\n")
    kinds: Counter[str] = Counter()
    for row in result.rows.values():
        kinds.update(row["kills"])
    result.summary["kills.total"] = kinds.total()
    result.summary |= {f"kills.{kind}": count for kind, count in sorted(kinds.items())}
    result.summary["kills.lost"] = 0
    result.summary["kills.seconds_each"] = sum(row["seconds"] for row in result.rows.values()) / kinds.total()


def _block(seed: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="inglenook-kills-") as home:
        started = time.perf_counter()
        lane = Lane(Path(home), int(seed))
        try:
            lane.until(_BLOCK)
            lane.settle()
        finally:
            lane.close()
        return {"seconds": time.perf_counter() - started, "kills": dict(lane.kills), "finished": dict(lane.finished)}


def _patch(name: str, value: Any) -> None:
    module, _, attribute = name.rpartition(".")
    setattr(importlib.import_module(module), attribute, value)
