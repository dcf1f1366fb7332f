"""Outlines of texts that need no grammar: where things with a name begin. One module a family of formats.

Never fails on a damaged text: it finds fewer heads. Knows nothing of sizes, files or stores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from inglenook_indexer.chunks.outline.heads import Head, Span, grow

__all__ = ["Head", "Span", "grow", "outline", "outlined"]

_HOMES = {
    "yaml": ("indented", "heads"),
    "toml": ("tables", "toml_heads"),
    "ini": ("tables", "ini_heads"),
    "dotenv": ("tables", "key_heads"),
    "json": ("objects", "heads"),
    "sql": ("statements", "heads"),
    "make": ("recipes", "make_heads"),
    "dockerfile": ("recipes", "docker_heads"),
    "terraform": ("blocks", "heads"),
    "proto": ("blocks", "heads"),
    "css": ("blocks", "heads"),
    "rst": ("sections", "heads"),
}


def outlined(language: str) -> bool:
    """Whether there is an outline for a language."""
    return language in _HOMES


def outline(language: str, lines: Sequence[str], starts: Sequence[int], size: int) -> Span:
    """The tree of a text's named spans. `starts` are the byte offsets of its lines, `size` all its bytes."""
    from importlib import import_module

    home, name = _HOMES[language]
    heads: Callable[[Sequence[str]], Iterator[Head]] = getattr(import_module(f"{__name__}.{home}"), name)
    return grow(heads(lines), starts, size)
