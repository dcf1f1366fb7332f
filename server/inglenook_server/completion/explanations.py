"""Why suggestions are what they are, by the id that each carries to the editor. Any thread; knows no editor."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from inglenook_server.completion.cache import CAPACITY

if TYPE_CHECKING:
    from inglenook_server.completion.engine import Explanation


class Explanations:
    """As many as there are suggestions remembered: one that is typed through is asked about by the same id."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Explanation] = OrderedDict()

    def put(self, id: str, explanation: Explanation) -> None:
        """Keep one; an empty id is nobody's."""
        if not id:
            return
        with self._lock:
            self._kept[id] = explanation
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)

    def get(self, id: str) -> Explanation | None:
        """The explanation of a suggestion; None where it was made too long ago."""
        with self._lock:
            if id in self._kept:
                self._kept.move_to_end(id)
            return self._kept.get(id)
