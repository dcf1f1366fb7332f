"""Every name that the chunks of an open table define, sorted, for looking up by what a name begins with.

Made in one pass over two columns when it is first asked for, and again for another version. Knows nothing of queries.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import accumulate

from inglenook_indexer.store.open_table import OpenTable, Stamp
from inglenook_indexer.symbols import path_order
from inglenook_indexer.types import DefinedName

MOST = 200_000
"""Names that are kept: some 30 MB. Those of tests and examples are left out first."""
_LONGEST = 120  # characters of a name: longer ones are data
_LOOKED_AT = 5_000  # places of names, somewhere in which stands what was typed: 3 ms
_LAST = "\U0010ffff"


class DefinedNames:
    """Thread-safe."""

    def __init__(self, table: OpenTable) -> None:
        self._table = table
        self._lock = threading.Lock()
        self._made: tuple[Stamp, Names] | None = None

    def names(self) -> Names:
        """The names of the table's present version. Raises StorageError."""
        with self._lock:

            def read(stamp: Stamp) -> tuple[Names, bool]:
                if self._made is None or self._made[0] != stamp:
                    rows = self._table.columns(["path", "defines"])
                    self._made = stamp, Names(zip(rows["path"].to_pylist(), rows["defines"].to_pylist(), strict=True))
                return self._made[1], True

            return self._table.of_one_version(read)


class Names:
    """Names in the order of their lower case, each with the file that defines it first and how many places do."""

    def __init__(self, rows: Iterable[tuple[str, Sequence[str] | None]]) -> None:
        """`rows` are (path, names that a chunk of it defines)."""
        self._paths: dict[str, str] = {}
        self._places: Counter[str] = Counter()
        defining = [(path, names) for path, names in rows if names]
        order = {path: path_order.of(path) for path in {path for path, _ in defining}}
        for path, names in sorted(defining, key=lambda row: order[row[0]]):
            for name in names:
                if name not in self._paths and len(self._paths) < MOST and 0 < len(name) <= _LONGEST:
                    self._paths[name] = path
                self._places[name] += name in self._paths
        self._names = sorted(sorted(filter(str.isprintable, self._paths)), key=str.lower)
        self._keys = [name.lower() for name in self._names]
        self._joined = "\n".join(self._keys)
        self._starts = array("q", accumulate((len(key) + 1 for key in self._keys), initial=0))

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def beginning(self, prefix: str, limit: int) -> list[DefinedName]:
        """Names that begin with `prefix` in any case, the shortest first; then those one of whose parts does."""
        wanted = prefix.lower()
        low = bisect_left(self._keys, wanted)
        high = bisect_left(self._keys, wanted + _LAST, lo=low)
        chosen = nsmallest(limit, range(low, high), key=self._order)
        if len(chosen) < limit and len(wanted) > 1:
            inside = {at for at in self._inside(wanted) if not low <= at < high}
            chosen += nsmallest(limit - len(chosen), inside, key=self._order)
        names = [self._names[at] for at in chosen]
        return [DefinedName(name, self._paths[name], self._places[name]) for name in names]

    def _order(self, at: int) -> tuple[int, int]:
        return len(self._keys[at]), at

    def _inside(self, wanted: str) -> Iterator[int]:
        """Where names stand one of whose later parts, by underscore or case, begins with `wanted`."""
        found = self._joined.find(wanted)
        for _ in range(_LOOKED_AT):
            if found < 0:
                return
            at = bisect_right(self._starts, found) - 1
            if _begins_part(self._names[at], found - self._starts[at]):
                yield at
            found = self._joined.find(wanted, found + 1)


def _begins_part(name: str, place: int) -> bool:
    """Whether a later part of a name begins there: behind `_`, with a capital, with the last capital of several."""
    before, here, after = name[place - 1 : place], name[place : place + 1], name[place + 1 : place + 2]
    return before == "_" or (here.isupper() and bool(before) and (not before.isupper() or after.islower()))
