"""What an answer may not know of is said: where a look takes long, where another writes, where nothing is indexed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from inglenook_indexer.errors import IndexBusy, StoreBlocked
from inglenook_server.mcp import freshness
from inglenook_server.mcp.freshness import Freshness
from inglenook_server.runtime.workers import Job


@dataclass
class Folder:
    """A folder whose looks end when the test says so."""

    files: int = 3
    jobs: list[Job[Any]] = field(default_factory=list)
    path: Path = Path("/repository")

    @property
    def workspace(self) -> Any:
        return SimpleNamespace(
            index=SimpleNamespace(status=lambda: SimpleNamespace(files=self.files), folder=Path("/nowhere"))
        )

    @property
    def updater(self) -> Any:
        return SimpleNamespace(refresh=self._refresh)

    def _refresh(self) -> Job[Any]:
        self.jobs.append(Job(1, len(self.jobs), None))
        return self.jobs[-1]


def test_a_folder_without_an_index_is_left_alone() -> None:
    folder = Folder(files=0)
    note = Freshness(folder).note()  # type: ignore[arg-type]
    assert note == "/repository is not indexed: run `inglenook index /repository`, then ask again."
    assert folder.jobs == []


def test_a_look_that_is_not_done_is_said_and_the_next_answer_waits_for_the_same() -> None:
    folder = Folder()
    fresh = Freshness(folder)  # type: ignore[arg-type]
    assert "are still being read" in fresh.note(wait_s=0)
    assert "are still being read" in fresh.note(wait_s=0)
    assert len(folder.jobs) == 1
    folder.jobs[0].future.set_result(None)
    assert "are still being read" in fresh.note(wait_s=0)  # it began before this question: another look is taken
    folder.jobs[1].future.set_result(None)


def test_a_costly_look_counts_for_a_while_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(freshness.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(freshness, "CHEAP_S", 0.15)
    folder = Folder()
    fresh = Freshness(folder)  # type: ignore[arg-type]
    fresh.start()
    now[0] += 2
    folder.jobs[0].future.set_result(None)
    now[0] += 1
    assert fresh.note() == "Changes of the last 3 s are not looked at yet."
    assert len(folder.jobs) == 1
    now[0] += 10
    assert "are still being read" in fresh.note(wait_s=0)
    assert len(folder.jobs) == 2


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (IndexBusy("x"), "Another process is writing this index; what follows is from what it has committed."),
        (
            StoreBlocked("The disk is full.", "Make room."),
            "The disk is full. The index is not brought up to date. Make",
        ),
    ],
)
def test_a_look_that_fails_is_said(error: Exception, says: str) -> None:
    folder = Folder()
    fresh = Freshness(folder)  # type: ignore[arg-type]
    fresh.start()
    folder.jobs[0].future.set_exception(error)

    def refused() -> Job[Any]:
        job: Job[Any] = Job(1, 1, None)
        job.future.set_exception(error)
        return job

    folder._refresh = refused  # type: ignore[method-assign]
    assert fresh.note().startswith(says)
