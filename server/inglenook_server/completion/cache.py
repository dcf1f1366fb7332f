"""Suggestions that were made already, found again while the user types them. Any thread; knows nothing of models."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace

CAPACITY = 200
"""Suggestions kept; a few hundred bytes each."""
FORWARD = 50
"""Characters a user may have typed into a suggestion and still be shown its rest."""
PER_PLACE = 8
"""Suggestions kept for one suffix of one file: the user goes back and types something else."""
CLOSERS = frozenset(")]}>\"'`")
CLOSED_AHEAD = 3
"""Closers that an editor may have put behind the cursor while a suggestion was typed."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CachedSuggestion:
    """A suggestion as it was made."""

    text: str
    id: str = ""
    """What events about it are told by; the same while it is typed through."""
    retrieval: bool = False
    """Whether other files stood in its prompt."""
    confidence: float = 1.0
    """The estimated chance that it is right."""


@dataclass(frozen=True, slots=True)
class _Entry:
    prefix_length: int
    prefix_hash: int
    version: int
    made: CachedSuggestion


class SuggestionCache:
    """Latest suggestions by place. The key holds the suffix: what is right before one text is wrong before another.

    Entries carry the version of the context they were made from. A suggestion that is being typed stays whatever
    changes elsewhere; at the very same cursor, one made from another context is asked for anew.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[Key, int], list[_Entry]] = OrderedDict()
        self._version = 0

    @property
    def version(self) -> int:
        """The version of the context that new suggestions are made from."""
        return self._version

    def context_changed(self) -> None:
        """The files that suggestions are made from have changed."""
        self._version += 1

    def put(self, key: Key, prefix: str, suffix: str, made: CachedSuggestion, version: int | None = None) -> None:
        """Remember what was suggested between `prefix` and `suffix`; `key` names file, model and settings.

        `version` is the context's when the suggestion was begun; now's where it is left out.
        """
        place = (key, hash(suffix))
        entry = _Entry(len(prefix), hash(prefix), self._version if version is None else version, made)
        with self._lock:
            others = [old for old in self._entries.pop(place, []) if old.prefix_length != entry.prefix_length]
            self._entries[place] = [*others[1 - PER_PLACE :], entry]
            while len(self._entries) > self._capacity:
                self._entries.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._entries.clear()

    def get(self, key: Key, prefix: str, suffix: str) -> CachedSuggestion | None:
        """What is left of a suggestion whose beginning the user has typed since, or None.

        The very same cursor gives the whole suggestion, also when that was empty: the model has nothing to add. An
        editor that closes brackets by itself changes the suffix while a suggestion is typed; that is seen through.
        """
        found = self._find(key, prefix, suffix)
        ahead = 0
        while found is None and ahead < min(CLOSED_AHEAD, len(suffix)) and suffix[ahead] in CLOSERS:
            ahead += 1
            found = self._find(key, prefix, suffix[ahead:])
            if found is not None:
                found = _without_closers(found, suffix[:ahead])
        return found

    def _find(self, key: Key, prefix: str, suffix: str) -> CachedSuggestion | None:
        with self._lock:
            entries = self._entries.get((key, hash(suffix)), [])
        for entry in reversed(entries):
            text = entry.made.text
            typed = len(prefix) - entry.prefix_length
            if not 0 <= typed <= FORWARD or (typed and typed >= len(text)):
                continue
            if not typed and entry.version != self._version:
                continue
            if text.startswith(prefix[entry.prefix_length :]) and entry.prefix_hash == hash(
                prefix[: entry.prefix_length]
            ):
                return replace(entry.made, text=text[typed:])
        return None


def _without_closers(made: CachedSuggestion, closers: str) -> CachedSuggestion | None:
    """The rest of a suggestion where `closers` stand behind the cursor already; None where it does not write them."""
    line, newline, _ = made.text.partition("\n")
    place = len(line)
    for closer in reversed(closers):
        place = line.rfind(closer, 0, place)
        if place < 0:
            return None
    if newline or line[place:] != closers:
        return None  # more follows: accepted as it is, it would double them
    return replace(made, text=line[:place]) if place else None
