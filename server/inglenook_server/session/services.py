"""The state and the threads of one session, made in one place and passed to the features. Knows nothing of LSP."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from inglenook_server.completion.explanations import Explanation
from inglenook_server.completion.memory import Memory
from inglenook_server.completion.scheduler import Scheduler
from inglenook_server.documents import Documents, file_path
from inglenook_server.runtime.activity import Activity
from inglenook_server.runtime.status import FolderStatus, SessionStatus
from inglenook_server.runtime.workers import Worker
from inglenook_server.session.advice import chosen
from inglenook_server.session.model_host import Load, ModelHost
from inglenook_server.session.snooze import Snooze
from inglenook_server.settings import Settings, load, settings_file
from inglenook_server.stats.observer import Observer
from inglenook_server.stats.store import Statistics
from inglenook_server.workspace.folders import OpenFolder, OpenFolders
from inglenook_server.workspace.idle_encoding import IdleEncoding
from inglenook_server.workspace.index_updater import IndexUpdater
from inglenook_server.workspace.workspace import Workspace

ENCODER_TIER = 2


@dataclass
class Services:
    """One session's state. The event loop's thread alone changes the fields."""

    status: SessionStatus
    host: ModelHost
    indexing: Worker
    generating: Worker
    """Completions."""
    answering: Worker
    """Chats: they share the model with completions, which go first."""
    searching: Worker
    keeping: Worker
    """Conversations that are kept: files, and the secrets in them."""
    memory: Memory
    activity: Activity
    documents: Documents = field(default_factory=Documents)
    settings: Settings = field(default_factory=Settings)
    explanation: Explanation | None = None
    """Why nothing was suggested, until there is a suggestion."""
    suggested: str = ""
    """The id of the suggestion that the editor was given last."""
    code_actions: bool = True
    """Whether the client wants the chat's commands as code actions; one with commands of its own does not."""
    trusted: bool = True
    """Whether the user trusts the folders. Where not, no linter runs, no adapter and no other machine is used."""
    answered: Explanation | None = None
    """Why the last answer is what it is."""
    folders: OpenFolders = field(init=False)
    scheduler: Scheduler = field(init=False)
    snooze: Snooze = field(init=False)
    observer: Observer = field(init=False)
    on_initialized: list[Callable[[asyncio.AbstractEventLoop], None]] = field(default_factory=list)
    """What features begin once the client is ready for notifications."""
    on_opened: list[Callable[[OpenFolder], None]] = field(default_factory=list)
    """What features begin for a folder that is opened later."""
    _overrides: Mapping[str, object] = field(default_factory=dict)
    """The settings that the editor sent last."""

    def __post_init__(self) -> None:
        """Make the fields that depend on others."""
        self.folders = OpenFolders(self.status, self._updater)
        self.scheduler = Scheduler(self.generating, self.host, self.memory)
        self.snooze = Snooze(self.status)
        self.observer = Observer(
            Statistics(),
            lambda: (self.status.facts.model, self.status.facts.adapter),
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
        self.status.set(enabled=self.settings.completion.enabled)
        return messages

    def reconfigure(self) -> list[str]:
        """Read the user's file again; the editor's settings stay."""
        return self.configure(self._overrides)

    @property
    def chosen(self) -> bool:
        """Whether the user has chosen a model."""
        return chosen(settings_file(), self._overrides)

    def open(self, path: Path) -> OpenFolder | None:
        """Open one more folder. One that can't be used is said by the status; completion works without."""
        folder = self.folders.add(path)
        if folder is not None:
            self._folders_changed()
        return folder

    def leave(self, path: Path) -> None:
        """Close a folder; one that is not open is passed over."""
        folder = self.folders.remove(path)
        if folder is None:
            return
        folder.updater.close()
        self.indexing.submit(lambda _: folder.workspace.index.close())
        self._folders_changed()

    def close(self) -> None:
        """Stop everything, the model last."""
        folders = tuple(self.folders)
        for folder in folders:
            folder.updater.close()
        self.scheduler.close()
        self.observer.close()
        self.memory.close()
        self.searching.close()
        self.keeping.close()
        self.answering.close()
        self.generating.close(self.host.unload)

        def close_all() -> None:
            for folder in folders:
                folder.workspace.index.close()

        self.indexing.close(close_all)

    def _folders_changed(self) -> None:
        """Files may have other paths now, and the first folder may be another one."""
        self._configure_host()
        self.memory.snippets.clear()
        self.memory.suggestions.clear()

    def _configure_host(self) -> None:
        first, generation = self.folders.first, self.settings.generation
        if not self.trusted:
            first = None  # its adapter is one that was trained on what is not trusted
            if generation.engine == "openai":
                generation = replace(generation, engine="auto", endpoint="")
        self.host.configure(generation, first.path if first else None)

    def _updater(self, workspace: Workspace, status: FolderStatus) -> IndexUpdater:
        encoding = None
        if self.settings.index.tier == ENCODER_TIER:
            encoding = IdleEncoding(
                workspace, self.indexing, self.activity, lambda: self._hot(workspace), self.memory.context_changed
            )
        return IndexUpdater(workspace, self.indexing, status, self.memory.context_changed, encoding)

    def _hot(self, workspace: Workspace) -> list[str]:
        """Paths, in one folder, of the documents that are open or were edited lately. Any thread."""
        uris = dict.fromkeys([*(document.uri for document in self.documents.all()), *self.activity.recent])
        files = [file for uri in uris if (file := file_path(uri)) is not None]
        return [path for file in files if (path := workspace.relative(file)) is not None]


def make_services(load_generator: Load | None = None) -> Services:
    """Services of a new session; `load_generator` stands in for the engines where one wants another."""
    status = SessionStatus()
    memory = Memory()
    host = ModelHost(status, load_generator, memory.suggestions.clear)
    generating = Worker("inglenook-generate", on_idle=host.unload_idle)
    answering = Worker("inglenook-answer", on_idle=host.unload_idle)
    return Services(
        status=status,
        host=host,
        indexing=Worker("inglenook-index"),
        generating=generating,
        answering=answering,
        searching=Worker("inglenook-search"),
        keeping=Worker("inglenook-keep"),
        memory=memory,
        activity=Activity(lambda: generating.busy or answering.busy),
    )
