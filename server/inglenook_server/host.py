"""The one model in memory: loaded when first needed, again when what is wanted changes. Knows nothing of LSP.

Whoever generates holds a lease. A model that is no longer wanted is closed when its last lease ends; while an adapter
is being switched the old one goes on serving.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from inglenook_indexer.room import ran_out

from inglenook_server.errors import EngineDied, GenerationError, InglenookError, ModelError
from inglenook_server.settings import GenerationSettings
from inglenook_server.status import Board

if TYPE_CHECKING:
    from inglenook_server.adapters.registry import AdapterInfo
    from inglenook_server.generation.base import Generator

RETRY_S = 30.0
"""Seconds before a load that failed for more than missing files is tried again: it may have taken many."""
LONGEST_RETRY_S = 480.0
"""The pause doubles with each engine that dies after the last, up to this."""
LIFE_S = 600.0
"""An engine that lived so many seconds did not die of what the one before died of."""
DRAIN_S = 30.0
"""Longest wait for running requests before another model takes the memory."""

Load = Callable[[GenerationSettings, Path | None], "Generator"]
Key = tuple[GenerationSettings, str, str]
"""Settings, the adapter's folder, when it was made."""

_log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Held:
    """A generator and who uses it."""

    generator: Generator
    key: Key
    users: int = 0
    retired: bool = False
    since: float = field(default_factory=time.monotonic)


class ModelHost:
    """Gives out the generator that the settings and the workspace's active adapter ask for. Any thread."""

    def __init__(self, board: Board, load: Load | None = None, on_load: Callable[[], None] | None = None) -> None:
        """`on_load` is called after each load: what was made with another model or adapter is stale."""
        self._board = board
        self._load = load or load_generator
        self._on_load = on_load or (lambda: None)
        self._settings = GenerationSettings()
        self._root: Path | None = None
        self._changed = threading.Condition(threading.RLock())
        self._loading = threading.Lock()
        self._held: _Held | None = None
        self._switching: Key | None = None
        self._failed: tuple[Key, float, InglenookError] | None = None
        self._deaths = 0
        self._used = time.monotonic()

    def configure(self, settings: GenerationSettings, root: Path | None) -> None:
        """Say what is wanted; it is loaded at the next request."""
        self._settings, self._root = settings, root

    def current(self) -> Generator | None:
        """The generator in memory, if it is the one that is wanted; only its names may be read without a lease."""
        held = self._held
        return held.generator if held is not None and held.key == self._wanted()[0] else None

    def generator(self) -> Generator:
        """Load the generator if need be. Raises ModelError, AdapterError or GenerationError, and tells the board."""
        with self.lease() as generator:
            return generator

    @contextmanager
    def lease(self) -> Iterator[Generator]:
        """The generator, loaded if need be, kept until the block ends. Raises like `generator`.

        When its process dies meanwhile, that is said on the board once, and the next lease loads it again.
        """
        held = self._take()
        try:
            yield held.generator
        except EngineDied as error:
            self._bury(held, error)
            raise
        finally:
            with self._changed:
                held.users -= 1
                self._used = time.monotonic()
                self._close_unused(held)

    def unload(self) -> None:
        """Give the model's memory back, now; the next request loads it again."""
        with self._changed:
            held, self._held = self._held, None
            if held is not None:
                held.retired = True
                held.users = 0
                self._close_unused(held)
                self._board.set(model="", adapter="", engine="")

    def unload_idle(self) -> None:
        """Give the memory back if nobody has used the model for as long as the settings say."""
        idle_s = self._settings.idle_minutes * 60
        with self._changed:
            idle = self._held is not None and self._held.users == 0
            if idle and idle_s and time.monotonic() - self._used >= idle_s * 0.9:  # timers are never exact
                self.unload()

    def _take(self) -> _Held:
        held = self._held
        if held is not None and held.generator.death is not None:  # while nobody waited for it
            self._bury(held, held.generator.death)
        key, adapter, notice = self._wanted()
        held = self._join(key, adapter, notice)
        if held is not None:
            return held
        with self._loading:
            held = self._join(key, adapter, notice)  # somebody else may have loaded it meanwhile
            return held if held is not None else self._renew(key, adapter, notice)

    def _join(self, key: Key, adapter: AdapterInfo | None, notice: str) -> _Held | None:
        """What is in memory, if it will do: what is wanted, or the same model while its adapter is being switched."""
        with self._changed:
            held = self._held
            if held is None or held.key[0] != key[0]:
                return None
            if held.key == key:
                self._board.set(model_problem=notice)
            elif self._switching is None and not self._has_failed(key):
                self._switching = key
                threading.Thread(target=self._switch, args=(held, key, adapter, notice), daemon=True).start()
            held.users += 1
            return held

    def _switch(self, held: _Held, key: Key, adapter: AdapterInfo | None, notice: str) -> None:
        """Put another adapter into the model that serves, or one with it in its place."""
        self._board.set(loading=f"Switching to the adapter {adapter.name} …" if adapter else "Switching adapters off …")
        try:
            fresh = held.generator.with_adapter(adapter.folder if adapter else None)
        except Exception as error:
            problem = self._fail(key, error)
            self._board.set(loading="", model_problem=f"{problem.message} {problem.mend}".strip())
            with self._changed:
                self._switching = None
            return
        with self._changed:
            self._switching = None
            if fresh is held.generator:
                held.key = key
            elif self._held is held:
                self._held = _Held(fresh, key)
                held.retired = True
                self._close_unused(held)
            else:  # unloaded meanwhile
                fresh.close()
                return
        self._on_load()
        self._board.set(loading="", model_problem=notice, adapter=fresh.adapter)

    def _renew(self, key: Key, adapter: AdapterInfo | None, notice: str) -> _Held:
        """Load what is wanted, once what was there has been put away."""
        if self._has_failed(key):
            assert self._failed is not None
            raise self._failed[2]
        settings = key[0]
        with self._changed:
            if self._held is not None:
                old = self._held
                self._changed.wait_for(lambda: old.users == 0, DRAIN_S)
            self.unload()
        self._board.set(loading=f"Loading {settings.model or settings.profile} ...")
        try:
            generator = self._load(settings, adapter.folder if adapter else None)
        except Exception as error:
            problem = self._fail(key, error)
            self._board.set(loading="", model_problem=f"{problem.message} {problem.mend}".strip())
            raise problem from error
        with self._changed:
            self._failed = None
            self._held = held = _Held(generator, key, users=1)
        self._on_load()
        self._board.set(
            loading="",
            model_problem=notice,
            model=generator.name,
            adapter=generator.adapter,
            engine=generator.engine,
        )
        return held

    def _bury(self, held: _Held, error: EngineDied) -> None:
        """An engine's process has ended: say so once; from a second death in a row on, wait before the next try."""
        with self._changed:
            if self._held is not held:
                return  # another request was there first
            self._held = None
            held.retired = True
            self._deaths = 1 if time.monotonic() - held.since > LIFE_S else self._deaths + 1
            _log.error("%s", error.message)
            if self._deaths > 1:
                pause = min(RETRY_S * 2 ** (self._deaths - 2), LONGEST_RETRY_S)
                often = f"The engine ended {self._deaths} times in a row; another is started after {pause:.0f} s."
                error = EngineDied(often, error.mend or "inglenook doctor")
                self._failed = (held.key, time.monotonic() + pause, error)
            self._close_unused(held)
        self._board.set(model="", adapter="", engine="", model_problem=f"{error.message} {error.mend}".strip())

    def _close_unused(self, held: _Held) -> None:
        self._changed.notify_all()
        if held.retired and held.users <= 0:
            held.generator.close()

    def _fail(self, key: Key, error: Exception) -> InglenookError:
        if not isinstance(error, InglenookError):
            _log.error("The engine could not be started: %s", type(error).__name__)
            what = "The memory ran out" if ran_out(error) else f"An unexpected {type(error).__name__}"
            error = GenerationError(f"{what} while the model was loaded.", "inglenook doctor")
        wait = 0.0 if isinstance(error, ModelError | EngineDied) else RETRY_S
        self._failed = (key, time.monotonic() + wait, error)
        return error

    def _has_failed(self, key: Key) -> bool:
        return self._failed is not None and self._failed[0] == key and time.monotonic() < self._failed[1]

    def _wanted(self) -> tuple[Key, AdapterInfo | None, str]:
        """What should be in memory, the adapter in it, and a sentence about one that can't be used."""
        settings = self._settings
        adapter, notice = self._adapter(settings)
        return (settings, str(adapter.folder) if adapter else "", adapter.created if adapter else ""), adapter, notice

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
    """Load the generator that the settings name, where a crash of its engine takes nothing else down."""
    from inglenook_server.generation.load import load_apart

    return load_apart(settings, adapter=adapter)
