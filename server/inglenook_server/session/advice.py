"""Which profile suits this machine: measured once, when a model is loaded and nobody is typing.

A user who has chosen a profile is not asked. The measurement is kept beside the models, so that it is made once for
each machine and model. Knows nothing of LSP.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inglenook_server.generation.base import Generator
    from inglenook_server.settings import GenerationSettings

FILE = "measured.json"
PROFILES = ("fast", "balanced")
"""What is suggested, and what is measured; `quality`, which takes three times the memory, is a choice of one's own."""


def chosen(settings_file: Path, overrides: Mapping[str, object]) -> bool:
    """Whether the user has named a profile, a model or an engine, in their file or in the editor."""
    try:
        written = tomllib.loads(settings_file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        written = {}
    for source in (written, overrides):
        table = source.get("generation", {})
        if isinstance(table, Mapping) and {"profile", "model", "engine", "endpoint"} & set(table):
            return True
    return False


def due(settings: GenerationSettings, home: Path) -> bool:
    """Whether the profile in use is one that can be judged, and was not yet."""
    if settings.profile not in PROFILES or settings.model or settings.engine not in ("auto", "openvino"):
        return False
    return settings.profile not in _known(home)


def take(generator: Generator, profile: str, home: Path, disturbed: Callable[[], bool]) -> str:
    """Measure for some seconds and keep the result in `home`; the profile that suits, empty if somebody `disturbed`.

    Raises GenerationError.
    """
    from inglenook_server.generation.benchmark import measure, suggest

    found = measure(generator, memory_before=0, cancelled=disturbed)
    if found is None:
        return ""
    known = {**_known(home), profile: round(found.warm_total_ms, 1)}
    home.mkdir(parents=True, exist_ok=True)
    (home / FILE).write_text(json.dumps({"warm_total_ms": known}) + "\n", encoding="utf-8")
    return suggest({profile: found.warm_total_ms})


def _known(home: Path) -> dict[str, float]:
    try:
        found = json.loads((home / FILE).read_text(encoding="utf-8"))["warm_total_ms"]
        return {str(name): float(value) for name, value in found.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
