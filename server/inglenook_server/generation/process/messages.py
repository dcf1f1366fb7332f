"""What an engine's process answers over its pipe: what a generator is, and errors. Knows no process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from inglenook_server import errors
from inglenook_server.errors import EngineDied, GenerationError, InglenookError


@dataclass(frozen=True, slots=True)
class GeneratorInfo:
    """What a loaded generator is."""

    name: str
    engine: str
    adapter: str
    context_length: int
    infills: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """An error of ours as it goes over the pipe."""

    kind: str
    message: str
    mend: str

    def error(self) -> InglenookError:
        """The error again."""
        found = getattr(errors, self.kind, GenerationError)
        made: InglenookError = found(self.message, self.mend)
        return made


def unwrap(answer: Any) -> Any:
    """The answer. Raises the error where it is one."""
    if isinstance(answer, Problem):
        raise answer.error()
    if isinstance(answer, EngineDied):
        raise EngineDied(answer.message, answer.mend)
    return answer
