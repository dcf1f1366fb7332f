"""TOML by table and key, INI by section, properties and `.env` templates by key. Scanners of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from inglenook_indexer.chunks.outline.heads import Head, led

_REST = r"\]\]?\s*+(?:[#;].*)?$"
_TABLE = re.compile(
    rf"\s*+\[\[?(?:(?P<plain>[^\[\]]*+){_REST}|(?P<quoted>(?:[^\[\]\"']++|\"[^\"]*+\"|'[^']*+'|[\"'])*+){_REST})"
)
"""A name with brackets in it is quoted."""
_TOML_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:\s*\.\s*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)\s*=""")
_PLAIN_KEY = re.compile(r"(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:]")
_TOKEN = re.compile(r"\"\"\"|'''|\"(?:[^\"\\]++|\\.)*+\"|'[^']*+'|#|[\[\]{}]|\\.")


def toml_heads(lines: Sequence[str]) -> Iterator[Head]:
    """A head for each table, and one for each key in it; what stands in strings and arrays of several lines is none."""
    floor = depth = 0
    quote = ""
    for number, line in enumerate(lines):
        begins = not depth and not quote
        table = _TABLE.match(line.rstrip("\r\n")) if begins else None
        if table is not None:
            yield Head(led(lines, number, ("#",), floor), 0, _name(table))
            floor = number + 1
            continue
        key = _TOML_KEY.match(line) if begins else None
        if key is not None:
            yield Head(led(lines, number, ("#",), floor), 1, key[1].replace('"', "").replace("'", ""))
            floor = number + 1
        depth, quote = _after(line, depth, quote)


def _name(table: re.Match[str]) -> str:
    return (table["plain"] or table["quoted"] or "").strip()


def _after(line: str, depth: int, quote: str) -> tuple[int, str]:
    """How many brackets are open, and which triple quote, at the end of a line."""
    at = 0
    while at < len(line):
        if quote:
            end = line.find(quote, at)
            if end < 0:
                return depth, quote
            at, quote = end + 3, ""
            continue
        token = _TOKEN.search(line, at)
        if token is None or token[0] == "#":
            return depth, ""
        if token[0] in ('"""', "'''"):
            quote = token[0]
        elif token[0] in "[{":
            depth += 1
        elif token[0] in "]}":
            depth = max(0, depth - 1)
        at = token.end()
    return depth, quote


def ini_heads(lines: Sequence[str]) -> Iterator[Head]:
    """A head for each section; without sections, one for each key."""
    sections = False
    floor = 0
    for number, line in enumerate(lines):
        table = _TABLE.match(line.rstrip("\r\n")) if line.startswith("[") else None
        if table is not None:
            sections = True
            yield Head(led(lines, number, ("#", ";"), floor), 0, _name(table))
            floor = number + 1
    if not sections:
        yield from key_heads(lines)


def key_heads(lines: Sequence[str]) -> Iterator[Head]:
    """A head for each line that sets something, with the comment above it."""
    floor = 0
    for number, line in enumerate(lines):
        if (key := _PLAIN_KEY.match(line)) is not None:
            yield Head(led(lines, number, ("#", "!", ";"), floor), 0, key[1])
            floor = number + 1
