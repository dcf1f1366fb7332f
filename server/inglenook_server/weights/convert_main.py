"""The main module of a conversion's process: one order over the pipe, its progress back, and how it ended."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from typing import Any

from inglenook_indexer.errors import NoRoom
from inglenook_indexer.system import ipc
from inglenook_indexer.system.ipc import Gone
from inglenook_indexer.system.memory_limit import FREE_SOME, NO_MEMORY, ran_out

from inglenook_server.errors import InglenookError
from inglenook_server.weights.convert import convert


def main() -> None:
    """Convert what the order says, and answer None, (class of an error, its sentence, what helps), or an OSError.

    Ends at the next word of progress where nobody listens any more.
    """
    source, answers = ipc.ends()
    with suppress(Gone):
        gguf, folder, quantization, adapter = ipc.read(source)
        ipc.write(answers, _outcome(gguf, folder, quantization, partial(ipc.write, answers), adapter))
    os._exit(0)  # without the destructors of native libraries


def _outcome(*order: Any) -> tuple[str, str, str] | OSError | None:
    try:
        convert(*order)
    except Gone:
        raise
    except InglenookError as error:
        return type(error).__name__, error.message, error.mend
    except NoRoom as error:
        return "ModelError", error.message, error.mend
    except OSError as error:
        return error
    except Exception as error:
        if ran_out(error):
            return "ModelError", NO_MEMORY, FREE_SOME
        return "ModelError", f"The conversion failed: {error}", ""
    return None
