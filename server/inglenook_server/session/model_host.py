"""The one model in memory: loaded at the first request, and again when the settings or the adapter change.

A request takes a lease on it. A model that was replaced is closed when its last lease ends; while an adapter is being
switched, requests still use the old one. Knows nothing of LSP.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_server.errors import EngineDied, InglenookError, ModelDamaged, ModelError, ModelMissing
from inglenook_server.runtime.status import SessionStatus
from inglenook_server.session.load_failures import LoadFailures
from inglenook_server.settings import GenerationSettings

if TYPE_CHECKING:
    from inglenook_server.adapters.registry import AdapterInfo
    from inglenook_server.generation.base import Generator

DRAIN_S = 30.0
"""Longest wait for running requests before another model takes the memory."""

Load = Callable[[GenerationSettings, Path | None], "Generator"]
Key = tuple[GenerationSettings, str, str]
"""Settings, the adapter's folder, when it was made."""


@dataclass(eq=False)
class _Loaded:
    """A generator in memory, and its leases."""

    generator: Generator
    key: Key
    leases: int = 0
    retired: bool = False
    since: float = field(default_factory=time.monotonic)


class ModelHost:
    """Gives out the generator that the settings and the workspace's active adapter ask for. Any thread."""

    def __init__(
        self, status: SessionStatus, load: Load | None = None, on_load: Callable[[], None] | None = None
    ) -> None:
        """`on_load` is called after each load: what was made with another model or adapter is stale."""
        self._status = status
        self._load = load or load_generator
        self._on_load = on_load or (lambda: None)
        self._settings = GenerationSettings()
        self._root: Path | None = None
        self._changed = threading.Condition(threading.RLock())
        self._loading = threading.Lock()
        self._loaded: _Loaded | None = None
        self._switching: Key | None = None
        self._failures = LoadFailures()
        self._used = time.monotonic()

    def configure(self, settings: GenerationSettings, root: Path | None) -> None:
        """Set what is wanted; it is loaded at the next request."""
        self._settings, self._root = settings, root

    def current(self) -> Generator | None:
        """The generator in memory, if it is the one that is wanted; only its names may be read without a lease."""
        loaded = self._loaded
        return loaded.generator if loaded is not None and loaded.key == self._wanted()[0] else None

    def generator(self) -> Generator:
        """Load the generator if need be. Raises ModelError, AdapterError or GenerationError, and tells the status."""
        with self.lease() as generator:
            return generator

    @contextmanager
    def lease(self) -> Iterator[Generator]:
        """The generator, loaded if need be, kept until the block ends. Raises like `generator`.

        When its process ends meanwhile, the status says so once, and the next lease loads it again.
        """
        loaded = self._acquire()
        try:
            yield loaded.generator
        except EngineDied as error:
            self._process_ended(loaded, error)
            raise
        finally:
            with self._changed:
                loaded.leases -= 1
                self._used = time.monotonic()
                self._close_unused(loaded)

    @contextmanager
    def loaded(self) -> Iterator[Generator | None]:
        """The generator in memory, kept until the block ends; None where there is none. Loads nothing."""
        with self._changed:
            loaded = self._loaded
            if loaded is not None and loaded.generator.death is None:
                loaded.leases += 1
            else:
                loaded = None
        try:
            yield loaded.generator if loaded is not None else None
        finally:
            if loaded is not None:
                with self._changed:
                    loaded.leases -= 1
                    self._close_unused(loaded)

    def unload(self) -> None:
        """Free the model's memory now; the next request loads it again."""
        with self._changed:
            loaded, self._loaded = self._loaded, None
            if loaded is not None:
                loaded.retired = True
                loaded.leases = 0
                self._close_unused(loaded)
                self._status.set(model="", adapter="", engine="")

    def unload_idle(self) -> None:
        """Free the memory if there was no request for as long as the settings say."""
        idle_s = self._settings.idle_minutes * 60
        with self._changed:
            idle = self._loaded is not None and self._loaded.leases == 0
            if idle and idle_s and time.monotonic() - self._used >= idle_s * 0.9:  # timers are never exact
                self.unload()

    def _acquire(self) -> _Loaded:
        loaded = self._loaded
        if loaded is not None and loaded.generator.death is not None:  # while nobody waited for it
            self._process_ended(loaded, loaded.generator.death)
        key, adapter, notice = self._wanted()
        loaded = self._reuse(key, adapter, notice)
        if loaded is not None:
            return loaded
        with self._loading:
            loaded = self._reuse(key, adapter, notice)  # somebody else may have loaded it meanwhile
            return loaded if loaded is not None else self._replace(key, adapter, notice)

    def _reuse(self, key: Key, adapter: AdapterInfo | None, notice: str) -> _Loaded | None:
        """What is in memory, where it is what is wanted, or the same model while its adapter is being switched."""
        with self._changed:
            loaded = self._loaded
            if loaded is None or loaded.key[0] != key[0]:
                return None
            if loaded.key == key:
                self._status.set(model_problem=notice)
            elif self._switching is None and self._failures.recent(key) is None:
                self._switching = key
                threading.Thread(target=self._switch_adapter, args=(loaded, key, adapter, notice), daemon=True).start()
            loaded.leases += 1
            return loaded

    def _switch_adapter(self, loaded: _Loaded, key: Key, adapter: AdapterInfo | None, notice: str) -> None:
        """Switch the adapter of the model in memory, or replace the model by one with that adapter."""
        self._status.set(
            loading=f"Switching to the adapter {adapter.name} …" if adapter else "Switching adapters off …"
        )
        try:
            fresh = loaded.generator.with_adapter(adapter.folder if adapter else None)
        except Exception as error:
            self._load_failed(key, error)
            with self._changed:
                self._switching = None
            return
        with self._changed:
            self._switching = None
            if fresh is loaded.generator:
                loaded.key = key
            elif self._loaded is loaded:
                self._loaded = _Loaded(fresh, key)
                loaded.retired = True
                self._close_unused(loaded)
            else:  # unloaded meanwhile
                fresh.close()
                return
        self._on_load()
        self._status.set(loading="", model_problem=notice, adapter=fresh.adapter)

    def _replace(self, key: Key, adapter: AdapterInfo | None, notice: str) -> _Loaded:
        """Load what is wanted in place of what is in memory."""
        if (failure := self._failures.recent(key)) is not None:
            raise failure
        settings = key[0]
        with self._changed:
            if self._loaded is not None:
                old = self._loaded
                self._changed.wait_for(lambda: old.leases == 0, DRAIN_S)
            self.unload()
        if not self._status.facts.missing_model:  # it is not loaded, it is looked for again
            self._status.set(loading=f"Loading the model {_name(settings)} ...")
        try:
            generator = self._load(settings, adapter.folder if adapter else None)
        except Exception as error:
            raise self._load_failed(key, error) from error
        with self._changed:
            self._failures.clear()
            self._loaded = loaded = _Loaded(generator, key, leases=1)
        self._on_load()
        self._status.set(
            loading="",
            missing_model="",
            model_problem=notice,
            model=generator.name,
            adapter=generator.adapter,
            engine=generator.engine,
        )
        return loaded

    def _process_ended(self, loaded: _Loaded, error: EngineDied) -> None:
        """Say once that an engine's process has ended; from the second time in a row on, wait before the next try."""
        with self._changed:
            if self._loaded is not loaded:
                return  # another request has said it
            self._loaded = None
            loaded.retired = True
            error = self._failures.engine_died(loaded.key, error, time.monotonic() - loaded.since)
            self._close_unused(loaded)
        self._status.set(model="", adapter="", engine="", model_problem=f"{error.message} {error.mend}".strip())

    def _close_unused(self, loaded: _Loaded) -> None:
        self._changed.notify_all()
        if loaded.retired and loaded.leases <= 0:
            loaded.generator.close()

    def _load_failed(self, key: Key, error: Exception) -> InglenookError:
        problem = self._failures.load_failed(key, error)
        missing = _name(key[0]) if isinstance(problem, ModelMissing | ModelDamaged) else ""
        how = "To download it: " if missing and problem.mend else ""
        self._status.set(
            loading="", missing_model=missing, model_problem=f"{problem.message} {how}{problem.mend}".strip()
        )
        return problem

    def _wanted(self) -> tuple[Key, AdapterInfo | None, str]:
        """What should be in memory, its adapter, and a sentence about an adapter that can't be used."""
        settings = self._settings
        adapter, notice = self._adapter(settings)
        return (settings, str(adapter.folder) if adapter else "", adapter.created if adapter else ""), adapter, notice

    def _adapter(self, settings: GenerationSettings) -> tuple[AdapterInfo | None, str]:
        """The workspace's active adapter where it fits the model; else none, and the reason."""
        if self._root is None or settings.engine in ("echo", "openai"):
            return None, ""
        from inglenook_server.adapters.registry import active_for
        from inglenook_server.models import model_for

        try:
            return active_for(self._root, model_for(settings.profile, settings.model))
        except ModelError:
            return None, ""  # loading the model says why


def _name(settings: GenerationSettings) -> str:
    """The name of the model that they mean, as far as there is one."""
    from inglenook_server.models import model_for

    try:
        return model_for(settings.profile, settings.model)
    except ModelError:
        return settings.model or settings.profile


def load_generator(settings: GenerationSettings, adapter: Path | None) -> Generator:
    """Load the generator that the settings name, in a process of its own where its engine is native code."""
    from inglenook_server.generation.load import load_in_process

    return load_in_process(settings, adapter=adapter)
