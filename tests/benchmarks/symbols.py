"""`symbols`: what each question about symbols takes on an index of 100,000 chunks, and what the symbols cost it.

The workspace is Django's source distribution as often as it takes, so that every name is defined several times: harder
than one repository of that size.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from inglenook_indexer import Index, cache_root

from tests.benchmarks.corpus import DJANGO, source_distribution
from tests.benchmarks.machine import ROOT
from tests.benchmarks.result import Result, percentile

CHUNKS = 100_000
ASKED = 60  # names and files, of each question, in each repetition; each is asked once, as people ask
SEED = 7
TOLD_EVERY = 5  # chunks of which the extraction's own time is taken


def measure(result: Result, *, n: int, corpus: Path | None) -> None:
    """Fill `result`; `n` times 60 names and files are asked about."""
    source = corpus or source_distribution(*DJANGO)
    # The index of so much takes minutes: it is kept in the cache, and only brought up to date when asked again.
    home = cache_root() / "benchmarks" / f"symbols-{source.name}"
    copies = result.row("index", lambda: index_of(source, home))
    answers = result.row("questions", lambda: in_process("ask", home / "workspace", n))
    cost = result.row("extraction", lambda: in_process("extraction", source, n))
    summary = result.summary
    summary["symbols.chunks"] = copies["chunks"]
    for question, times in answers["ms"].items():
        summary[f"symbols.{question}_p50_ms"] = percentile(times, 50)
        summary[f"symbols.{question}_p95_ms"] = percentile(times, 95)
        summary[f"symbols.{question}_p95_cpu_ms"] = percentile(answers["cpu_ms"][question], 95)
    summary["symbols.first_question_ms"] = answers["first_ms"]
    summary["symbols.question_after_a_commit_ms"] = answers["after_commit_ms"]
    summary["symbols.rss_mb"] = answers["rss_mb"]
    summary["symbols.look_up_mb"] = answers["look_up_mb"]
    summary["symbols.extraction_us_per_chunk"] = cost["us_per_chunk"]
    summary["symbols.extraction_share_of_indexing"] = cost["share"]
    summary["symbols.facts_bytes_per_chunk"] = cost["bytes_per_chunk"]


def index_of(source: Path, home: Path) -> dict[str, object]:
    """Copy `source` until an index of it all has enough chunks."""
    workspace = home / "workspace"
    index = Index(workspace if workspace.is_dir() else _made(workspace), home / "index")
    started = time.perf_counter()
    copies = len(list(workspace.iterdir()))
    chunks = index.refresh().chunks
    while chunks < CHUNKS:
        shutil.copytree(source, workspace / f"copy-{copies}", symlinks=True)
        copies += 1
        chunks = index.refresh().chunks
    index.close()
    return {"chunks": chunks, "copies": copies, "seconds": time.perf_counter() - started}


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def in_process(function: str, root: Path, n: int) -> dict[str, object]:
    """One of the functions below in a process of its own, whose memory is nobody else's."""
    code = f"import json, sys\nfrom pathlib import Path\nfrom tests.benchmarks.symbols import {function}\n"
    code += f"sys.stdout.write(json.dumps({function}(Path({str(root)!r}), {n})))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT, env=environment
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def ask(workspace: Path, n: int) -> dict[str, object]:
    """Every question about names and files picked at random, of a process that has answered one before."""
    index = Index(workspace, workspace.parent / "index")
    index.warm()
    before = psutil.Process().memory_info().rss
    first = _timed(lambda: index.definitions("QuerySet"))
    index.importers(index.files()[0])
    grown = psutil.Process().memory_info().rss - before
    chance = random.Random(SEED)
    code = [path for path in index.files() if path.endswith((".py", ".js"))]
    symbols = []
    while len(symbols) < ASKED * n:
        outline = index.outline(chance.choice(code))
        symbols += chance.sample(outline, min(1, len(outline)))
    names = [one.name for one in symbols]
    dotted = [f"{one.parent.rpartition(' > ')[2]}.{one.name}" if one.parent else one.name for one in symbols]
    classes = [one.name for one in symbols if one.kind == "class"] or names
    files = chance.sample(code, min(ASKED * n, len(code)))
    questions: dict[str, tuple[Callable[[str], object], list[str]]] = {
        "definitions": (index.definitions, names),
        "definitions_dotted": (index.definitions, dotted),
        "definitions_near": (lambda name: index.definitions(name, near=files[0]), names),
        "references": (index.references, names),
        "inheritors": (lambda name: index.references(name, relation="inherit"), classes),
        "imports": (index.imports, files),
        "importers": (index.importers, files),
        "outline": (index.outline, files),
    }
    times: dict[str, list[float]] = {question: [] for question in questions}
    spent: dict[str, list[float]] = {question: [] for question in questions}
    for question, (answer, subjects) in questions.items():
        for subject in subjects:
            before_it = time.process_time()
            times[question].append(_timed(lambda answer=answer, subject=subject: answer(subject)))
            spent[question].append((time.process_time() - before_it) * 1000)
    path = workspace / code[0]
    text = path.read_bytes()
    try:
        path.write_bytes(text + b"\ndef made_for_a_moment():\n    pass\n")
        index.update([code[0]])
        after = _timed(lambda: index.definitions("made_for_a_moment"))
    finally:
        path.write_bytes(text)
        index.update([code[0]])
    rss = psutil.Process().memory_info().rss
    index.close()
    return {
        "ms": times, "cpu_ms": spent, "first_ms": first, "after_commit_ms": after, "rss_mb": rss / 1e6,
        "look_up_mb": grown / 1e6,
    }  # fmt: skip


def extraction(source: Path, n: int) -> dict[str, object]:
    """What finding symbols adds to cutting and embedding the Python files of a source distribution, in CPU time."""
    from inglenook_indexer import SourceFile
    from inglenook_indexer.chunks import chunk
    from inglenook_indexer.chunks.transformations import run, transformations
    from inglenook_indexer.embed.static import StaticEmbedder
    from inglenook_indexer.symbols.extract import Found

    files = [path for path in sorted(source.rglob("*.py")) if path.stat().st_size < 200_000][::TOLD_EVERY]
    sources = [SourceFile(str(path), path.read_text("utf-8", "replace"), "python", "", 0, 0) for path in files]
    steps = transformations(StaticEmbedder())
    nodes = run(sources, steps)
    find = chunk.extract
    spent = {"with": [], "without": []}
    for _ in range(n):
        spent["with"].append(_cpu(lambda: run(sources, steps)))
        chunk.extract = lambda *_: Found()
        spent["without"].append(_cpu(lambda: run(sources, steps)))
        chunk.extract = find
    extra = min(spent["with"]) - min(spent["without"])
    size = sum(len(node.metadata["facts"].encode()) + 4 * len(node.metadata["keys"]) for node in nodes)
    return {
        "us_per_chunk": extra / len(nodes) * 1e6,
        "share": extra / min(spent["with"]),
        "bytes_per_chunk": size / len(nodes),
        "chunks": len(nodes),
    }


def _timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _cpu(work: Callable[[], object]) -> float:
    """Seconds of processor time."""
    started = time.process_time()
    work()
    return time.process_time() - started
