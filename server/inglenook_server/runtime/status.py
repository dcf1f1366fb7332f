"""The status of a session: facts, and their summary in one kind and one sentence. Thread-safe; knows nothing of LSP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["Normal", "Busy", "Warning", "Error", "Inactive"]


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts. A sentence is empty where there is nothing to say."""

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
    missing_model: str = ""
    """The name of the model that is wanted and is not on this machine."""
    fetching: str = ""
    """How far the download of a model is, in a sentence."""
    fetched: str = ""
    """The same in two words."""
    snoozed: str = ""
    """Until when nothing is suggested, on this machine's clock, as in "05:12"."""
    notice: str = ""
    """Why the last request got no answer, such as a secret file; empty again after the next answer."""


def summarise(facts: Facts) -> tuple[Kind, str, str]:
    """The kind, the sentence, and the state in a word or two: what is broken first, then what is under way."""
    if facts.index_problem:
        return "Error", facts.index_problem, "index problem"
    if facts.fetching:
        return "Busy", facts.fetching, facts.fetched
    if facts.missing_model and facts.indexing:  # what is missing is no reason not to say what goes on
        return "Busy", facts.indexing, _brief(facts.indexing)
    if facts.model_problem:
        return "Warning", facts.model_problem, "no model" if facts.missing_model else "model problem"
    if facts.loading or facts.indexing:
        return "Busy", facts.loading or facts.indexing, _brief(facts.indexing) or "loading the model"
    if facts.notice:
        return "Warning", facts.notice, ""
    return _at_rest(facts)


def _at_rest(facts: Facts) -> tuple[Kind, str, str]:
    """Where nothing is wrong and nothing is under way."""
    if not facts.enabled:
        return "Inactive", "Inline completion is switched off.", "completions off"
    if facts.snoozed:
        return "Inactive", f"Completions are snoozed until {facts.snoozed}.", ""
    if not facts.workspace:
        return "Inactive", "No folder is open, so there is nothing to index.", "no folder"
    what = f"{facts.files:,} files indexed"
    return "Normal", f"{what}, {facts.model} is ready." if facts.model else f"{what}.", ""


def _brief(sentence: str) -> str:
    return sentence.rstrip(" .").lower()


class SessionStatus:
    """The current facts. Calls one listener after each change, on the thread that made it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._folders: list[FolderStatus] = []
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

    def add_folder(self) -> FolderStatus:
        """Add the facts of one more folder's index; the session's are those of all folders together."""
        made = FolderStatus(self)
        with self._lock:
            self._folders.append(made)
        return made

    def sum_up(self, without: FolderStatus | None = None) -> None:
        """Sum up the facts of all folders, and forget `without`."""
        with self._lock:
            self._folders = folders = [one for one in self._folders if one is not without]
        self.set(
            files=sum(one.files for one in folders),
            chunks=sum(one.chunks for one in folders),
            indexing=next((one.indexing for one in folders if one.indexing), ""),
            index_problem=" ".join(dict.fromkeys(one.index_problem for one in folders if one.index_problem)),
        )

    def set(self, **changes: str | int | float | bool) -> None:
        """Change some facts, by their names in `Facts`."""
        with self._lock:
            before = self._facts
            self._facts = facts = replace(before, **changes)  # type: ignore[arg-type]
        quiet = replace(before, last_latency_ms=facts.last_latency_ms) == facts
        if not quiet and self._listener is not None:
            self._listener(facts)


class FolderStatus:
    """The facts of one folder's index. Made by `SessionStatus.add_folder`."""

    def __init__(self, session: SessionStatus) -> None:
        self._session = session
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
        """Change some of its facts, and the session's."""
        self.files = self.files if files is None else files
        self.chunks = self.chunks if chunks is None else chunks
        self.indexing = self.indexing if indexing is None else indexing
        self.index_problem = self.index_problem if index_problem is None else index_problem
        self._session.sum_up()

    def drop(self) -> None:
        """Take its facts out of the session's."""
        self._session.sum_up(without=self)
