"""What an engine's process answers: what a generator is, and errors, as they go over a pipe. Knows no process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inglenook_server import errors
from inglenook_server.errors import EngineDied, GenerationError, InglenookError


@dataclass(frozen=True, slots=True)
class Told:
    """What a loaded generator is."""

    name: str
    engine: str
    adapter: str
    context_length: int
    infills: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """An error of ours, as it goes over a pipe."""

    kind: str
    message: str
    mend: str

    def error(self) -> InglenookError:
        """The same error here."""
        found = getattr(errors, self.kind, GenerationError)
        made: InglenookError = found(self.message, self.mend)
        return made


def opened(answer: Any) -> Any:
    """An answer, or what went wrong, raised."""
    if isinstance(answer, Problem):
        raise answer.error()
    if isinstance(answer, EngineDied):
        raise EngineDied(answer.message, answer.mend)
    return answer
