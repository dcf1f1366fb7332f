"""Suggestions that were made already, found again while the user types them. Any thread; knows nothing of models."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

CAPACITY = 200
"""Suggestions kept; a few hundred bytes each."""
FORWARD = 50
"""Characters a user may have typed into a suggestion and still be shown its rest."""
PER_PLACE = 8
"""Suggestions kept for one suffix of one file: the user goes back and types something else."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    prefix_length: int
    prefix_hash: int
    text: str


class SuggestionCache:
    """Latest suggestions by place. The key holds the suffix: what is right before one text is wrong before another."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[Key, int], list[_Entry]] = OrderedDict()

    def put(self, key: Key, prefix: str, suffix: str, text: str) -> None:
        """Remember what was suggested between `prefix` and `suffix`; `key` names file, model and settings."""
        place = (key, hash(suffix))
        entry = _Entry(len(prefix), hash(prefix), text)
        with self._lock:
            others = [old for old in self._entries.pop(place, []) if old.prefix_length != entry.prefix_length]
            self._entries[place] = [*others[1 - PER_PLACE :], entry]
            while len(self._entries) > self._capacity:
                self._entries.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()

    def get(self, key: Key, prefix: str, suffix: str) -> str | None:
        """What is left of a suggestion whose beginning the user has typed since, or None.

        The very same cursor gives the whole suggestion, also when that was empty: the model has nothing to add.
        """
        with self._lock:
            entries = self._entries.get((key, hash(suffix)), [])
        for entry in reversed(entries):
            typed = len(prefix) - entry.prefix_length
            if not 0 <= typed <= FORWARD or (typed and typed >= len(entry.text)):
                continue
            if entry.text.startswith(prefix[entry.prefix_length :]) and entry.prefix_hash == hash(
                prefix[: entry.prefix_length]
            ):
                return entry.text[typed:]
        return None
