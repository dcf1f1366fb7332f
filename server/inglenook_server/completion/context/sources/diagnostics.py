"""What the editor's other servers say of the lines near a cursor, as comments. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inglenook_server.completion.context.sources.place import Place, hit

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

NEAR = 10
"""Lines between a diagnostic and the cursor at most."""
MOST = 3
LONGEST = 160
"""Characters of a message that are shown."""


def diagnostics(place: Place) -> tuple[Hit, ...]:
    """The nearest diagnostics as one snippet, or nothing."""
    line = len(place.cursor.above) + 1
    near = sorted(
        (one for one in place.surroundings.diagnostics if abs(one.line - line) <= NEAR),
        key=lambda one: abs(one.line - line),
    )[:MOST]
    if not near:
        return ()
    text = "".join(f"line {one.line}: {' '.join(one.message.split())[:LONGEST]}\n" for one in near)
    return (hit(f"{place.path} (problems)", "text", text, near[0].line, 1.0, diagnostic=1.0),)
