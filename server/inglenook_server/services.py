"""Everything a server holds, made in one place and passed to the features. Knows nothing of LSP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from inglenook_server.activity import Activity
from inglenook_server.advice import chosen
from inglenook_server.background import Background
from inglenook_server.completion.desk import Desk
from inglenook_server.completion.engine import Explanation
from inglenook_server.completion.memory import Memory
from inglenook_server.documents import Documents, file_path
from inglenook_server.host import Load, ModelHost
from inglenook_server.keeper import Keeper
from inglenook_server.roots import Root, Roots
from inglenook_server.settings import Settings, load, settings_file
from inglenook_server.snooze import Snooze
from inglenook_server.stats.observer import Observer
from inglenook_server.stats.store import Statistics
from inglenook_server.status import Board, Share
from inglenook_server.workers import Worker
from inglenook_server.workspace import Workspace

ENCODER_TIER = 2


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
    activity: Activity
    documents: Documents = field(default_factory=Documents)
    settings: Settings = field(default_factory=Settings)
    explanation: Explanation | None = None
    """Why nothing was suggested, as long as nothing was."""
    suggested: str = ""
    """The id of the suggestion that the editor was given last."""
    answered: Explanation | None = None
    """Why the last answer is what it is."""
    roots: Roots = field(init=False)
    desk: Desk = field(init=False)
    snooze: Snooze = field(init=False)
    observer: Observer = field(init=False)
    on_initialized: list[Callable[[asyncio.AbstractEventLoop], None]] = field(default_factory=list)
    """What features begin once the client is ready for notifications."""
    on_opened: list[Callable[[Root], None]] = field(default_factory=list)
    """What features begin for a folder that is opened later."""
    _overrides: Mapping[str, object] = field(default_factory=dict)
    """What the editor said of settings, last."""

    def __post_init__(self) -> None:
        """Make what is made of the other fields."""
        self.roots = Roots(self.board, self._keeper)
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
        self._overrides = overrides
        before, (self.settings, messages) = self.settings, load(overrides, trusted=False)
        if self.settings.completion.enabled and not before.completion.enabled:
            self.snooze.set(0)  # who switches completion on wants it now
        self._configure_host()
        for worker in (self.generating, self.answering):
            worker.idle_after(self.settings.generation.idle_minutes * 60)
        self.activity.on_battery = self.settings.index.on_battery
        self.board.set(enabled=self.settings.completion.enabled)
        return messages

    def reconfigure(self) -> list[str]:
        """Read the user's file again; what the editor said stays."""
        return self.configure(self._overrides)

    @property
    def chosen(self) -> bool:
        """Whether the user has chosen a model."""
        return chosen(settings_file(), self._overrides)

    def open(self, folder: Path) -> Root | None:
        """Open one more folder. One that can't be used is said on the board; completion works without."""
        root = self.roots.add(folder)
        if root is not None:
            self._folders_changed()
        return root

    def leave(self, folder: Path) -> None:
        """Let go of a folder; one that is not open is passed over."""
        root = self.roots.remove(folder)
        if root is None:
            return
        root.keeper.close()
        self.indexing.submit(lambda _: root.workspace.index.close())
        self._folders_changed()

    def close(self) -> None:
        """Stop everything, the model last."""
        roots = tuple(self.roots)
        for root in roots:
            root.keeper.close()
        self.desk.close()
        self.observer.close()
        self.memory.close()
        self.searching.close()
        self.answering.close()
        self.generating.close(self.host.unload)

        def close_all() -> None:
            for root in roots:
                root.workspace.index.close()

        self.indexing.close(close_all)

    def _folders_changed(self) -> None:
        """Files are called otherwise now, and the first folder may be another one."""
        self._configure_host()
        self.memory.snippets.clear()
        self.memory.suggestions.clear()

    def _configure_host(self) -> None:
        first = self.roots.first
        self.host.configure(self.settings.generation, first.path if first else None)

    def _keeper(self, workspace: Workspace, share: Share) -> Keeper:
        second = None
        if self.settings.index.tier == ENCODER_TIER:
            second = Background(
                workspace, self.indexing, self.activity, lambda: self._hot(workspace), self.memory.context_changed
            )
        return Keeper(workspace, self.indexing, share, self.memory.context_changed, second)

    def _hot(self, workspace: Workspace) -> list[str]:
        """Paths, in one folder, of the documents that are open or were edited lately. Any thread."""
        uris = dict.fromkeys([*(document.uri for document in self.documents.all()), *self.activity.recent])
        files = [file for uri in uris if (file := file_path(uri)) is not None]
        return [path for file in files if (path := workspace.relative(file)) is not None]


def make_services(load_generator: Load | None = None) -> Services:
    """Services of a new session; `load_generator` stands in for the engines where one wants another."""
    board = Board()
    memory = Memory()
    host = ModelHost(board, load_generator, memory.suggestions.clear)
    generating = Worker("inglenook-generate", on_idle=host.unload_idle)
    answering = Worker("inglenook-answer", on_idle=host.unload_idle)
    return Services(
        board=board,
        host=host,
        indexing=Worker("inglenook-index"),
        generating=generating,
        answering=answering,
        searching=Worker("inglenook-search"),
        memory=memory,
        activity=Activity(lambda: generating.busy or answering.busy),
    )
