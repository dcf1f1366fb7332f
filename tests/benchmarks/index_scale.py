"""`index-scale`: what a thousand to a million chunks cost: time, memory, disk, queries, and the curve between them.

Every size is indexed from nothing by a process of its own that imports the indexer alone; a second one searches, a
third changes files. `--n` is the largest size (a million by default). Sizes measured at this revision are kept.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.machine import revision
from tests.benchmarks.million import Workspace
from tests.benchmarks.result import Result, percentile

SIZES = (1_000, 10_000, 100_000, 1_000_000)
_BYTES_PER_CHUNK = 1_150  # a first guess; each size corrects it for the next
_SPIN = 3_000_000  # rounds of a loop that takes a third of a second: how much of a core we get

PROSE = (
    "how are cookies parsed", "where are database migrations applied", "retry a request with exponential backoff",
    "password hashing", "parse command line arguments", "open a tcp socket and listen", "matrix decomposition",
    "convert a tensor to another dtype", "list virtual machines in a resource group", "render a template",
    "validate the configuration file", "send an email notification", "read a csv file into a data frame",
    "plot a histogram with bins", "tokenize text into words", "authentication token refresh", "thread pool executor",
    "schedule a task every hour", "compute the shortest path in a graph", "allocate memory for a buffer",
)  # fmt: skip
"""Questions that one of the packages answers."""

INDEX = """
import json, os, resource, sys, time
from pathlib import Path
from inglenook_indexer import Index
root, folder = map(Path, sys.argv[1:])
started = time.perf_counter()
curve = []
def note(progress):
    now = time.perf_counter() - started
    if not curve or now - curve[-1][2] > 2 or progress.stage != curve[-1][0]:
        curve.append([progress.stage, progress.done, round(now, 2)])
report = Index(root, folder).refresh(progress=note)
seconds = time.perf_counter() - started
used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
status = Index(root, folder).status()
sys.stdout.write(json.dumps({
    "seconds": seconds, "cpu_seconds": sum(one.ru_utime + one.ru_stime for one in used), "files": report.files,
    "chunks": report.chunks, "skipped": len(report.skipped), "bytes": status.bytes,
    "peak_rss_mb": used[0].ru_maxrss / 1024, "curve": curve,
}))
"""

SEARCH = """
import json, os, random, sys, time
from pathlib import Path
import psutil
from inglenook_indexer import Index
root, folder, prose = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
started = time.perf_counter()
index = Index(root, folder)
index.search("warm")
opened = time.perf_counter() - started
hits = [hit for query in prose for hit in index.search(query, limit=20)]
names = {name for hit in hits for name in hit.chunk.defines if " " not in name}
queries = [*prose, *random.Random(0).sample(sorted(names), min(len(names), 20))]
for query in queries:
    index.search(query)
wall, cpu = [], []
for _ in range(3):
    for query in queries:
        before, used = time.perf_counter(), time.process_time()
        index.search(query)
        wall.append((time.perf_counter() - before) * 1000)
        cpu.append((time.process_time() - used) * 1000)
memory = psutil.Process().memory_full_info()
sys.stdout.write(json.dumps({
    "open_ms": opened * 1000, "ms": wall, "cpu_ms": cpu, "rss_mb": memory.rss / 2**20, "own_mb": memory.uss / 2**20,
}))
"""
"""`own_mb` is what no file stands behind: pages of a mapped file count in `rss_mb` and cost nobody memory."""

CHANGE = """
import json, sys, time
from pathlib import Path
from inglenook_indexer import Index
root, folder = map(Path, sys.argv[1:])
started = time.perf_counter()
report = Index(root, folder).refresh()
unchanged = time.perf_counter() - started
assert not report.changed and not report.removed
index = Index(root, folder)
index.search("warm")
times = []
for number in range(6):
    file = root / "changed_by_the_benchmark.py"
    file.write_text(f"def quokka{number}wombat():\\n    return {number}\\n")
    started = time.perf_counter()
    index.update([file])
    hits = index.search(f"quokka{number}wombat", limit=3)
    times.append((time.perf_counter() - started) * 1000)
    assert hits[0].chunk.path == file.name
file.unlink()
index.update([file])
sys.stdout.write(json.dumps({"unchanged_s": unchanged, "update_ms": times[1:]}))
"""


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`. `n` is the largest size; `corpus` a folder for workspace and index, deleted afterwards."""
    largest = n if n >= SIZES[0] else SIZES[-1]
    with tempfile.TemporaryDirectory(prefix="inglenook-scale-", dir=corpus) as scratch:
        home = Path(scratch)
        workspace = Workspace(home / "workspace")
        ratio = float(_BYTES_PER_CHUNK)
        for size in (one for one in SIZES if one <= largest):
            whole = workspace.grow(int(size * ratio))
            row: dict[str, Any] = result.row(str(size), lambda: _size(workspace, home / "index"))
            ratio = workspace.bytes / row["chunks"]
            if not whole:
                sys.stderr.write(f"the packages are used up at {row['chunks']:,} chunks\n")
    summarise(result)
    from tests.benchmarks.index_plot import draw

    draw(result.rows, result.folder / "index-scale.svg")


def summarise(result: Result) -> None:
    """Keys from rows."""
    for key, row in result.rows.items():
        head = f"index.{key}"
        summary = result.summary
        summary[f"{head}.chunks"] = float(row["chunks"])
        summary[f"{head}.files"] = float(row["files"])
        summary[f"{head}.seconds"] = row["seconds"]
        if "cpu_seconds" in row:
            summary[f"{head}.cpu_ms_per_chunk"] = 1000 * row["cpu_seconds"] / row["chunks"]
        summary[f"{head}.query_p50_ms"] = percentile(row["ms"], 50)
        summary[f"{head}.query_p95_ms"] = percentile(row["ms"], 95)
        summary[f"{head}.query_cpu_p95_ms"] = percentile(row["cpu_ms"], 95)
        summary[f"{head}.rss_mb"] = row["rss_mb"]
        summary[f"{head}.index_peak_rss_mb"] = row["peak_rss_mb"]
        summary[f"{head}.store_bytes_per_chunk"] = row["bytes"] / row["chunks"]
        summary[f"{head}.update_p50_ms"] = percentile(row["update_ms"], 50)
        summary[f"{head}.unchanged_s"] = row["unchanged_s"]
        summary[f"{head}.contention"] = row["contention"]


def _size(workspace: Workspace, folder: Path) -> dict[str, Any]:
    """One size: index, search, change."""
    shutil.rmtree(folder, ignore_errors=True)
    before = contention()
    root = str(workspace.root)
    row = process(INDEX, root, str(folder))
    row |= process(SEARCH, root, str(folder), json.dumps(PROSE))
    row |= process(CHANGE, root, str(folder))
    row |= {"contention": (before + contention()) / 2, "revision": revision(), "text_bytes": workspace.bytes}
    sys.stderr.write(f"{row['chunks']:,} chunks in {row['seconds']:.0f} s, p95 {percentile(row['ms'], 95):.0f} ms\n")
    return row


def process(code: str, *arguments: str) -> dict[str, Any]:
    """What a process of its own says in JSON."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, check=True, env=os.environ)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def contention() -> float:
    """Wall time of a loop for each second of processor time it took: 1 on a quiet machine."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(_SPIN):
        pass
    return (time.perf_counter() - wall) / max(1e-9, time.process_time() - cpu)
