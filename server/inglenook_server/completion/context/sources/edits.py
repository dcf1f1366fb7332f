"""What was changed lately in other files: whoever renames a field goes on to its uses. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from inglenook_indexer.text.languages import language_of

from inglenook_server.completion.context.sources.place import Place, hit

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit

EDITS = 2
"""Edits shown, of the eight remembered: the latest say most and the room is small."""


def edits(place: Place) -> tuple[Hit, ...]:
    """The latest edits of other files, latest first, one of each place."""
    found: list[Hit] = []
    for edit in reversed(place.surroundings.edits):
        if edit.path == place.path or any(edit.path == one.chunk.path for one in found):
            continue
        found.append(hit(edit.path, language_of(edit.path), edit.text, edit.start_line, 1.0, edit=1.0))
    return tuple(found[:EDITS])
