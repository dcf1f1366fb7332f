"""Indexing as the editor sees it: progress that can be cancelled, at start and when the user asks for it."""

from __future__ import annotations

import asyncio
import uuid

from inglenook_indexer.errors import IndexerError
from inglenook_indexer.types import Progress, Report
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from inglenook_server import protocol
from inglenook_server.errors import RequestError
from inglenook_server.features.failures import answering, log_unexpected
from inglenook_server.services import Services

TITLE = "Inglenook: indexing"


def register(server: LanguageServer, services: Services) -> None:
    """Register the handlers, and index in the background when the session begins."""

    @server.feature(protocol.INDEX)
    @answering
    async def index(params: protocol.IndexParams | None) -> protocol.IndexResult:
        action = params.action if params is not None else "refresh"
        if action not in ("refresh", "rebuild", "withheld"):
            raise RequestError(f"{action!r} is no action on an index; refresh, rebuild and withheld are.")
        if action == "withheld":
            return await withheld(services)
        report = await refresh(server, services, rebuild=action == "rebuild")
        return protocol.IndexResult(report.files, report.chunks, report.seconds)

    @server.command(protocol.REINDEX_COMMAND)
    async def reindex(*_: object) -> protocol.IndexResult:
        return await index(protocol.IndexParams())

    async def first() -> None:
        if services.keeper is None:
            return
        try:
            if services.settings.index.background:
                await refresh(server, services)
            else:
                services.keeper.look()
        except IndexerError:
            pass  # the status says it
        except Exception as error:
            log_unexpected(error)
            services.board.set(index_problem="Indexing failed unexpectedly; the log says where.")
        if services.settings.index.watch:
            services.keeper.watch()

    tasks: set[asyncio.Task[None]] = set()

    def begin(loop: asyncio.AbstractEventLoop) -> None:
        tasks.add(loop.create_task(first()))

    services.on_initialized.append(begin)


async def withheld(services: Services) -> protocol.IndexResult:
    """Where secrets are kept back, by place. Reads every file, on the thread of searches. Raises RequestError."""
    from inglenook_indexer import doctor

    workspace = services.workspace
    if workspace is None:
        raise RequestError("No folder is open, so nothing is withheld.", "Open a folder in the editor.")
    found = await services.searching.call(lambda cancelled: list(doctor.withheld(workspace.root, cancelled)))
    listed = [protocol.Withheld(one.path, one.line, one.end_line, one.reason) for one in found]
    facts = services.board.facts
    return protocol.IndexResult(facts.files, facts.chunks, 0.0, listed)


async def refresh(server: LanguageServer, services: Services, *, rebuild: bool = False) -> Report:
    """Reconcile the whole workspace, with progress. Raises IndexerError, and RequestError without a workspace."""
    keeper = services.keeper
    if keeper is None:
        raise RequestError("No folder is open, so there is nothing to index.", "Open a folder in the editor.")
    token = await create_progress(server)
    loop = asyncio.get_running_loop()

    def on_progress(progress: Progress) -> None:
        if token is not None:
            loop.call_soon_threadsafe(server.work_done_progress.report, token, as_report(progress))

    job = keeper.refresh(rebuild=rebuild, progress=on_progress)
    if token is None:
        return await services.indexing.result(job)
    server.work_done_progress.begin(token, lsp.WorkDoneProgressBegin(TITLE, cancellable=True, percentage=0))
    server.work_done_progress.tokens[token].add_done_callback(lambda _: job.stop.set())
    message = "Stopped"
    try:
        report = await services.indexing.result(job)
        message = f"{report.files:,} files" if not report.cancelled else "Stopped"
        return report
    finally:
        server.work_done_progress.tokens.pop(token, None)
        server.work_done_progress.end(token, lsp.WorkDoneProgressEnd(message=message))


async def create_progress(server: LanguageServer) -> str | None:
    """A progress token the client agreed to; None where it shows none."""
    window = server.client_capabilities.window
    if window is None or not window.work_done_progress:
        return None
    token = str(uuid.uuid4())
    try:
        await server.work_done_progress.create_async(token)
    except JsonRpcException:
        return None
    return token


def as_report(progress: Progress) -> lsp.WorkDoneProgressReport:
    """The protocol's form of progress."""
    if not progress.total:
        return lsp.WorkDoneProgressReport(message=progress.stage, cancellable=True)
    percentage = min(100, 100 * progress.done // progress.total)
    message = f"{progress.stage} {progress.done:,} of {progress.total:,}"
    return lsp.WorkDoneProgressReport(message=message, percentage=percentage, cancellable=True)
