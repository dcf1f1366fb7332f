"""How the server is, in one kind and one sentence. Any thread may set a fact; knows nothing of LSP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["Normal", "Busy", "Warning", "Error", "Inactive"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known. A sentence is empty where there is nothing to say."""

    files: int = 0
    chunks: int = 0
    model: str = ""
    adapter: str = ""
    engine: str = ""
    last_latency_ms: float = 0.0
    workspace: bool = False
    enabled: bool = True
    indexing: str = ""
    loading: str = ""
    index_problem: str = ""
    model_problem: str = ""
    snoozed: str = ""
    """Until when completions rest, on this machine's clock, as in "05:12"."""
    notice: str = ""
    """Why the last request got no answer, such as a secret file; gone with the next that gets one."""


def summarise(facts: Facts) -> tuple[Kind, str]:
    """The kind and the sentence for a set of facts: what is broken first, then what is under way."""
    if facts.index_problem:
        return "Error", facts.index_problem
    if facts.model_problem:
        return "Warning", facts.model_problem
    if facts.loading or facts.indexing:
        return "Busy", facts.loading or facts.indexing
    if facts.notice:
        return "Warning", facts.notice
    if not facts.enabled:
        return "Inactive", "Inline completion is switched off."
    if facts.snoozed:
        return "Inactive", f"Completions are snoozed until {facts.snoozed}."
    if not facts.workspace:
        return "Inactive", "No folder is open, so there is nothing to index."
    what = f"{facts.files:,} files indexed"
    return "Normal", f"{what}, {facts.model} is ready." if facts.model else f"{what}."


class Board:
    """The current facts. Tells one listener, on the thread that changed them, when the summary changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shares: list[Share] = []
        self._facts = Facts()
        self._listener: Callable[[Facts], None] | None = None

    def listen(self, listener: Callable[[Facts], None]) -> None:
        """Call `listener` with the facts after each change."""
        self._listener = listener

    @property
    def facts(self) -> Facts:
        """The facts now."""
        with self._lock:
            return self._facts

    def share(self) -> Share:
        """The facts of one more index; what the board says of indexes is of all of them together."""
        made = Share(self)
        with self._lock:
            self._shares.append(made)
        return made

    def gather(self, without: Share | None = None) -> None:
        """Put the facts of all indexes together."""
        with self._lock:
            self._shares = shares = [share for share in self._shares if share is not without]
        self.set(
            files=sum(share.files for share in shares),
            chunks=sum(share.chunks for share in shares),
            indexing=next((share.indexing for share in shares if share.indexing), ""),
            index_problem=" ".join(dict.fromkeys(share.index_problem for share in shares if share.index_problem)),
        )

    def set(self, **changes: str | int | float | bool) -> None:
        """Change some facts, by their names in `Facts`."""
        with self._lock:
            before = self._facts
            self._facts = facts = replace(before, **changes)  # type: ignore[arg-type]
        quiet = replace(before, last_latency_ms=facts.last_latency_ms) == facts
        if not quiet and self._listener is not None:
            self._listener(facts)


class Share:
    """What is known of one index. Made by `Board.share`."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self.files = self.chunks = 0
        self.indexing = self.index_problem = ""

    def set(
        self,
        *,
        files: int | None = None,
        chunks: int | None = None,
        indexing: str | None = None,
        index_problem: str | None = None,
    ) -> None:
        """Change some of its facts, and the board's."""
        self.files = self.files if files is None else files
        self.chunks = self.chunks if chunks is None else chunks
        self.indexing = self.indexing if indexing is None else indexing
        self.index_problem = self.index_problem if index_problem is None else index_problem
        self._board.gather()

    def drop(self) -> None:
        """Its index is closed: the board forgets it."""
        self._board.gather(without=self)
