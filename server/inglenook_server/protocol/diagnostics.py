"""The messages of `inglenook/diagnostics`: what other language servers say of a document."""

from __future__ import annotations

import attrs


@attrs.define
class Problem:
    """A diagnostic of another server."""

    line: int
    """Counted from 0."""
    message: str


@attrs.define
class DiagnosticsParams:
    """Everything that is wrong with a document now."""

    uri: str
    diagnostics: list[Problem]
