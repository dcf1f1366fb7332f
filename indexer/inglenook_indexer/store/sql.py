"""Pieces of LanceDB's filter language. Knows nothing of tables."""

from __future__ import annotations

from collections.abc import Iterable


def quoted(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"


def one_of(column: str, values: Iterable[str]) -> str:
    """The filter for rows whose `column` is one of `values`, of which there must be at least one."""
    return f"{column} IN ({', '.join(map(quoted, values))})"
