"""Definitions, in other files, of the names used near a cursor; of long ones the outline. Knows no prompt."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from inglenook_indexer.types import Hit

from inglenook_server.completion.cursor import Cursor, indent_width
from inglenook_server.completion.sources.place import Place
from inglenook_server.completion.sources.related import IMPORT

if TYPE_CHECKING:
    from inglenook_server.workspace import Searches

USES = 20
"""Uses nearest the cursor whose definitions are looked up (Refact's figure)."""
NEAR_LINES = 12
"""Lines above the cursor in which a use counts as near; its own line is left out, for it changes at every key."""
CANDIDATES = 24
PER_NAME = 2
"""Definitions of one name: more than two are homonyms."""
OUTLINE_LINES = 14
"""Lines of an outline; a small model reads them in a tenth of a second."""

_NAME = re.compile(r"[^\W\d]\w{2,}")
_QUOTED = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|(?:#|//).*$")
_HEAD = re.compile(r"\s*(?:\w+\s+)*?(?:def|class|function|func|fn|struct|enum|trait|interface|type|impl|const)\b")
_KEYWORDS = frozenset(
    "self this cls super return import from class def function func const let var new None True False null true false "
    "and not for while with try except finally raise yield await async lambda pass break continue assert else elif "
    "static public private protected final void int str float bool list dict set tuple string print len range".split()
)


def definitions(place: Place) -> tuple[Hit, ...]:
    """Outlines of what the names near the cursor mean, nearest use first. Raises what the index raises."""
    names = used_names(place.cursor)
    if place.index is None or not names:
        return ()
    found: list[Hit] = []
    for name, hit in _look_up(place.index, names):
        same = sum(name in other.chunk.defines for other in found)
        if hit.chunk.path == place.path or same >= PER_NAME or any(hit.chunk.id == other.chunk.id for other in found):
            continue
        text = outline(hit.chunk.text, name)
        parts = {**hit.parts, "definition": 1.0 - names.index(name) / USES}
        found.append(Hit(replace(hit.chunk, text=text), hit.score, parts))
    return tuple(found)


def used_names(cursor: Cursor) -> list[str]:
    """Names used near the cursor that its file does not define, the nearest first; imported ones before others."""
    near = [line for line in cursor.above if line.strip()][-NEAR_LINES:]
    seen: dict[str, None] = {}
    for line in reversed(near):
        for name in reversed(_NAME.findall(_QUOTED.sub("", line))):
            if name not in _KEYWORDS:
                seen.setdefault(name)
    imported = {name for line in cursor.above if IMPORT.match(line) for name in _NAME.findall(line)}
    own = defined_here(cursor)
    names = [name for name in seen if name not in own]
    # What is imported is certainly defined elsewhere; any other name may be a local variable.
    names.sort(key=lambda name: name not in imported)
    return names[:USES]


def defined_here(cursor: Cursor) -> set[str]:
    """Names that the file itself defines, by its keywords."""
    pattern = re.compile(r"\b(?:def|class|function|func|fn|struct|enum|trait|interface|type)\s+(\w+)")
    return set(pattern.findall(cursor.prefix)) | set(pattern.findall(cursor.suffix))


def _look_up(index: Searches, names: Sequence[str]) -> list[tuple[str, Hit]]:
    """(name, a chunk that defines it), names in their order: one search for all names.

    The symbol graph knows places, not texts, and takes some milliseconds for each name; a search brings the texts.
    """
    hits = index.search(" ".join(names), limit=CANDIDATES)
    return [(name, hit) for name in names for hit in hits if name in hit.chunk.defines]


def outline(text: str, name: str = "") -> str:
    """The head of a definition and of what it holds: lines one level deep, without bodies and blank lines.

    Of a chunk with several definitions, the one of `name`. Goes by indentation, so it serves every language.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    head = re.compile(rf"\b{re.escape(name)}\b") if name else None
    start = next((number for number, line in enumerate(lines) if head and _defines(line) and head.search(line)), 0)
    lines = lines[start:]
    if not lines:
        return ""
    base = indent_width(lines[0])
    end = next(
        (n for n, line in enumerate(lines[1:], 1) if indent_width(line) <= base and line.strip()[0] not in ")]}"),
        len(lines),
    )
    lines = lines[:end]
    deeper = [indent_width(line) for line in lines[1:] if indent_width(line) > base]
    level = min(deeper, default=base)
    if len(lines) > OUTLINE_LINES:
        lines = [line for line in lines if indent_width(line) <= level]
    return "\n".join(lines[:OUTLINE_LINES]) + "\n"


def _defines(line: str) -> bool:
    return bool(_HEAD.match(line))
