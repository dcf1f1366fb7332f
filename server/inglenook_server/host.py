"""The one model in memory: loaded when first needed, again when what is wanted changes. Knows nothing of LSP.

Every method but `configure` and `current` belongs to the generation worker's thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_server.errors import InglenookError, ModelError
from inglenook_server.settings import GenerationSettings
from inglenook_server.status import Board

if TYPE_CHECKING:
    from inglenook_server.adapters.registry import AdapterInfo
    from inglenook_server.generation.base import Generator

RETRY_S = 30.0
"""Seconds before a load that failed for more than missing files is tried again: it may have taken many."""

Load = Callable[[GenerationSettings, Path | None], "Generator"]


class ModelHost:
    """Gives out the generator that the settings and the workspace's active adapter ask for."""

    def __init__(self, board: Board, load: Load | None = None, on_load: Callable[[], None] | None = None) -> None:
        """`on_load` is called after each load: what was made with another model or adapter is stale."""
        self._board = board
        self._load = load or load_generator
        self._on_load = on_load or (lambda: None)
        self._settings = GenerationSettings()
        self._root: Path | None = None
        self._generator: Generator | None = None
        self._key: tuple[object, ...] = ()
        self._failed: tuple[tuple[object, ...], float, InglenookError] | None = None

    def configure(self, settings: GenerationSettings, root: Path | None) -> None:
        """Say what is wanted; it is loaded at the next request. Any thread."""
        self._settings, self._root = settings, root

    def current(self) -> Generator | None:
        """The generator in memory, if it is the one that is wanted. Any thread; only its names may be read there."""
        generator, key = self._generator, self._key
        return generator if generator is not None and key == self._wanted()[0] else None

    def generator(self) -> Generator:
        """The generator, loaded if need be. Raises ModelError, AdapterError or GenerationError, and tells the board."""
        key, adapter, notice = self._wanted()
        settings = self._settings
        if self._generator is not None and key == self._key:
            self._board.set(model_problem=notice)
            return self._generator
        if self._failed is not None and self._failed[0] == key and time.monotonic() < self._failed[1]:
            raise self._failed[2]
        self.unload()
        self._board.set(loading=f"Loading {settings.model or settings.profile} ...")
        try:
            generator = self._load(settings, adapter.folder if adapter else None)
        except InglenookError as error:
            wait = 0.0 if isinstance(error, ModelError) else RETRY_S
            self._failed = (key, time.monotonic() + wait, error)
            self._board.set(loading="", model_problem=f"{error.message} {error.mend}".strip())
            raise
        self._generator, self._key, self._failed = generator, key, None
        self._on_load()
        self._board.set(
            loading="",
            model_problem=notice,
            model=generator.name,
            adapter=generator.adapter,
            engine=generator.engine,
        )
        return generator

    def unload(self) -> None:
        """Give the model's memory back; the next request loads it again."""
        if self._generator is not None:
            generator, self._generator, self._key = self._generator, None, ()
            generator.close()
            self._board.set(model="", adapter="", engine="")

    def _wanted(self) -> tuple[tuple[object, ...], AdapterInfo | None, str]:
        """What should be in memory, the adapter in it, and a sentence about one that can't be used."""
        adapter, notice = self._adapter(self._settings)
        key = (self._settings, str(adapter.folder) if adapter else "", str(adapter.created) if adapter else "")
        return key, adapter, notice

    def _adapter(self, settings: GenerationSettings) -> tuple[AdapterInfo | None, str]:
        """The workspace's active adapter, where it fits the model; else none, and a sentence why."""
        if self._root is None or settings.engine in ("echo", "openai"):
            return None, ""
        from inglenook_server.adapters.registry import active_for
        from inglenook_server.models import model_for

        try:
            return active_for(self._root, model_for(settings.profile, settings.model))
        except ModelError:
            return None, ""  # loading says it better


def load_generator(settings: GenerationSettings, adapter: Path | None) -> Generator:
    """Load the generator that the settings name; imports its engine now and not before."""
    from inglenook_server.generation.load import load_generator as load

    return load(settings, adapter=adapter)
