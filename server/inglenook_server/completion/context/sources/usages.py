"""How others use what is being called or looked into at a cursor: the likest calls elsewhere. Knows no prompt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from inglenook_server.completion.context.sources.definitions import called
from inglenook_server.completion.context.sources.place import Place, hit
from inglenook_server.completion.context.sources.windows import jaccard

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit, Reference

LOOKED_AT = 40
"""References that are compared."""
SHOWN = 3
LINES = 3
"""Lines of one use at most: its own, and those that its open brackets reach to."""
LONGEST = 160
"""Characters of a line."""
NEAR_LINES = 4
"""Lines above the cursor that a use is compared with."""
IN_SIGHT = 50
"""Lines around the cursor that its own prompt shows anyway."""

_WORD = re.compile(r"[^\W\d]\w*")


def usages(place: Place) -> tuple[Hit, ...]:
    """Other uses of the name that a bracket or a dot follows at the cursor. Raises what the index raises."""
    name = called(place.cursor)
    if place.index is None or not name:
        return ()
    here = len(place.cursor.above) + 1
    around = frozenset(_WORD.findall("\n".join((*place.cursor.above[-NEAR_LINES:], place.cursor.before))))
    texts: dict[str, list[str]] = {}
    found: dict[str, tuple[float, Reference, str]] = {}
    for one in place.index.references(name, limit=LOOKED_AT):
        if one.relation == "import" or (one.path == place.path and abs(one.line - here) < IN_SIGHT):
            continue
        if one.path not in texts:
            texts[one.path] = place.index.text(one.path).split("\n")
        text = statement(texts[one.path], one.line)
        words = frozenset(_WORD.findall(text))
        if name not in words:
            continue
        same = jaccard(around, words)
        key = " ".join(text.split())
        if key not in found or same > found[key][0]:
            found[key] = (same, one, text)
    best = sorted(found.values(), key=lambda each: -each[0])[:SHOWN]
    return tuple(
        hit(one.path, one.language, text, one.line, same, usage=round(max(same, 0.01), 3)) for same, one, text in best
    )


def statement(lines: list[str], number: int) -> str:
    """The line of that number (from 1), with those that its open brackets reach to, without common indentation."""
    taken: list[str] = []
    depth = 0
    for line in lines[number - 1 : number - 1 + LINES]:
        taken.append(line[:LONGEST].rstrip())
        depth += sum(line.count(one) for one in "([{") - sum(line.count(one) for one in ")]}")
        if depth <= 0:
            break
    width = min((len(line) - len(line.lstrip()) for line in taken if line.strip()), default=0)
    return "".join(f"{line[width:]}\n" for line in taken)
