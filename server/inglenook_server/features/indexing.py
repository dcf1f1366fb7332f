"""Indexing as the editor sees it: progress that can be cancelled, at start and when the user asks for it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from inglenook_indexer.errors import IndexerError
from inglenook_indexer.types import Progress, Report
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from inglenook_server.errors import RequestError
from inglenook_server.features.failures import answering, log_unexpected
from inglenook_server.protocol import methods
from inglenook_server.protocol.index import IndexParams, IndexResult, Withheld
from inglenook_server.runtime.workers import Cancelled
from inglenook_server.session.services import Services
from inglenook_server.workspace.folders import OpenFolder

TITLE = "Inglenook: indexing"
AGREES_S = 10.0
"""Seconds a client may take to agree to progress; without its answer, work goes on unseen."""
SHOWN_FILES = 100
"""Files of a change, from outside, whose indexing is shown: fewer are done before anybody looks."""


def register(server: LanguageServer, services: Services) -> None:
    """Register the handlers, and index in the background when the session begins."""

    @server.feature(methods.INDEX.name)
    @answering
    async def index(params: IndexParams | None) -> IndexResult:
        action = params.action if params is not None else "refresh"
        if action not in ("refresh", "rebuild", "withheld"):
            raise RequestError(f"{action!r} is no action on an index; refresh, rebuild and withheld are.")
        if action == "withheld":
            return await withheld(services)
        return await refresh_all(server, services, rebuild=action == "rebuild")

    @server.command(methods.REINDEX.name)
    async def reindex(*_: object) -> IndexResult:
        return await index(IndexParams())

    tasks: set[asyncio.Task[None]] = set()
    loops: list[asyncio.AbstractEventLoop] = []

    def opened(folder: OpenFolder) -> None:
        if not loops:
            return  # `begin` is still to come
        task = loops[0].create_task(first(server, services, folder))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    def begin(loop: asyncio.AbstractEventLoop) -> None:
        loops.append(loop)
        for folder in services.folders:
            opened(folder)

    services.on_initialized.append(begin)
    services.on_opened.append(opened)


async def first(server: LanguageServer, services: Services, folder: OpenFolder) -> None:
    """Begin with a folder: index it, then watch it."""
    loop = asyncio.get_running_loop()
    folder.updater.show = lambda name, stop: shown(server, loop, name, stop)
    try:
        if services.settings.index.background:
            await refresh(server, services, folder)
        else:
            folder.updater.look()
    except IndexerError:
        pass  # the status says it
    except Exception as error:
        log_unexpected(error)
        folder.status.set(index_problem="Indexing failed unexpectedly; the log says where.")
    if services.settings.index.watch:
        folder.updater.watch()


async def withheld(services: Services) -> IndexResult:
    """Where secrets are kept back, by place. Reads every file, on the thread of searches. Raises RequestError."""
    from inglenook_indexer.update import explain_file

    folders = services.folders
    if not folders:
        raise RequestError("No folder is open, so nothing is withheld.", "Open a folder in the editor.")

    def look(cancelled: Cancelled) -> list[Withheld]:
        return [
            Withheld(folders.shown(folder, one.path), one.line, one.end_line, one.reason)
            for folder in folders
            for one in explain_file.withheld(folder.path, cancelled)
        ]

    listed = await services.searching.call(look)
    facts = services.status.facts
    return IndexResult(facts.files, facts.chunks, 0.0, listed)


async def refresh_all(server: LanguageServer, services: Services, *, rebuild: bool) -> IndexResult:
    """Reconcile every folder. Raises IndexerError, and RequestError without a folder."""
    if not services.folders:
        raise RequestError("No folder is open, so there is nothing to index.", "Open a folder in the editor.")
    reports = await asyncio.gather(*(refresh(server, services, folder, rebuild=rebuild) for folder in services.folders))
    return IndexResult(
        sum(report.files for report in reports),
        sum(report.chunks for report in reports),
        sum(report.seconds for report in reports),
    )


async def refresh(server: LanguageServer, services: Services, folder: OpenFolder, *, rebuild: bool = False) -> Report:
    """Reconcile the whole of one folder, with progress. Raises IndexerError."""
    token = await create_progress(server)
    loop = asyncio.get_running_loop()

    def on_progress(progress: Progress) -> None:
        if token is not None:
            loop.call_soon_threadsafe(server.work_done_progress.report, token, as_report(progress))

    job = folder.updater.refresh(rebuild=rebuild, progress=on_progress)
    if token is None:
        return await services.indexing.result(job)
    title = TITLE if len(services.folders) < 2 else f"{TITLE} {folder.path.name}"
    begin_progress(server, token, title, job.stop.set)
    message = "Stopped"
    try:
        report = await services.indexing.result(job)
        message = f"{report.files:,} files" if not report.cancelled else "Stopped"
        return report
    finally:
        server.work_done_progress.tokens.pop(token, None)
        server.work_done_progress.end(token, lsp.WorkDoneProgressEnd(message=message))


@contextmanager
def shown(
    server: LanguageServer, loop: asyncio.AbstractEventLoop, name: str, stop: Callable[[], None]
) -> Iterator[Callable[[Progress], None]]:
    """Progress of work that nobody asked for, told from another thread; shown only where there is much of it."""
    told: asyncio.Queue[Progress | None] = asyncio.Queue()
    begun = False

    def on_progress(progress: Progress) -> None:
        nonlocal begun
        if not begun and progress.total >= SHOWN_FILES:
            begun = True
            asyncio.run_coroutine_threadsafe(draw(server, f"{TITLE} {name}", told, stop), loop)
        if begun:
            loop.call_soon_threadsafe(told.put_nowait, progress)

    try:
        yield on_progress
    finally:
        if begun:
            loop.call_soon_threadsafe(told.put_nowait, None)


async def draw(
    server: LanguageServer, title: str, told: asyncio.Queue[Progress | None], stop: Callable[[], None]
) -> None:
    """Show what is told until None is."""
    token = await create_progress(server)
    if token is None:
        return
    begin_progress(server, token, title, stop)
    try:
        while (progress := await told.get()) is not None:
            server.work_done_progress.report(token, as_report(progress))
    finally:
        server.work_done_progress.tokens.pop(token, None)
        server.work_done_progress.end(token, lsp.WorkDoneProgressEnd())


def begin_progress(server: LanguageServer, token: str, title: str, stop: Callable[[], None]) -> None:
    """Show progress that can be cancelled."""
    server.work_done_progress.begin(token, lsp.WorkDoneProgressBegin(title, cancellable=True, percentage=0))
    server.work_done_progress.tokens[token].add_done_callback(lambda _: stop())


async def create_progress(server: LanguageServer) -> str | None:
    """A progress token the client agreed to; None where it shows none."""
    window = server.client_capabilities.window
    if window is None or not window.work_done_progress:
        return None
    token = str(uuid.uuid4())
    try:
        await asyncio.wait_for(server.work_done_progress.create_async(token), AGREES_S)
    except (JsonRpcException, TimeoutError):
        return None
    return token


def as_report(progress: Progress) -> lsp.WorkDoneProgressReport:
    """The protocol's form of progress."""
    if not progress.total:
        return lsp.WorkDoneProgressReport(message=progress.stage, cancellable=True)
    percentage = min(100, 100 * progress.done // progress.total)
    message = f"{progress.stage} {progress.done:,} of {progress.total:,}"
    return lsp.WorkDoneProgressReport(message=message, percentage=percentage, cancellable=True)
