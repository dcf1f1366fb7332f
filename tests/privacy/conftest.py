"""A repository that holds every hostile file, indexed once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from inglenook_indexer import Index

from tests.privacy.harbour import write_all


@pytest.fixture(scope="session")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Read by tests, changed by none."""
    folder = tmp_path_factory.mktemp("harbour")
    write_all(folder / "harbour")
    index = Index(folder / "harbour", folder / "index")
    index.refresh()
    yield index
    index.close()
