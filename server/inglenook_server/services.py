"""Everything a server holds, made in one place and passed to the features. Knows nothing of LSP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from inglenook_indexer.errors import WorkspaceError

from inglenook_server.completion.desk import Desk
from inglenook_server.completion.engine import Explanation
from inglenook_server.completion.memory import Memory
from inglenook_server.documents import Documents
from inglenook_server.host import Load, ModelHost
from inglenook_server.keeper import Keeper
from inglenook_server.settings import Settings, load
from inglenook_server.snooze import Snooze
from inglenook_server.stats.observer import Observer
from inglenook_server.stats.store import Statistics
from inglenook_server.status import Board
from inglenook_server.workers import Worker
from inglenook_server.workspace import Workspace


@dataclass
class Services:
    """One session's state. The event loop's thread alone changes the fields."""

    board: Board
    host: ModelHost
    indexing: Worker
    generating: Worker
    """Completions."""
    answering: Worker
    """Chats: they share the model with completions, and give way to them."""
    searching: Worker
    memory: Memory
    documents: Documents = field(default_factory=Documents)
    settings: Settings = field(default_factory=Settings)
    workspace: Workspace | None = None
    keeper: Keeper | None = None
    explanation: Explanation | None = None
    """Why the last completion is what it is."""
    answered: Explanation | None = None
    """Why the last answer is what it is."""
    desk: Desk = field(init=False)
    snooze: Snooze = field(init=False)
    observer: Observer = field(init=False)
    on_initialized: list[Callable[[asyncio.AbstractEventLoop], None]] = field(default_factory=list)
    """What features begin once the client is ready for notifications."""

    def __post_init__(self) -> None:
        """Make what is made of the other fields."""
        self.desk = Desk(self.generating, self.host, self.memory)
        self.snooze = Snooze(self.board)
        self.observer = Observer(
            Statistics(),
            lambda: (self.board.facts.model, self.board.facts.adapter),
            lambda: self.settings.completion.statistics,
        )
        self.documents.on_change = self.observer.changed

    def configure(self, overrides: Mapping[str, object]) -> list[str]:
        """Take over settings: the user's file with the editor's on top. Gives messages about bad values."""
        self.settings, messages = load(overrides, trusted=False)
        self.host.configure(self.settings.generation, self.workspace.root if self.workspace else None)
        for worker in (self.generating, self.answering):
            worker.idle_after(self.settings.generation.idle_minutes * 60)
        self.board.set(enabled=self.settings.completion.enabled)
        return messages

    def open(self, root: Path | None) -> None:
        """Open a workspace, or none. A folder that can't be used is said on the board; completion works without."""
        if root is None:
            return
        try:
            self.workspace = Workspace(root)
        except WorkspaceError as error:
            self.board.set(index_problem=f"{error.message} {error.mend}".strip())
            return
        self.keeper = Keeper(
            self.workspace, self.indexing, self.board, self.memory.context_changed, self.settings.index.tier
        )
        self.board.set(workspace=True)
        self.host.configure(self.settings.generation, self.workspace.root)

    def close(self) -> None:
        """Stop everything, the model last."""
        if self.keeper is not None:
            self.keeper.close()
        index = self.workspace.index if self.workspace else None
        self.desk.close()
        self.observer.close()
        self.memory.close()
        self.searching.close()
        self.answering.close()
        self.generating.close(self.host.unload)
        self.indexing.close(index.close if index else None)


def make_services(load_generator: Load | None = None) -> Services:
    """Services of a new session; `load_generator` stands in for the engines where one wants another."""
    board = Board()
    memory = Memory()
    host = ModelHost(board, load_generator, memory.suggestions.clear)
    return Services(
        board=board,
        host=host,
        indexing=Worker("inglenook-index"),
        generating=Worker("inglenook-generate", on_idle=host.unload_idle),
        answering=Worker("inglenook-answer", on_idle=host.unload_idle),
        searching=Worker("inglenook-search"),
        memory=memory,
    )
