"""Kills index runs at random moments, and says what they left behind. Used by a test (200 kills) and a benchmark.

A `Nursery` is an interpreter that has imported everything and used none of it; each run is a fork of it, so that a
kill costs a tenth of a second and not three. LanceDB starts its runtime anew in a fork, which it supports where
nothing was open before; that holds here.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from inglenook_indexer import Index, IndexMissing, StoreDamaged

from tests.waiting import TIMEOUT_S

SMALL = {
    "inglenook_indexer.update.write._COMMIT_ROWS": 15,
    "inglenook_indexer.update.worker_pool._GROUP_FILES": 3,
    "inglenook_indexer.store.indices.FRAGMENTS": 4,
    "inglenook_indexer.store.indices.UNINDEXED_ROWS": 12,
    "inglenook_indexer.store.indices.SCALAR_ROWS": 30,
    "inglenook_indexer.store.indices.VECTOR_ROWS": 50,
    "inglenook_indexer.store.indices.KEEP_VERSIONS": timedelta(seconds=2),
    "inglenook_indexer.update.encode._BATCH": 12,
    "inglenook_indexer.update.encoding_run._TIDY_EVERY": 2,
}
"""So that a run over a few files does all that one over thousands does: several commits, indices, compaction."""

RUNS = {"first": 1, "refresh": 6, "update": 4, "embed": 3, "rebuild": 2, "compact": 2, "forget": 3}
"""What is killed, and how often in proportion."""
_FILES = 24
_ALLOWED = {"root.json", "store", "encodings", "manifest.json", "encoder.json", "retrieved.json", "writer.lock"}


class Letters:
    """An encoder that counts letters: honest vectors without a model."""

    version = "1"
    dimensions = 384

    def __init__(self, folder: Path, **_: Any) -> None:
        self.name = folder.name

    def embed(self, texts: Any) -> Any:
        out = np.full((len(texts), 384), 1e-3, np.float32)
        for row, text in enumerate(texts):
            np.add.at(out[row], np.frombuffer(text.encode(), np.uint8), 1)
        return out / np.linalg.norm(out, axis=1, keepdims=True)


def prepare(patch: Callable[[str, Any], None]) -> None:
    """Small thresholds, one static table for all sessions of this process, an encoder that needs no weights."""
    from inglenook_indexer.embed.static import StaticEmbedder
    from inglenook_indexer.secrets.detector import load

    for name, value in SMALL.items():
        patch(name, value)
    shared = StaticEmbedder()
    patch("inglenook_indexer.search.session.StaticEmbedder", lambda: shared)
    patch("inglenook_indexer.embed.encoder.Encoder", Letters)
    load()


def nursery() -> None:
    """The far end: for each line of JSON on stdin, fork, run, and say on stdout how it ended."""
    import importlib
    import warnings

    for name in (
        *("secrets.detector", "search.session"),
        *("update.encode", "update.encoding_run", "update.worker_pool", "update.write"),
    ):
        importlib.import_module(f"inglenook_indexer.{name}")
    import lancedb.index
    import lancedb.query  # noqa: F401

    def patch(name: str, value: Any) -> None:
        module, _, attribute = name.rpartition(".")
        setattr(importlib.import_module(module), attribute, value)

    prepare(patch)
    warnings.filterwarnings("ignore", "lancedb fork support is experimental", RuntimeWarning)
    _say("ready")
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            code = 1
            try:
                run(order["run"], Path(order["root"]), Path(order["folder"]), order["paths"])
                code = 0
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(code)
        _say(str(child))
        _say(str(os.waitpid(child, 0)[1]))


def _say(text: str) -> None:
    os.write(1, f"{text}\n".encode())


def run(kind: str, root: Path, folder: Path, paths: list[str]) -> None:
    """One run of the real thing."""
    index = Index(root, folder)
    if kind == "update":
        index.update(paths)
    elif kind == "embed":
        index.embed(root.parent / "letters")
    elif kind == "compact":
        with index._access.writing.held():
            store = index._access.open().store
            store.writer.tidy(unverified=True)
            if store.encodings is not None:
                store.encodings.tidy(unverified=True)
    else:
        index.refresh(rebuild=kind == "rebuild")


class Nursery:
    """The near end."""

    def __init__(self) -> None:
        code = f"import sys; sys.path[:] = {sys.path!r}; from tests.indexer.killing import nursery; nursery()"
        self._process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
            env={**os.environ, "LANCE_LOG": "error"},  # it warns of few vectors to train on
        )  # fmt: skip
        self._said = b""
        assert self._line(TIMEOUT_S) == "ready"

    def run(self, order: dict[str, Any], kill_after: float | None) -> tuple[bool, float]:
        """(whether it was killed, seconds it ran). Raises AssertionError if the run fails or hangs."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{json.dumps(order)}\n".encode())
        begun = self._line(TIMEOUT_S)
        assert begun is not None, "no run began"
        child = int(begun)
        started = time.perf_counter()
        status = self._line(TIMEOUT_S if kill_after is None else kill_after)
        if status is None:
            assert kill_after is not None, f"{order} hangs"
            with suppress(ProcessLookupError):  # it ended, and was buried, in this very moment
                os.kill(child, signal.SIGKILL)
            status = self._line(TIMEOUT_S)
        assert status is not None
        seconds = time.perf_counter() - started
        killed = os.WIFSIGNALED(int(status))
        assert killed or int(status) == 0, f"{order} failed: see its traceback above"
        return killed, seconds

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _line(self, seconds: float) -> str | None:
        """The next line it says; None if none comes in time."""
        assert self._process.stdout is not None
        until = time.perf_counter() + seconds
        while b"\n" not in self._said:
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, until - time.perf_counter()))
            if not ready:
                return None
            more = os.read(self._process.stdout.fileno(), 4096)
            assert more, "the nursery ended"
            self._said += more
        line, _, self._said = self._said.partition(b"\n")
        return line.decode()


class Lane:
    """One workspace that is changed, indexed, killed, looked at and repaired, again and again. Seeded."""

    def __init__(self, home: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.root = home / "workspace"
        self.folder = home / "index"
        (home / "letters").mkdir(parents=True)
        (home / "letters" / "config.json").write_text("{}")
        self.root.mkdir()
        self.disk: dict[str, str] = {}
        self.history: dict[str, set[str]] = {}
        self.indexed: dict[str, str] = {}
        self.version = 0
        self.ignored: set[str] = set()
        self.kills: Counter[str] = Counter()
        self.finished: Counter[str] = Counter()
        self._takes = dict.fromkeys(RUNS, 0.15)
        self._nursery = Nursery()
        for number in range(_FILES):
            self._write(f"f{number}.py")

    def close(self) -> None:
        self._nursery.stop()

    def write(self, kind: str) -> None:
        """One change and one run that nobody kills."""
        changed = [] if kind in ("embed", "compact") else self._change()
        order = {"run": kind, "root": str(self.root), "folder": str(self.folder), "paths": changed}
        assert not self._nursery.run(order, None)[0]
        self.indexed = dict(self.disk)

    def until(self, kills: int) -> None:
        """Go on until so many runs were killed."""
        while self.kills.total() < kills:
            self.round()

    def round(self) -> None:
        """One run, killed or not; then look, repair, look."""
        kind = self.random.choices(list(RUNS), list(RUNS.values()))[0]
        if kind == "first" or not self.indexed:
            kind = "first"
            self.folder = self.folder.with_name(f"index-{self.version}")
            self.indexed = {}
        changed = self._change() if kind not in ("embed", "compact", "first") else []
        if kind == "forget":
            self._ignore()
        order = {"run": kind, "root": str(self.root), "folder": str(self.folder), "paths": changed}
        killed, _ = self._nursery.run(order, self.random.uniform(0, self._takes[kind]))
        (self.kills if killed else self.finished)[kind] += 1
        # Where runs of this kind mostly end before the kill comes, kill sooner; where they never end, later.
        self._takes[kind] *= 1.03 if killed else 0.9
        self.look(kind)
        self.repair(kind)

    def look(self, kind: str) -> None:
        """What a reader sees now: whole files, each as it was or as it is, and nothing lost."""
        reader = Index(self.root, self.folder)
        try:
            found = texts(reader)
            for path in {*self.indexed, *self.disk, *found}:
                allowed = {self.indexed.get(path), self.disk.get(path)}
                assert found.get(path) in allowed, f"after a killed {kind}, {path} is neither as it was nor as it is"
            same = [path for path, text in self.indexed.items() if self.disk.get(path) == text]
            if same:
                path = self.random.choice(same)
                name = (
                    self.indexed[path].partition("(")[0].removeprefix("def ")
                )  # a moved file keeps its functions' names
                hits = reader.search(name, limit=5)
                assert path in {hit.chunk.path for hit in hits}, f"after a killed {kind}, {path} is not found"
                assert all(hit.chunk.text in found[hit.chunk.path] for hit in hits), f"after a killed {kind}"
        finally:
            reader.close()

    def repair(self, kind: str) -> None:
        """The next run, here: no complaint, everything in, nothing left over."""
        index = Index(self.root, self.folder)
        try:
            report = index.refresh()
            assert report.messages == (), f"after a killed {kind}: {report.messages}"
            assert texts(index) == self.disk, f"after a killed {kind} and a repair"
            status = index.status()
            assert (status.files, report.skipped) == (len(self.disk), ()), (
                f"after a killed {kind}: {status} {report.skipped}"
            )
            self.look_closely(kind)
            left = {file.name for file in self.folder.iterdir() if file.suffix != ".unfinished"} - _ALLOWED
            assert not left, f"after a killed {kind}, {left} is left over"
        finally:
            index.close()
        self.indexed = dict(self.disk)

    def look_closely(self, kind: str) -> None:
        """Nothing of what is ignored now, and was not once, is in any version of the store."""
        if not self.ignored:
            return
        import lancedb

        table = lancedb.connect(self.folder / "store").open_table("chunks")
        for version in table.list_versions():
            table.checkout(version["version"])
            try:
                kept = self.ignored & set(table.to_arrow()["path"].to_pylist())
            except RuntimeError as error:
                if "Not found" not in str(error):
                    raise
                continue  # a killed clean-up had dropped its rows, and not yet its name
            assert not kept, f"after a killed {kind}, version {version['version']} has {kept}"

    def settle(self) -> None:
        """Once old versions are old, nothing is on the disk that the store does not need."""
        keep = SMALL["inglenook_indexer.store.indices.KEEP_VERSIONS"].total_seconds()
        index = Index(self.root, self.folder)
        try:
            with index._access.writing.held():
                store = index._access.open().store
                for _ in range(2):  # the first merges, the second drops what the first has merged
                    time.sleep(keep + 0.2)
                    store.writer.tidy(unverified=True)
                table = store.client
                fragments = table.stats()["fragment_stats"]["num_fragments"]
                parts = sum(one.num_segments or 1 for one in table.list_indices())
            home = self.folder / "store" / "chunks.lance"
            # One version more than is read may be kept, with what only it has.
            versions = len(list((home / "_versions").glob("*.manifest")))
            data, made = len(list((home / "data").iterdir())), len(list((home / "_indices").iterdir()))
            told = (
                f"{versions} versions, {data} files for {fragments} fragments, {made} folders for {parts} index parts"
            )
            assert versions <= 2, told
            assert data <= fragments + 1, told
            assert made <= parts + len(table.list_indices()), told
        finally:
            index.close()

    def _change(self) -> list[str]:
        """Some files are edited, one comes, one goes, one moves; their paths."""
        self.version += 1
        paths = self.random.sample(sorted(self.disk), 6)
        for path in paths[:4]:
            self._write(path)
        text = self.disk.pop(paths[4])
        (self.root / paths[4]).unlink()
        self._write(f"f{_FILES + self.version}.py")
        moved = f"moved_{self.version}.py"
        if self.random.random() < 0.5:
            self.disk[moved] = text
            self.history[moved] = {text}
            (self.root / moved).write_text(text)
        return [*paths[:5], f"f{_FILES + self.version}.py", moved]

    def _ignore(self) -> None:
        """One file is ignored from now on."""
        path = self.random.choice(sorted(self.disk.keys() & self.indexed.keys()))
        self.ignored.add(path)
        del self.disk[path]
        (self.root / ".inglenookignore").write_text("\n".join([".inglenookignore", *sorted(self.ignored)]))
        self._write(f"after_{path}")

    def _write(self, path: str) -> None:
        name = Path(path).stem
        body = "".join(f"    line_{number} = '{name} as of version {self.version}'\n" for number in range(22))
        text = "".join(f"def {name}_{part}():\n{body}\n\n" for part in "abc")
        (self.root / path).write_text(text)
        self.disk[path] = text
        self.history.setdefault(path, set()).add(text)


def texts(index: Index) -> dict[str, str]:
    """What the store holds: path -> its chunks in order, put together."""
    for last in (False, True):
        try:
            rows = index._access.open().store.table.columns(["path", "start_line", "text"]).to_pylist()
            break
        except IndexMissing:
            return {}
        except StoreDamaged:  # a rebuild changed places meanwhile: look once more, as a search does
            if last:
                raise
            index.close()
    joined: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: (row["path"], row["start_line"])):
        joined[row["path"]] = joined.get(row["path"], "") + row["text"]
    return joined
