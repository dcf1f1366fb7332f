"""A repository for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from inglenook_indexer.chunks.chunk import GuardedChunker

from tests.server.changes.repositories import Made


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    one = Made(tmp_path / "repository")
    yield one
    one.repo.close()


@pytest.fixture(scope="session")
def cutter() -> GuardedChunker:
    return GuardedChunker()
