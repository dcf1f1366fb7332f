"""`start`: what a command waits for at a prompt: `status`, `search`, `symbols`, `ask`, as processes from spawn to exit.

By turns, on one indexed repository where nothing has changed, beside another checkout (`--other PYTHON`) and semble's
own search, which keeps its index, too. `ask` is a question that the index answers exactly; `places` is one that it does
not, until the first place is shown, before a model is loaded. `query` is what the same search takes in a process that
has imported everything, its index being opened for it. Quotients are of medians, to those of `status`.

semble's model can't be fetched here: its process gets our table in its form, filled up to the same size.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from inglenook_indexer import Index

from tests.benchmarks.corpus import DJANGO, source_distribution
from tests.benchmarks.index_peers import semble
from tests.benchmarks.index_scale import contention
from tests.benchmarks.masks import revision_of
from tests.benchmarks.result import Result, percentile

QUERY = "where are settings read"
OPEN = "How does this find out what it has to do, and why so?"
COMMANDS = ("status", "search", "symbols", "ask", "places")
SEMBLE_ROWS = 62_500
"""Of 256 numbers: the 16 million of its default model."""
MODEL = f"""
import sys
import numpy as np
from inglenook_indexer.embed.static import StaticEmbedder
from model2vec import StaticModel
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers
static = StaticEmbedder()
words = {{**static._tokens._known, "[UNK]": len(static._tokens._known)}}
words |= {{f"[unused{{number}}]": number for number in range(len(words), {SEMBLE_ROWS})}}
tokenizer = Tokenizer(models.WordPiece(words, unk_token="[UNK]"))
tokenizer.normalizer = normalizers.BertNormalizer()
tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
table = np.zeros((len(words), static.dimensions), np.float32)
table[: len(static._table)] = static._table
StaticModel(vectors=table, tokenizer=tokenizer).save_pretrained(sys.argv[1])
"""
_PLACE = re.compile(rb":\d+-\d+  ")


def measure(result: Result, *, n: int, corpus: Path | None, other: Path | None = None) -> None:
    """Fill `result`: median seconds and processor seconds of each process, `n` of each."""
    source = corpus or source_distribution(*DJANGO)
    sides = {"this": Path(sys.executable)} | ({"other": other} if other else {})
    if other:
        result.appendix = f"`other` is {revision_of(other)}.\n"
    with tempfile.TemporaryDirectory(prefix="inglenook-start-") as scratch:
        root = Path(scratch) / "repository"
        shutil.copytree(source, root, symlinks=True)
        environments = {side: _environment(Path(scratch) / side) for side in sides}
        for side, python in sides.items():
            _process([str(python), "-m", "inglenook_server", "index", str(root)], environments[side])
        index = Index(root, next((Path(scratch) / "this" / "cache" / "indexes").iterdir()))
        name = called_once(index)
        peer = _semble(root, Path(scratch) / "semble")
        runs = {
            f"{side}.{command}": (_command(python, command, root, name), environments[side])
            for side, python in sides.items()
            for command in COMMANDS
        } | {"semble.search": peer}
        for key, (
            command,
            environment,
        ) in runs.items():  # once for what Python compiles, and semble's index
            _timed(command, environment, places=key.endswith("places"))
        for number in range(n):
            for key, (command, environment) in runs.items():
                result.row(
                    f"{key}.{number}", lambda c=command, e=environment, k=key: _timed(c, e, places=k.endswith("places"))
                )
        result.row("query", lambda: {"seconds": [_query(root, index.folder) for _ in range(max(n, 3))]})
        result.row("contention", lambda: {"wall_for_cpu": contention(), "files": len(index.files())})
    summary, rows = result.summary, result.rows
    summary["start.files"] = rows["contention"]["files"]
    summary["start.contention"] = rows["contention"]["wall_for_cpu"]
    summary["start.query_s"] = percentile(rows["query"]["seconds"], 50)
    for key in runs:
        for unit in ("seconds", "cpu_seconds"):
            summary[f"start.{key}.{unit}"] = percentile([rows[f"{key}.{number}"][unit] for number in range(n)], 50)
    for key in runs:
        side = key.partition(".")[0] if not key.startswith("semble") else "this"
        for unit in ("seconds", "cpu_seconds"):
            summary[f"start.{key}.{unit}_for_status"] = (
                summary[f"start.{key}.{unit}"] / summary[f"start.{side}.status.{unit}"]
            )


def called_once(index: Index) -> str:
    """The first function that is defined at one place, and called."""
    for path in index.files():
        for symbol in index.outline(path):
            single = symbol.kind == "function" and index.definitions(symbol.name).total == 1
            if single and index.references(symbol.name, relation="call", defined_in=path).total:
                return symbol.name
    raise SystemExit("No function of this repository is called: name another one.")


def _command(python: Path, command: str, root: Path, name: str) -> list[str]:
    words = {
        "status": [str(root)],
        "search": [QUERY, str(root)],
        "symbols": [name, str(root)],
        "ask": [f"Who calls {name}?", str(root)],
        "places": [OPEN, str(root)],
    }[command]
    return [str(python), "-m", "inglenook_server", "ask" if command == "places" else command, *words]


def _environment(home: Path) -> dict[str, str]:
    """An index of one's own, no model, and compiled modules that are kept, as where it is installed."""
    home.mkdir()
    (home / "settings.toml").write_text('[generation]\nengine = "echo"\n')
    own = {"INGLENOOK_CACHE": str(home / "cache"), "INGLENOOK_CONFIG": str(home)}
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"} | own


def _semble(root: Path, home: Path) -> tuple[list[str], dict[str, str]]:
    """Its own command, and the variables that give it its model and a folder for its index."""
    home.mkdir()
    _process([sys.executable, "-c", MODEL, str(home / "model")], dict(os.environ))
    own = {
        "SEMBLE_MODEL_NAME": str(home / "model"),
        "SEMBLE_CACHE_LOCATION": str(home / "cache"),
        "HF_HUB_OFFLINE": "1",
    }
    dropped = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    environment = {key: value for key, value in os.environ.items() if key not in dropped} | own
    return [str(semble().parent / "semble"), "search", QUERY, str(root), "-k", "10"], environment


def _timed(command: list[str], environment: dict[str, str], *, places: bool) -> dict[str, object]:
    """One process, to its end or to its first place. Processor time beside: it does not mind who else works."""
    spent, started = _children(), time.perf_counter()
    seconds = _until_place(command, environment, started) if places else None
    if seconds is None:
        _process(command, environment)
        seconds = time.perf_counter() - started
    return {"seconds": seconds, "cpu_seconds": _children() - spent}


def _until_place(command: list[str], environment: dict[str, str], started: float) -> float:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if _PLACE.search(line):
                seconds = time.perf_counter() - started
                process.kill()
                return seconds
    raise SystemExit(f"{' '.join(command)} has shown no place.")


def _process(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment)


def _children() -> float:
    """Processor seconds of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _query(root: Path, folder: Path) -> float:
    index = Index(root, folder)
    started = time.perf_counter()
    assert index.search(QUERY)
    seconds = time.perf_counter() - started
    index.close()
    return seconds
