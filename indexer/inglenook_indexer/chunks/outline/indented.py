"""YAML by keys and list items, as its indentation nests them. A scanner of lines: templates and errors do no harm."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from inglenook_indexer.chunks.outline.heads import Head, led

_KEY = re.compile(
    r"""(?P<key>"[^"\n]*+"|'[^'\n]*+'|(?:[^\s#'"{}\[\],&*!|>%@`-]|-[^\s#])"""
    r"""(?:[^#\s:]++|:(?!\s|$)|[^\S\n]++(?!:(?:\s|$)))*+)\s*+:(?=\s|$)"""
)
_BLOCK = re.compile(r":\s+(?:[&!]\S+\s+){0,2}[|>][0-9+-]*\s*(?:#.*)?$")
_TELLING = ("name", "id", "kind", "hosts", "key", "title", "uses", "image", "repo")
"""Keys whose value names the list item they stand in."""
_DEPTH = 4  # levels that are told apart; deeper ones are details of their parents


def heads(lines: Sequence[str]) -> Iterator[Head]:
    """One head for each key and list item down to a few levels; `---` begins a document."""
    nesting: list[tuple[int, int]] = []  # (twice the indentation, plus one for an item; items counted so far)
    scalar = -1  # indentation of a key whose value is a block of text, which is passed over
    floor = document = 0
    for number, line in enumerate(lines):
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        indent = len(line) - len(line.lstrip(" "))
        if scalar >= 0 and indent > scalar:
            continue
        scalar = indent if _BLOCK.search(line.rstrip()) else -1
        if line.startswith("---"):
            nesting.clear()
            document += 1
            yield Head(number, 0, _document(lines, number, document))
            floor = number + 1
            continue
        item = bare == "-" or bare.startswith("- ")
        key = _KEY.match(bare)
        if not item and key is None:
            continue
        place = 2 * indent + item
        while nesting and nesting[-1][0] > place:
            nesting.pop()
        if nesting and nesting[-1][0] == place:
            nesting[-1] = (place, nesting[-1][1] + 1)
        else:
            nesting.append((place, 0))
        if len(nesting) <= _DEPTH:
            name = _item(bare, nesting[-1][1]) if item or key is None else key["key"].strip("\"'")
            yield Head(led(lines, number, ("#",), floor), len(nesting), name)
        floor = number + 1


def _item(bare: str, number: int) -> str:
    """What a list item is called: by its first key if that tells, else by its number."""
    key = _KEY.match(bare[1:].lstrip())
    if key is not None and key["key"] in _TELLING:
        value = bare[1:].lstrip()[key.end() :].split(" #")[0].strip().strip("\"'")
        if value:
            return value
    return f"[{number}]"


def _document(lines: Sequence[str], start: int, number: int) -> str:
    """What a document of several is called: kind and name, as Kubernetes has them, else its number."""
    kind = name = ""
    inside = False
    for place in range(start + 1, len(lines)):
        line = lines[place]
        if line.startswith("---"):
            break
        if line.startswith("kind:"):
            kind = line[5:].strip()
        elif not line.startswith((" ", "#", "\t")) and line.strip():
            inside = line.startswith("metadata:")
        elif inside and not name and line.strip().startswith("name:"):
            name = line.strip()[5:].strip().strip("\"'")
    return "/".join(filter(None, (kind, name))) or (f"document {number}" if number > 1 else "")
