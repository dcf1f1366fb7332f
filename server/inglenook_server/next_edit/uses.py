"""What the workspace says of names, in the few questions that predictors ask. The index is passed in.

A file's text is the open buffer's where there is one. Lines that hold masks are never read out, and what the index
can't answer is as if nothing were there: a next edit is never worth an error.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from inglenook_indexer.errors import IndexerError

if TYPE_CHECKING:
    from inglenook_server.workspace.workspace import Searches

MOST_PLACES = 120
"""References of a name that are looked at; a name with more is too common to be sure of."""
MOST_FILES = 20
"""Other files that are parsed for one question."""


class Uses:
    """An index as predictors see it."""

    def __init__(self, index: Searches, buffer: Callable[[str], str | None] = lambda path: None) -> None:
        """`buffer` gives the text of an open file by its path in the index."""
        self._index = index
        self._buffer = buffer

    def elsewhere(self, name: str, path: str) -> dict[str, frozenset[int]]:
        """The other files that refer to what `path` defined as `name`, with the lines (from 0) that say it.

        Where another definition of that name is left, only files that import `path`. Empty where there are too many.
        """
        try:
            found = self._index.references(name, limit=MOST_PLACES)
            others = {one.path for one in found if one.name == name and one.path != path}
            if not found.whole or not others or len(others) > MOST_FILES:
                return {}
            if any(one.name == name for one in self._index.definitions(name, limit=8)):
                others &= {one.path for one in self._index.importers(path)}
        except IndexerError:
            return {}
        return {
            other: frozenset(one.line - 1 for one in found if one.path == other and one.name == name)
            for other in sorted(others)
        }

    def mentioning(self, name: str, path: str) -> list[str]:
        """The other files that refer to a name at all, those nearest to `path` first; none of a name too common."""
        try:
            found = self._index.references(name, limit=MOST_PLACES)
        except IndexerError:
            return []
        others = {one.path for one in found if one.name == name and one.path != path}
        if not found.whole or len(others) > MOST_FILES:
            return []
        folder = path.rpartition("/")[0]
        return sorted(others, key=lambda other: (other.rpartition("/")[0] != folder, other))

    def text(self, path: str) -> str:
        """What a file says now; empty for one that is not indexed, or that has lines with masks."""
        try:
            masked, hidden = self._index.text(path), self._index.withheld(path)
        except IndexerError:
            return ""
        if not masked or hidden:
            return ""
        return self._buffer(path) or masked
