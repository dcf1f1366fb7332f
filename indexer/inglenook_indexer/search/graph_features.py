"""The symbol graph among one query's candidates: who calls the likely answers, and whom they call. Pure.

What a file defines is known of every candidate; that a file speaks of a name, from its text. Asked of the store, the
same would cost a look-up a name; among the candidates it costs a millisecond.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache

from inglenook_indexer.text.words import identifiers
from inglenook_indexer.types import Chunk

_LIKELY = 5  # files that are followed: ten or all found no more
_OWNERS = 2  # files that define a name: one that more do, as `run`, links nothing
_SHORT = 4  # characters of a name, from which on it counts


def linked(files: Mapping[str, Sequence[Chunk]], points: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Path -> (how likely an answer it speaks of is, how likely an answer that speaks of it is); each 0-1.

    `points` are the files' scores without this; their softmax says how likely each is the answer.
    """
    owners = _owners(files)
    best = max(points.values(), default=0.0)
    odds = {path: math.exp(points[path] - best) for path in files}
    whole = sum(odds.values())
    said = {path: frozenset[str]().union(*(_said(one.text) for one in chunks)) for path, chunks in files.items()}
    caller, callee = dict.fromkeys(files, 0.0), dict.fromkeys(files, 0.0)
    for likely in sorted(files, key=lambda path: (-points[path], path))[:_LIKELY]:
        share = odds[likely] / whole
        called = {path for name in said[likely] & owners.keys() if likely not in owners[name] for path in owners[name]}
        for path in called:
            callee[path] += share
        defined = {name for name, where in owners.items() if likely in where}
        for path in files:
            if path != likely and any(path not in owners[name] for name in defined & said[path]):
                caller[path] += share
    return {path: (caller[path], callee[path]) for path in files}


@lru_cache(maxsize=1_500)
def _said(text: str) -> frozenset[str]:
    """What a chunk speaks of. Searches of one repository come back to the same few hundred chunks."""
    return frozenset(map(sys.intern, identifiers(text)))


def _owners(files: Mapping[str, Sequence[Chunk]]) -> dict[str, set[str]]:
    """Name -> the few files that define it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for path, chunks in files.items():
        for chunk in chunks:
            for name in chunk.defines:
                if len(name) >= _SHORT:
                    found[name].add(path)
    return {name: where for name, where in found.items() if len(where) <= _OWNERS}
