"""`index`: what indexing Django costs as a process, an unchanged run, a change while a server runs, a query."""

from __future__ import annotations

import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from inglenook_indexer import Index
from inglenook_indexer.files.discover import Candidate, walk

from tests.benchmarks import index_peers
from tests.benchmarks.corpus import DJANGO, source_distribution
from tests.benchmarks.index_scale import contention
from tests.benchmarks.result import Result, percentile

QUERIES = (
    "how are cookies parsed",
    "QuerySet.filter",
    "csrf token check in the middleware",
    "where are migrations applied",
    "HttpResponse",
    "template tag that includes another template",
    "password hashing with pbkdf2",
    "ValueError: The view didn't return an HttpResponse object",
)


SMALL = 500
"""Files of a small repository, which is indexed in a process that has imported everything."""


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`; `n` is how often each run is repeated."""
    source = corpus or source_distribution(*DJANGO)
    with tempfile.TemporaryDirectory(prefix="inglenook-bench-") as scratch:
        root = Path(scratch) / "django"
        shutil.copytree(source, root, symlinks=True)
        # The secret detector compiles its rules once a machine, for a second and a half; here before all else.
        environment = {
            **os.environ,
            "INGLENOOK_CACHE": str(Path(scratch) / "cache"),
            "KF_RULE_CACHE_DIR": str(Path(scratch) / "rules"),
        }
        single = Path(scratch) / "single"
        single.mkdir()
        (single / "a.py").write_text("def one():\n    return 1\n")
        small = some_files(root, Path(scratch) / "small", SMALL)
        result.row("rules", lambda: index_process(single, environment, rebuild=True))
        for number in range(n):
            result.row(f"imports-{number}", lambda: index_process(single, environment, rebuild=True))
            result.row(f"small-{number}", lambda: index_inside(small))
            result.row(f"first-{number}", lambda: index_process(root, environment, rebuild=True))
            result.row(f"unchanged-{number}", lambda: index_process(root, environment))
        result.row("queries", lambda: queries(root, environment, max(n, 3)))
        result.row("changes", lambda: changes(root, environment, 20))
    index_peers.measure(result)
    result.row("contention", lambda: {"wall_for_cpu": contention()})
    firsts = [row for key, row in result.rows.items() if key.startswith("first-")]
    unchanged = [row for key, row in result.rows.items() if key.startswith("unchanged-")]
    assert all(row["changed"] == 0 for row in unchanged)
    summary = result.summary
    summary["index.contention"] = result.rows["contention"]["wall_for_cpu"]
    summary["index.django.files"] = firsts[0]["files"]
    summary["index.django.chunks"] = firsts[0]["chunks"]
    summary["index.django.first_s"] = percentile([row["seconds"] for row in firsts], 50)
    imports = [row["seconds"] for key, row in result.rows.items() if key.startswith("imports-")]
    small = [row for key, row in result.rows.items() if key.startswith("small-")]
    summary["index.one_file.first_s"] = percentile(imports, 50)
    summary["index.django.first_without_imports_s"] = summary["index.django.first_s"] - percentile(imports, 50)
    summary[f"index.{SMALL}_files.chunks"] = small[0]["chunks"]
    summary[f"index.{SMALL}_files.inside_s"] = percentile([row["seconds"] for row in small], 50)
    summary["index.django.first_cpu_s"] = percentile([row["cpu_seconds"] for row in firsts], 50)
    summary["index.django.unchanged_cpu_s"] = percentile([row["cpu_seconds"] for row in unchanged], 50)
    summary["index.django.first_inside_s"] = percentile([row["inside_seconds"] for row in firsts], 50)
    summary["index.django.unchanged_s"] = percentile([row["seconds"] for row in unchanged], 50)
    summary["index.django.rss_mb"] = max(row["rss_mb"] for row in firsts)
    summary["index.django.store_bytes_per_chunk"] = firsts[-1]["bytes"] / firsts[-1]["chunks"]
    summary["index.django.query_p50_ms"] = percentile(result.rows["queries"]["ms"], 50)
    summary["index.django.query_p95_ms"] = percentile(result.rows["queries"]["ms"], 95)
    for share, (size, times) in result.rows["queries"]["shadow"].items():
        head = f"index.shadow_to_searchable.{round(100 * float(share))}th_longest_file"
        summary[f"{head}.bytes"] = size
        summary[f"{head}.p95_ms"] = percentile(times, 95)
    summary["index.change_to_searchable_p50_ms"] = percentile(result.rows["changes"]["ms"], 50)
    summary["index.change_to_searchable_p95_ms"] = percentile(result.rows["changes"]["ms"], 95)


def index_process(root: Path, environment: dict[str, str], *, rebuild: bool = False) -> dict[str, object]:
    """One `inglenook index --json` from spawn to exit. Processor time beside, for it does not mind who else works."""
    if rebuild:
        shutil.rmtree(environment["INGLENOOK_CACHE"], ignore_errors=True)
    command = [sys.executable, "-m", "inglenook_server", "index", str(root), "--json"]
    before = _children()
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    seconds = time.perf_counter() - started
    report = json.loads(done.stdout)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "seconds": seconds,
        "cpu_seconds": _children() - before,
        "inside_seconds": report["seconds"],
        "files": report["files"],
        "chunks": report["chunks"],
        "changed": report["changed"],
        "skipped": len(report["skipped"]),
        "bytes": report["index"]["bytes"],
        "rss_mb": peak,
    }


def some_files(source: Path, target: Path, count: int) -> Path:
    """The first `count` files that are indexed of `source`, by the hash of their paths: a mixture like the whole."""
    files = [one.path for one in walk(source) if isinstance(one, Candidate) and one.size]
    files.sort(key=lambda path: hashlib.sha256(path.encode()).digest())
    for path in files[:count]:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / path, target / path)
    return target


def index_inside(root: Path) -> dict[str, object]:
    """One first index, in this process, which another workspace was indexed in before."""
    with tempfile.TemporaryDirectory() as scratch:
        warm = Path(scratch) / "warm"
        warm.mkdir()
        (warm / "a.py").write_text("def one():\n    return 1\n")
        for number, folder in enumerate((warm, root)):
            index = Index(folder, Path(scratch) / f"index-{number}")
            started = time.perf_counter()
            report = index.refresh()
            seconds = time.perf_counter() - started
            index.close()
    return {"seconds": seconds, "files": report.files, "chunks": report.chunks}


def _children() -> float:
    """Processor seconds of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def queries(root: Path, environment: dict[str, str], repeats: int) -> dict[str, object]:
    """Warm hybrid queries in one process that has the index open; then keys typed into files of four sizes."""
    code = f"""
import json, sys, time
from pathlib import Path
from inglenook_indexer import Index
index = Index(Path({str(root)!r}))
queries = {QUERIES!r}
for query in queries:
    index.search(query)
times = []
for _ in range({repeats}):
    for query in queries:
        started = time.perf_counter()
        index.search(query)
        times.append((time.perf_counter() - started) * 1000)
files = sorted(index.root.rglob("*.py"), key=lambda path: path.stat().st_size)
shadows = {{}}
for share in (0.5, 0.9, 0.99, 1):
    path = files[round(share * (len(files) - 1))]
    text = path.read_text("utf-8")
    index.shadow(index.relative(path), text)
    shadows[share] = [path.stat().st_size, []]
    for number in range(10):
        word = f"wombat{{number}}quokka"
        started = time.perf_counter()
        index.shadow(index.relative(path), f"{{text}}\\n\\ndef {{word}}():\\n    pass\\n")
        found = index.search(word, limit=3)
        shadows[share][1].append((time.perf_counter() - started) * 1000)
        assert word in found[0].chunk.text
    index.shadow(index.relative(path), None)
sys.stdout.write(json.dumps({{"ms": times, "shadow": shadows}}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    return json.loads(done.stdout)


def changes(root: Path, environment: dict[str, str], count: int) -> dict[str, object]:
    """Save a file beside a running server; how long until `inglenook/search` finds the new word."""
    from tests.benchmarks.editor import change_to_searchable

    return {"ms": change_to_searchable(root, environment, count)}
