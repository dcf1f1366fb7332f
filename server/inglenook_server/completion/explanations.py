"""Why suggestions are what they are, by the id that each carries to the editor. Any thread; knows no editor."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from inglenook_server.completion.cache import CAPACITY
from inglenook_server.generation.base import Usage

if TYPE_CHECKING:
    from inglenook_indexer.types import Hit


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a suggestion is what it is."""

    prompt: str = ""
    """The exact text the model saw, sentinels included; empty when no model was asked."""
    hits: tuple[Hit, ...] = ()
    """Spans of other files in the prompt, best first; the parts of their scores say where they come from."""
    timings_ms: dict[str, float] = field(default_factory=dict)
    """Milliseconds by stage: "context", "prompt", "generate", "filter", "total"; "context.SOURCE" for each in time."""
    usage: Usage = field(default_factory=Usage)
    reason: str = ""
    """Why there is no suggestion, in words; "typed through" when the model was not needed."""
    gate: str = ""
    """What was decided about spans of other files, and on what ground."""
    confidence: float = 1.0
    """The estimated chance that the suggestion is right, 0-1."""
    log_probability: float | None = None
    """Mean natural-log probability of its tokens, by the model."""
    text: str = ""
    """The whole suggestion, as it was made; of an answer what the model wrote, before it was checked."""
    late: Mapping[str, float] = field(default_factory=dict)
    """Sources of other files that had not answered in time, and the milliseconds they had."""


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
