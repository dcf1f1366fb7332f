"""Keeps a prompt's suffix while the real one is nearly equal, so that the engine's cached prefix survives. Pure."""

from __future__ import annotations

from collections import OrderedDict

from inglenook_server.documents import common_end, common_start

PLACES = 16
"""Files whose suffix is remembered."""
NEAR = 0.1
"""Share of a suffix that may have changed (Copilot's figure)."""


class SuffixMemory:
    """The last suffix of each file's prompts (Copilot: kept below an edit distance of a tenth)."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, str] = OrderedDict()

    def keep(self, path: str, suffix: str) -> str:
        """The suffix to show for `path`: the one shown before where that is nearly the same and begins alike."""
        known = self._kept.get(path)
        if known is not None and (known == suffix or _nearly(known, suffix)):
            return known
        self._kept[path] = suffix
        self._kept.move_to_end(path)
        while len(self._kept) > PLACES:
            self._kept.popitem(last=False)
        return suffix


def _nearly(known: str, new: str) -> bool:
    if known.partition("\n")[0] != new.partition("\n")[0]:
        return False
    # What differs lies between a common beginning and a common end; its length bounds the edit distance from above.
    begin = common_start(known, new)
    end = common_end(known[begin:], new[begin:])
    return max(len(known), len(new)) - begin - end < NEAR * max(len(known), len(new), 1)
