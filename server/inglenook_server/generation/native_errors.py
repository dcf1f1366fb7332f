"""An engine's exception as a sentence. Knows no engine."""

from __future__ import annotations

from inglenook_indexer.system.memory_limit import FREE_SOME, NO_MEMORY, ran_out

from inglenook_server.errors import GenerationError


def failure(error: BaseException) -> GenerationError:
    """What to tell of an exception that a runtime threw."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    last = lines[-1] if lines else type(error).__name__
    if ran_out(error) or "alloc" in last.lower() or "memory" in last.lower():
        return GenerationError(NO_MEMORY, FREE_SOME)
    return GenerationError(f"The engine failed: {last}", "try again")
