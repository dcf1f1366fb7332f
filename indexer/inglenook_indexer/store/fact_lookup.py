"""What the rows that have a key tell about symbols, from one open table. Knows nothing of what keys and facts mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from inglenook_indexer.store.open_table import OpenTable, Stamp
from inglenook_indexer.store.postings import Postings
from inglenook_indexer.symbols import path_order
from inglenook_indexer.symbols.path_order import Keep

_REMEMBERED = 4_000  # rows whose facts are kept for the next question: some 4 MB


@dataclass(slots=True)
class _Cache:
    """What is kept of the table of one folder: a rebuilt one has other rows under the same ids."""

    folder: int
    postings: Postings
    facts: dict[int, str] = field(default_factory=dict)
    """By row id. A row never changes, and those of a file at work are asked again."""


class FactLookup:
    """Thread-safe."""

    def __init__(self, table: OpenTable) -> None:
        self._table = table
        self._cache: _Cache | None = None

    def having(
        self, keys: Sequence[int], limit: int, skip: int = 0, keep: Keep | None = None
    ) -> tuple[list[dict[str, Any]], int]:
        """Path, language and facts of rows that have one of these keys, and how many have: see `Postings.rows`.

        Raises StorageError.
        """

        def ask(stamp: Stamp) -> tuple[tuple[list[dict[str, Any]], int], bool]:
            cache = self._cache_of(stamp[0])
            posted = cache.postings.rows(keys, limit, skip, keep, version=stamp[1])
            ids = posted.ids.tolist()
            facts = self._facts(cache, ids)
            rows = [
                {"path": path, "language": language, "facts": facts[one]}
                for one, path, language in zip(ids, posted.paths, posted.languages, strict=True)
                if one in facts
            ]
            return (rows, posted.total), len(rows) == len(ids)

        return self._table.of_one_version(ask)

    def _cache_of(self, folder: int) -> _Cache:
        cache = self._cache
        if cache is None or cache.folder != folder:
            cache = self._cache = _Cache(folder, Postings(self._table.lance, "keys", path_order.of))
        return cache

    def _facts(self, cache: _Cache, ids: Sequence[int]) -> dict[int, str]:
        """What these rows tell, those that are gone left out."""
        known = cache.facts
        if any(one not in known for one in ids):
            rows = self._table.lance.take_row_ids(list(ids)).select(["facts"]).with_row_id().to_arrow()
            read = self._table.sound([{"facts": one} for one in rows["facts"].to_pylist()])
            if len(known) > _REMEMBERED:
                known = cache.facts = {}  # not emptied: another thread may be reading it
            known.update(zip(rows["_rowid"].to_pylist(), (row["facts"] for row in read), strict=True))
        return {one: known[one] for one in ids if one in known}
