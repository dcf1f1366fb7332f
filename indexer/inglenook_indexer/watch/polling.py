"""Looking for changes without events: names, sizes and times of the workspace's files, now and then. Opens no file."""

from __future__ import annotations

import time
from pathlib import Path

from inglenook_indexer.files.discover import Candidate, walk
from inglenook_indexer.files.file_stamp import Stamp

MIN_S = 2.0  # between two looks: as soon as a person would miss a change made outside the editor
MAX_S = 60.0
_SHARE = 20  # a look may take one twentieth of one core, so a big workspace is looked at less often


class Poll:
    """What the workspace looked like at the last look. One thread at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.interval_s = MIN_S
        """Seconds to wait before the next look: longer where a look takes longer."""
        self._before = self._look()

    def changed(self) -> set[str]:
        """Paths of files that came, went or changed since the last look."""
        before, self._before = self._before, self._look()
        return {path for path in before.keys() | self._before.keys() if before.get(path) != self._before.get(path)}

    def _look(self) -> dict[str, Stamp]:
        started = time.monotonic()
        found = {one.path: one.stamp for one in walk(self._root) if isinstance(one, Candidate)}
        self.interval_s = min(max(MIN_S, _SHARE * (time.monotonic() - started)), MAX_S)
        return found
