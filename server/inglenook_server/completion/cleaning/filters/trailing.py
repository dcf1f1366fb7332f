"""Trims whitespace that a suggestion ends with, and drops one that is nothing else. Pure."""

from __future__ import annotations

from inglenook_server.completion.syntax.cursor import Cursor


def trim_trailing(text: str, cursor: Cursor) -> str:
    """Cut blanks and line ends at the end. Text of whitespace alone is no suggestion."""
    del cursor
    return text.rstrip()
