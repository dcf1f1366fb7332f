"""What the editor's other servers say of the lines near a cursor, as comments. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inglenook_server.completion.sources.place import Place, hit

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

NEAR = 10
"""Lines between a complaint and the cursor at most."""
COMPLAINTS = 3
LONGEST = 160
"""Characters of a message that are shown."""


def complaints(place: Place) -> tuple[Hit, ...]:
    """The nearest complaints as one snippet, or nothing."""
    line = len(place.cursor.above) + 1
    near = sorted(
        (one for one in place.surroundings.complaints if abs(one.line - line) <= NEAR),
        key=lambda one: abs(one.line - line),
    )[:COMPLAINTS]
    if not near:
        return ()
    text = "".join(f"line {one.line}: {' '.join(one.message.split())[:LONGEST]}\n" for one in near)
    return (hit(f"{place.path} (problems)", "text", text, near[0].line, 1.0, diagnostic=1.0),)
