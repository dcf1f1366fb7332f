"""What a bug report needs to know of this machine, as Markdown. Holds no code, no question, no path and no address."""

from __future__ import annotations

import dataclasses
import os
import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from inglenook_server.settings import Settings, load

PACKAGES = (
    *("inglenook", "pygls", "llama-index-core", "lancedb", "tree-sitter", "openvino", "openvino-genai"),
    *("torch", "transformers", "peft", "watchdog", "numpy"),
)
INSTRUCTIONS = ("avx2", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16")
"""What decides how fast a model runs."""
PRIVATE = ("endpoint", "model")
"""Settings that may hold an address or a path: only whether they are set is told."""
NAME = re.compile(r"[\w.-]*")
"""What a text may look like to be told: no address, and no path."""


def report(root: Path) -> str:
    """Versions, machine, settings that differ from the default, models, and the size of the index of `root`."""
    settings, problems = load()
    unusable = [f"{len(problems)} that can't be used"] if problems else []
    lines = ["### Inglenook", ""]
    for title, rows in (
        ("versions", versions()),
        ("machine", machine()),
        ("settings", [*changed(settings), *unusable]),
        ("models", models()),
        ("index", index(root)),
    ):
        lines.append(f"**{title}**: " + ("; ".join(rows) or "nothing"))
    return "\n".join(lines)


def versions() -> Iterator[str]:
    """Python's and the packages'."""
    yield f"Python {platform.python_version()}"
    for name in PACKAGES:
        yield f"{name} {installed(name)}"


def installed(package: str) -> str:
    """The version of a package, or that it is not installed."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def machine() -> Iterator[str]:
    """System, processor, memory."""
    import psutil

    yield f"{sys.platform} {platform.release()} {platform.machine()}"
    affinity = getattr(os, "sched_getaffinity", None)
    yield f"{len(affinity(0)) if affinity else os.cpu_count()} of {os.cpu_count()} threads"
    yield " ".join(instructions()) or "instructions unknown"
    memory = psutil.virtual_memory()
    yield f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB memory free"


def instructions() -> list[str]:
    """Those of `INSTRUCTIONS` that the processor has; none where the system does not tell."""
    try:
        known = Path("/proc/cpuinfo").read_text("utf-8").split()
    except (OSError, UnicodeDecodeError):
        return []
    there = set(known)
    return [name for name in INSTRUCTIONS if name in there]


def changed(settings: Settings) -> Iterator[str]:
    """Settings that differ from their default; of private ones only that they do."""
    usual = Settings()
    for group in dataclasses.fields(settings):
        mine, theirs = getattr(settings, group.name), getattr(usual, group.name)
        for field in dataclasses.fields(mine):
            value = getattr(mine, field.name)
            if value != getattr(theirs, field.name):
                hidden = field.name in PRIVATE or (isinstance(value, str) and not NAME.fullmatch(value))
                yield f"{group.name}.{field.name} = {'(set)' if hidden else repr(value)}"


def models() -> Iterator[str]:
    """Each model of the registry that is here, or damaged."""
    from inglenook_server.errors import ModelDamaged, ModelMissing
    from inglenook_server.models import installed as whole
    from inglenook_server.models import list_models

    for model in list_models():
        try:
            whole(model.name)
            yield model.name
        except ModelMissing:
            continue
        except ModelDamaged:
            yield f"{model.name} (damaged)"


def index(root: Path) -> Iterator[str]:
    """How large the index is, never what it is of."""
    from inglenook_indexer import Index, IndexerError

    try:
        status = Index(root).status()
    except IndexerError as error:
        yield type(error).__name__
        return
    yield f"{status.files:,} files"
    yield f"{status.chunks:,} chunks, {status.tier2_chunks:,} by the encoder"
    yield f"{status.bytes / 1e6:.1f} MB"
