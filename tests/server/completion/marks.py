"""Cursors written as they look: `at("def f(█)")`."""

from inglenook_server.completion.syntax.cursor import Cursor


def at(text: str) -> Cursor:
    prefix, suffix = text.split("█")
    return Cursor(prefix, suffix)
