"""The messages of `inglenook/index`: what to do with the index, and what it holds afterwards."""

from __future__ import annotations

import attrs


@attrs.define
class IndexParams:
    """What to do."""

    action: str = "refresh"
    """One of "refresh", "rebuild" and "withheld"; the last only lists what the secret rules keep back."""


@attrs.define
class Withheld:
    """The place of a secret, never the secret."""

    path: str
    line: int
    """Counted from 1; 0 where a whole file or folder is withheld."""
    end_line: int
    """The last line, itself included."""
    reason: str


@attrs.define
class IndexResult:
    """What the index holds after the run."""

    files: int
    chunks: int
    seconds: float
    withheld: list[Withheld] = attrs.Factory(list)
    """The answer to "withheld"; empty otherwise."""
