"""LanceDB's engine, its extension module, without the Python package around it. Knows nothing of tables.

As of 0.40, `import lancedb` takes a second: it runs the client of a web service (some 150 generated classes),
and the glue for a score of makers of embeddings. A query at a prompt would wait three times as long for that as for
everything else, and needs none of it. Who reads asks the extension, in 5 ms; who writes takes `package`.
Once LanceDB imports these things late, as Lance itself does since 2026, this module and `engine_table` can go.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Awaitable, Callable
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop

T = TypeVar("T")
_NAME = "lancedb._lancedb"
_LOCK = threading.Lock()


def engine() -> Any:
    """The extension module. Raises ImportError where it is not installed.

    It can be loaded once in a process, so it stands under its own name, where the package finds it.
    """
    with _LOCK:
        if _NAME not in sys.modules:
            above = find_spec("lancedb")  # looks for it, and imports nothing
            spec = PathFinder.find_spec(_NAME, above.submodule_search_locations) if above is not None else None
            if spec is None or spec.loader is None:
                raise ImportError(f"{_NAME} is not installed", name=_NAME)
            module = module_from_spec(spec)
            spec.loader.exec_module(module)
            sys.modules[_NAME] = module
        return sys.modules[_NAME]


def package() -> Any:
    """LanceDB as it is documented; the first time takes a second."""
    engine()
    import lancedb

    return lancedb


def wait(ask: Callable[..., Awaitable[T]], *arguments: Any) -> T:
    """What one of the engine's questions comes to; they are all asynchronous, and answered on a thread of their own."""
    from asyncio import run_coroutine_threadsafe

    async def asked() -> T:
        return await ask(*arguments)

    with _LOCK:
        loop = _loop(os.getpid())
    answer = run_coroutine_threadsafe(asked(), loop)
    try:
        return answer.result()
    except BaseException:
        answer.cancel()
        raise


@cache
def _loop(process: int) -> AbstractEventLoop:
    """The loop of this process: a fork has no threads but the one that forked."""
    from asyncio import new_event_loop

    loop = new_event_loop()
    threading.Thread(target=loop.run_forever, name="inglenook-lancedb", daemon=True).start()
    return loop
