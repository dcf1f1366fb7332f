"""Typing while the encoder has work and while it has none: `python -m tests.benchmarks.typing_beside [rounds]`.

Indexes this repository, types a region of one of its files at a person's pace through a real server (SmolLM2), in turns
with tier 1 and with tier 2 fresh, and prints milliseconds of completions that the model answered, as JSON. `encoded`
says how many chunks were encoded meanwhile: 0 would mean that nothing was measured.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

from inglenook_indexer import Index

from tests.benchmarks.editor import type_region
from tests.benchmarks.result import percentile
from tests.benchmarks.trace import trace
from tests.benchmarks.typing_trace import TYPED_THROUGH_MS, models
from tests.e2e.harness import session

REPOSITORY = Path(__file__).parents[2]
FILE, FIRST = "indexer/inglenook_indexer/update/encoding_order.py", "def order(\n"
PARTS = ("server", "indexer", "tests", "README.md", "ARCHITECTURE.md")


async def typed(root: Path, tier: int, path: str, before: str, region: str, after: str) -> dict[str, float]:
    """One pass: the figures of one server."""
    settings = {"generation": {"profile": "fast"}, "index": {"tier": tier, "onBattery": True}}
    async with session(root, settings=settings) as editor:
        await editor.ready()
        index = Index(root)
        if tier == 2:
            await editor.until(lambda: index.status().tier2_chunks > 0, "the encoder's first batch")
        encoded = index.status().tier2_chunks
        asked = await type_region(editor, path, before, after, trace(region))
        answered = [one["ms"] for one in asked if one["suggestion"] and float(str(one["ms"])) > TYPED_THROUGH_MS]
        times = [float(str(ms)) for ms in answered]
        status = index.status()
        index.close()
    return {
        "tier": tier,
        "keys": len(asked),
        "answered": len(times),
        "p50_ms": round(percentile(times, 50), 1),
        "p95_ms": round(percentile(times, 95), 1),
        "wait_per_key_ms": round(sum(float(str(one["ms"])) for one in asked) / len(asked), 1),
        "encoded": status.tier2_chunks - encoded,
        "waiting": status.chunks - status.tier2_chunks,
    }


def copied(scratch: Path) -> Path:
    """A copy of this repository's code in `scratch`, whose indexes go there, too."""
    root = scratch / "repository"
    root.mkdir()
    for part in PARTS:
        source = REPOSITORY / part
        if source.is_dir():
            shutil.copytree(source, root / part, ignore=shutil.ignore_patterns("results", "__pycache__"))
        else:
            shutil.copy(source, root / part)
    os.environ["INGLENOOK_CACHE"] = str(scratch / "cache")
    return root


def main(rounds: int) -> None:
    """Tiers in turns, each with an index of its own that has no encoder's vectors yet."""
    os.environ.setdefault("INGLENOOK_MODELS", str(models()))
    for _ in range(rounds):
        for tier in (1, 2):
            with tempfile.TemporaryDirectory(prefix="inglenook-bench-") as scratch:
                root = copied(Path(scratch))
                text = (root / FILE).read_text("utf-8")
                begin, stop = text.index(FIRST), len(text)
                region = text[begin:stop].rstrip("\n")
                after = text[begin + len(region) :]
                (root / FILE).write_text(text[:begin] + text[stop:], "utf-8")
                row = asyncio.run(typed(root, tier, FILE, text[:begin], region, after))
                sys.stdout.write(json.dumps(row) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
