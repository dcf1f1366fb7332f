"""What the first question of a session would wait for, done before it is asked. Knows nothing of LSP.

Small jobs, each less urgent than any request, so that a question that comes meanwhile waits for one of them at most.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from inglenook_indexer.errors import IndexerError
from inglenook_indexer.secrets.detector import load as load_rules

from inglenook_server.chat.questions.read import languages_for, warm
from inglenook_server.runtime.workers import Cancelled, Job, Worker
from inglenook_server.workspace.folders import OpenFolder

URGENCY = 9
"""After every request."""
_NAMELESS = "warm_up"

_log = logging.getLogger(__name__)


def warm_up(worker: Worker, folders: Iterable[OpenFolder], locale: str = "") -> list[Job[None]]:
    """Queue it on the thread that searches. `locale` is the editor's: "de", "pt-br"; empty where it says none."""
    jobs: list[Callable[[], object]] = [load_rules]
    jobs += [lambda language=language: warm(language) for language in languages_for(locale)]  # type: ignore[misc]
    for folder in folders:
        jobs += [folder.workspace.index.warm, lambda index=folder.workspace.index: index.similar_names(_NAMELESS)]  # type: ignore[misc]
    return [worker.submit(_job(one), URGENCY) for one in jobs]


def _job(work: Callable[[], object]) -> Callable[[Cancelled], None]:
    def run(_: Cancelled) -> None:
        try:
            work()
        except IndexerError as error:  # there is no index yet, or it is said by whoever keeps it up to date
            _log.debug("Not warmed up: %s", error.message)

    return run
